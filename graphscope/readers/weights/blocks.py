"""Many small pieces of a large file, read in blocks."""

from __future__ import annotations

import io
from typing import IO

from graphscope.readers.files.window import FileWindow

_SHIFT = 16
_BLOCK = 1 << _SHIFT
_MOST_KEPT = 256

REACH = 1 << 13
"""How far blocks reach into the next one, so that a small piece lies in one block."""


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

    def at(self, place: int) -> tuple[bytes, int]:
        """Return a block, and where in it the bytes at `place` begin.

        At least `REACH` bytes follow in it, unless the file ends before.

        Raises:
            OutsideError: when the file ends before the place.
        """
        block = self._kept.get(place >> _SHIFT)
        if block is None:
            block = self._fetch(place >> _SHIFT)
        return block, place & (_BLOCK - 1)

    def read(self, place: int, size: int) -> bytes:
        """Return bytes of any number.

        Raises:
            OutsideError: when the file ends before them.
        """
        if place + size > self.size:
            raise OutsideError
        self._stream.seek(place)
        found = self._stream.read(size)
        if found is None or len(found) < size:
            raise OutsideError
        return found

    def _fetch(self, index: int) -> bytes:
        start = index << _SHIFT
        if start >= self.size:
            raise OutsideError
        if len(self._kept) == _MOST_KEPT:
            # The oldest goes: pieces that belong together were written one after the other.
            del self._kept[next(iter(self._kept))]
        block = self.read(start, min(_BLOCK + REACH, self.size - start))
        self._kept[index] = block
        return block
