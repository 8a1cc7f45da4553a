"""Edits that may cure a diagnosis: made, tried on a copy, and ranked."""
