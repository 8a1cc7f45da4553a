"""Readers are given mutations of good and hostile files: only errors of our own may leave them."""
