"""Rules about weights that are loaded or set."""
