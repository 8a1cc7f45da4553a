"""Many small pieces of a large file, read in blocks."""

from __future__ import annotations

import io
from typing import IO

from graphscope.readers.files.window import FileWindow

_SHIFT = 16
_BLOCK = 1 << _SHIFT
_OVERLAP = 1 << 13
"""Blocks reach this far into the next one, so that a small piece lies in one block."""
_MOST_KEPT = 256


class OutsideError(Exception):
    """The piece lies outside of the file."""


class Blocks:
    """The bytes of a file, by place.

    Args:
        stream: the file; its position is moved.
    """

    def __init__(self, stream: IO[bytes] | FileWindow) -> None:
        self._stream = stream
        self.size = stream.seek(0, io.SEEK_END)
        self._kept: dict[int, bytes] = {}

    def at(self, place: int, size: int) -> tuple[bytes, int]:
        """Return bytes that hold the `size` ones at `place`, and where in them these begin.

        Raises:
            OutsideError: when the file ends before them.
        """
        if place + size > self.size:
            raise OutsideError
        if size > _OVERLAP:
            return self._read(place, size), 0
        index = place >> _SHIFT
        block = self._kept.get(index)
        if block is None:
            if len(self._kept) == _MOST_KEPT:
                # The oldest goes: pieces that belong together were written one after the other.
                del self._kept[next(iter(self._kept))]
            start = index << _SHIFT
            length = min(_BLOCK + _OVERLAP, self.size - start)
            block = self._kept[index] = self._read(start, length)
        return block, place & (_BLOCK - 1)

    def _read(self, place: int, size: int) -> bytes:
        self._stream.seek(place)
        found = self._stream.read(size)
        if found is None or len(found) < size:
            raise OutsideError
        return found
