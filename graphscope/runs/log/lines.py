"""Lines of a log of any size, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LONGEST = 64 << 20
"""Bytes of a line; longer ones are left out."""
MOST = 4 << 30
"""Bytes of a log that are read."""
_EMPTY = b"\0 \t\r\n"
"""What is around a record; a system that lost its power leaves zeros where a record was."""


@dataclass(slots=True)
class Lines:
    """The lines of one file, and what was amiss with them.

    Attributes:
        too_long: lines that were left out because of their length.
        zeros: bytes that are zero, around or instead of a line.
        is_torn: whether the file does not end with the end of a line.
        is_cut: whether it is larger than what was read of it.
    """

    file: BinaryIO
    too_long: int = 0
    zeros: int = 0
    is_torn: bool = False
    is_cut: bool = False

    def __iter__(self) -> Iterator[bytes]:
        """Yield lines that hold anything, without their ends."""
        while line := self.file.readline(LONGEST):
            if self.file.tell() > MOST:
                self.is_cut = True
                return
            whole = line.endswith(b"\n")
            if not whole and len(line) == LONGEST:
                self._skip_rest(line)
                continue
            self.is_torn = not whole
            stripped = line.strip(_EMPTY)
            self.zeros += line.count(0) - stripped.count(0)
            if stripped:
                yield stripped

    def _skip_rest(self, begin: bytes) -> None:
        """Go on behind a line that is too long; zeros alone are none."""
        is_zero = not begin.strip(_EMPTY)
        self.zeros += begin.count(0)
        while line := self.file.readline(LONGEST):
            self.zeros += line.count(0)
            is_zero = is_zero and not line.strip(_EMPTY)
            if line.endswith(b"\n") or self.file.tell() > MOST:
                break
        self.too_long += not is_zero

    def notes(self) -> Iterator[str]:
        """Yield what was amiss, in whole sentences; of a torn end its reader tells."""
        if self.too_long:
            limit = LONGEST >> 20
            yield f"Lines of more than {limit} MiB are left out: {self.too_long:,}."
        if self.zeros:
            yield f"Zero bytes, as a loss of power leaves them, are left out: {self.zeros:,}."
        if self.is_cut:
            yield f"Only the first {MOST >> 30} GiB are read."
