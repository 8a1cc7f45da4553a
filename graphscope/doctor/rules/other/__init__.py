"""Rules that stand alone."""
