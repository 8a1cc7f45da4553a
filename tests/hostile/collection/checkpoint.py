"""`variables.index` by hand: a table of sorted keys, as LevelDB writes it, without compression."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from tests.hostile.collection.protobuf import varint

_MAGIC = 0xDB4775248B80FB57
_HANDLE_SPACE = 40


def make_index(entries: Iterable[tuple[bytes, bytes]], *, repeats: int = 1) -> bytes:
    """Return an index of one block of entries.

    Args:
        entries: keys and values, in order.
        repeats: how often the block is listed.
    """
    block = _block(entries)
    places = [(b"\xff", varint(0) + varint(len(block)))] * repeats
    listed = _block(places)
    at = len(block) + 5
    footer = varint(0) + varint(0) + varint(at) + varint(len(listed))
    return (
        _with_trailer(block)
        + _with_trailer(listed)
        + footer.ljust(_HANDLE_SPACE, b"\0")
        + struct.pack("<Q", _MAGIC)
    )


def _block(entries: Iterable[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(
        varint(0) + varint(len(key)) + varint(len(value)) + key + value for key, value in entries
    )
    return body + struct.pack("<II", 0, 1)


def _with_trailer(block: bytes) -> bytes:
    return block + b"\0" + bytes(4)
