"""From the text that a config holds in place of a function to a listing of its instructions."""

from __future__ import annotations

import base64
import binascii

from graphscope.readers.code.listing import list_function
from graphscope.readers.code.marshalled import MarshalError, read_code
from graphscope.readers.code.releases import RELEASES

MAX_BYTES = 256 << 10
"""Larger functions are not read; the largest of the standard library has 50 kB."""

SHORTEST = 24
"""Characters of base64 that hold the beginning of a function; no function is that short."""

_HEAD = 48

_FLAGGED, _PLAIN = 0xE3, 0x63
"""The first byte of a marshalled code object, with and without the mark that it is shared."""


def looks_like_bytecode(text: object) -> bool:
    """Whether a text is a marshalled code object, in base64 as Keras writes it.

    >>> looks_like_bytecode("4wEAAAAAAAAAAAAAAAMAAAADAAAA"), looks_like_bytecode("relu")
    (True, False)
    """
    if not isinstance(text, str) or len(text) < SHORTEST or text[0] not in "4Y":
        return False
    head = _decode(text[:SHORTEST])
    # The number of arguments follows, four bytes of which the higher three are zero.
    return head is not None and head[0] in (_FLAGGED, _PLAIN) and head[2:5] == b"\0\0\0"


def show_bytecode(stored: object) -> str:
    """Return the instructions of a stored function as text; where that fails, why, and its head."""
    if not isinstance(stored, str):
        return f"The file holds {type(stored).__name__} in place of the bytecode."
    data = _decode(stored)
    if data is None:
        # Keras before 2.1 wrote the bytes themselves, as text.
        data = stored.encode("raw_unicode_escape")
    if len(data) > MAX_BYTES:
        return f"Not listed: {len(data):,} bytes of bytecode.\n{_show_head(data)}"
    problems: dict[str, None] = {}
    for layout in RELEASES:
        try:
            return list_function(read_code(data, layout))
        except MarshalError as error:
            problems[str(error)] = None
    reason = next(iter(problems))
    return f"Not Python bytecode that can be listed: {reason}.\n{_show_head(data)}"


def _decode(text: str) -> bytes | None:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _show_head(data: bytes) -> str:
    more = " …" if len(data) > _HEAD else ""
    return f"It begins with: {data[:_HEAD].hex(' ')}{more}"
