"""Watching a training from inside: the callback, and what is sampled within the layers."""
