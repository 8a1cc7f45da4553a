"""Room on disk for what a reader has to unpack.

A process that reads a stranger's file makes its room before it gives up making files.
"""

from __future__ import annotations

import os
import tempfile
from typing import IO


class _Room:
    """A file without a name, lent out again and again."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it stays open
        self._lent: IO[bytes] | None = None

    @property
    def is_free(self) -> bool:
        """Whether nobody uses it."""
        return self._lent is None or self._lent.closed

    def lend(self) -> IO[bytes]:
        """Return it empty."""
        self._lent = os.fdopen(os.dup(self._file.fileno()), "r+b")
        self._lent.seek(0)
        self._lent.truncate()
        return self._lent


_rooms: list[_Room] = []


def prepare(rooms: int) -> None:
    """Make room for a number of files at a time."""
    _rooms.extend(_Room() for _ in range(rooms))


def take() -> IO[bytes]:
    """Return an empty temporary file without a name; it is given back by closing it."""
    free = next((room for room in _rooms if room.is_free), None)
    return tempfile.TemporaryFile() if free is None else free.lend()
