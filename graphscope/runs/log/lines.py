"""Lines of a log of any size, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LONGEST = 64 << 20
"""Bytes of a line; longer ones are left out."""
MOST = 2 << 30
"""Bytes of a log that are read."""
_PART = 4 << 20
"""Bytes that are read at once."""
_EMPTY = b"\0 \t\r\n"
"""What is around a record; a system that lost its power leaves zeros where a record was."""


@dataclass(slots=True)
class Lines:
    """The lines of one file, and what was amiss with them.

    Attributes:
        most: bytes that are read.
        too_long: lines that were left out because of their length.
        zeros: bytes that are zero, around or instead of a line.
        is_torn: whether the file does not end with the end of a line.
        is_cut: whether it is larger than what was read of it.
    """

    file: BinaryIO
    most: int = MOST
    too_long: int = 0
    zeros: int = 0
    is_torn: bool = False
    is_cut: bool = False

    def __iter__(self) -> Iterator[bytes]:
        """Yield lines that hold anything, without their ends."""
        for line in self._split():
            stripped = line.strip(_EMPTY)
            if len(stripped) < len(line):
                self.zeros += line.count(0) - stripped.count(0)
            if stripped:
                yield stripped

    def _split(self) -> Iterator[bytes]:
        rest, is_skipping, count = b"", False, 0
        zeros = bytes(_PART)
        while data := self.file.read(_PART):
            count += len(data)
            if data == zeros:
                self.zeros += len(data)  # Holes of a file may be larger than any memory.
            elif b"\n" not in data:
                rest = b"" if is_skipping else rest + data
            else:
                first, *lines, rest = (rest + data).split(b"\n")
                if not is_skipping:
                    yield first
                yield from lines
                is_skipping = False
            if len(rest) > LONGEST:
                self.too_long += 1
                rest, is_skipping = b"", True
            if count >= self.most:
                self.is_cut = bool(self.file.read(1))
                break
        if not is_skipping and not self.is_cut:
            self.is_torn = bool(rest.strip(_EMPTY))
            yield rest

    def notes(self) -> Iterator[str]:
        """Yield what was amiss, in whole sentences; of a torn end its reader tells."""
        if self.too_long:
            limit = LONGEST >> 20
            yield f"Lines of more than {limit} MiB are left out: {self.too_long:,}."
        if self.zeros:
            yield f"Zero bytes, as a loss of power leaves them, are left out: {self.zeros:,}."
        if self.is_cut:
            yield f"Only the first {self.most / (1 << 30):g} GiB are read."
