"""Checks of a model's graph: one file each, with an `ID` and `check(model)`."""
