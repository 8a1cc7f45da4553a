"""Readers of TensorFlow's own files, without TensorFlow."""
