"""Values of bytecode as text: short, on one line, and quoted where a stranger wrote them."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.readers.code.values import CodeObject, Collection, Special, Value
from graphscope.readers.text import shorten

MAX_WRITTEN = 200
"""Characters of one value; what is longer is cut, and the cut marked."""

MAX_NAME = 80

_OPENING = {"tuple": "(", "list": "[", "set": "{", "frozenset": "frozenset({", "dict": "{",
            "slice": "slice("}  # fmt: skip
_CLOSING = {"tuple": ")", "list": "]", "set": "}", "frozenset": "})", "dict": "}", "slice": ")"}


def write_value(value: Value) -> str:
    """Return a value as Python would print it, at most `MAX_WRITTEN` characters of it.

    >>> write_value(Collection("tuple", ("a", 2.5, Special("None"))))
    "('a', 2.5, None)"
    """
    text = ""
    # The pieces come one by one: what they amount to can be far more than the file holds.
    for piece in _pieces(value):
        text += piece
        if len(text) > MAX_WRITTEN:
            break
    return shorten(text, MAX_WRITTEN)


def write_name(name: str) -> str:
    """Return a name as it is, or quoted where it could be mistaken for something else.

    >>> write_name("x"), write_name("a b"), write_name("<lambda>")
    ('x', "'a b'", '<lambda>')
    """
    plain = name.isidentifier() or (name[:1] == "<" and name[1:-1].isidentifier())
    # Names of operators and inner variables (`.0`) are plain too.
    plain = plain or (name.isprintable() and not any(map(str.isspace, name)) and len(name) < 5)
    return shorten(name if plain else ascii_quoted(name), MAX_NAME)


def ascii_quoted(text: str) -> str:
    """Return a text in quotes, without characters that change how the text around it is shown."""
    shown = repr(shorten(text, MAX_WRITTEN))
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in shown)


def _pieces(value: Value) -> Iterator[str]:
    if isinstance(value, Collection):
        yield from _collection_pieces(value)
    elif isinstance(value, CodeObject):
        yield f"<function {write_name(value.name)}>"
    elif isinstance(value, Special):
        yield value.text
    elif isinstance(value, str):
        yield ascii_quoted(value)
    elif isinstance(value, bytes):
        yield repr(value[:MAX_WRITTEN])
    else:
        yield repr(value)


def _collection_pieces(value: Collection) -> Iterator[str]:
    if not value.items and value.kind in ("set", "frozenset"):
        yield f"{value.kind}()"
        return
    yield _OPENING[value.kind]
    for index, item in enumerate(value.items):
        if index:
            yield ": " if value.kind == "dict" and index % 2 else ", "
        yield from _pieces(item)
    if value.kind == "tuple" and len(value.items) == 1:
        yield ","
    yield _CLOSING[value.kind]
