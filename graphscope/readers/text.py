"""Names and values from a stranger's file, made short and printable enough to be quoted."""

from __future__ import annotations

import re

_SURROGATES = re.compile("[\ud800-\udfff]")


def repair_text(text: str) -> str:
    """Return the text with lone surrogates replaced, so that it can be encoded as UTF-8.

    >>> repair_text("a\\ud800b")
    'a�b'
    """
    # Almost all text is clean, and `isascii` is a flag of the string, not a scan.
    return text if text.isascii() else _SURROGATES.sub("�", text)


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters of the text, the cut marked.

    >>> shorten("abcdefgh", 5)
    'abcd…'
    """
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def quote(value: object, limit: int = 60) -> str:
    """Return a value for use in a message: its `repr`, short however large the value is."""
    if isinstance(value, str):
        return repr(shorten(repair_text(value), limit))
    if isinstance(value, (list, tuple, dict)) and len(value) > 8:
        return f"a {type(value).__name__} of {len(value):,} entries"
    if isinstance(value, int) and value.bit_length() > 256:
        return "a number of many digits"
    return shorten(repr(value), limit)


def name_range(count: int, noun: str) -> str:
    """Return how many there are of what a file counts from 0.

    >>> name_range(0, "call"), name_range(1, "call"), name_range(3, "call")
    ('no calls', 'only call 0', 'calls 0 to 2')
    """
    if count < 2:
        return f"only {noun} 0" if count else f"no {noun}s"
    return f"{noun}s 0 to {count - 1:,}"
