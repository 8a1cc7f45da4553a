"""Many small pieces of a large file, read in blocks."""

from __future__ import annotations

import io
from typing import IO

from graphscope.readers.files.window import FileWindow

SHIFT = 16
BLOCK = 1 << SHIFT
WITHIN = BLOCK - 1
_MOST_KEPT = 256

REACH = 1 << 13
"""How far blocks reach into the next one, so that a small piece lies in one block."""


class OutsideError(Exception):
    """The piece lies outside of the file."""


class Blocks(dict[int, bytes]):
    """The bytes of a file, by place.

    What is asked for often is best taken as `blocks[place >> SHIFT]`, where it begins at
    `place & WITHIN`; that does what `at` does.

    Args:
        stream: the file; its position is moved.
    """

    def __init__(self, stream: IO[bytes] | FileWindow) -> None:
        super().__init__()
        self._stream = stream
        self.size = stream.seek(0, io.SEEK_END)

    def at(self, place: int) -> tuple[bytes, int]:
        """Return a block, and where in it the bytes at `place` begin.

        At least `REACH` bytes follow in it, unless the file ends before.

        Raises:
            OutsideError: when the file ends before the place.
        """
        return self[place >> SHIFT], place & WITHIN

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

    def __missing__(self, index: int) -> bytes:
        start = index << SHIFT
        if start >= self.size:
            raise OutsideError
        if len(self) == _MOST_KEPT:
            # The oldest goes: pieces that belong together were written one after the other.
            del self[next(iter(self))]
        block = self.read(start, min(BLOCK + REACH, self.size - start))
        self[index] = block
        return block
