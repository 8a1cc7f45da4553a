"""A part of a file that looks like a whole file."""

from __future__ import annotations

import io
from typing import BinaryIO


class FileWindow(io.RawIOBase):
    """Reads `size` bytes of a file from `start` on; the file itself stays open when it closes."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position within the window."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move within the window; positions behind its end read as empty."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as the window reaches and return the number of bytes."""
        wanted = min(len(buffer), max(0, self._size - self._position))
        if not wanted:
            return 0
        self._file.seek(self._start + self._position)
        read: int = self._file.readinto(memoryview(buffer)[:wanted])  # type: ignore[attr-defined]
        self._position += read
        return read
