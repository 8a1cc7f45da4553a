"""Checks of source that is never run: one file each, with an `ID` and `check(file)`."""
