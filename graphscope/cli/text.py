"""Text for a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Return the text with control characters written out.

    Names in models are written by strangers; an escape sequence in one could rewrite the screen.

    >>> printable("dense\x1b[2J")
    'dense\\x1b[2J'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def plural(count: int, noun: str) -> str:
    """Return a count with its noun.

    >>> plural(1, "layer"), plural(1234, "layer")
    ('1 layer', '1,234 layers')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def shorten(text: str, limit: int = 48) -> str:
    """Return the text with its middle left out where it is too long for a column.

    >>> shorten("a" * 30 + "z" * 30, 11)
    'aaaaa…zzzzz'
    """
    if len(text) <= limit:
        return text
    half = (limit - 1) // 2
    return f"{text[:half]}…{text[-half:]}"
