"""Names of a file as they are shown."""

from __future__ import annotations

from graphscope.readers.text import repair_text, shorten

MAX_NAME = 256


def clean(name: str) -> str:
    """Return a name from a file, fit to be shown and to be part of an id."""
    return shorten(repair_text(name), MAX_NAME)
