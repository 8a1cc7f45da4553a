"""Appending records to a log of one's own."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from graphscope.runs.codec import encode
from graphscope.runs.records import Record

SUFFIX = ".jsonl"
ROWS = (SUFFIX, ".ndjson")
"""Suffixes of files whose lines are records of ours, or rows of metrics of other programs."""


def make_writer_id(rank: int = 0) -> str:
    """Return a name for this process's log that no other process has."""
    host = "".join(c if c.isalnum() or c in "-_" else "-" for c in socket.gethostname())
    return f"rank{rank}-{host}-{os.getpid()}-{time.time_ns() // 1000}"


class LogWriter:
    """Appends to one log; each record is one `os.write`, acknowledged once it was written whole.

    Args:
        folder: of the run; made when it is not there.
        writer: id of the writer, which names the file.

    Raises:
        OSError: when the log cannot be made.
    """

    def __init__(self, folder: Path, writer: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{writer}{SUFFIX}"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
        self._file = os.open(self.path, flags, 0o644)
        self._is_torn = False

    def write(self, record: Record) -> None:
        """Append a record.

        Raises:
            OSError: when it was not written, or not whole (a full disk writes short); the log
                stays readable, and the next record may succeed.
            TypeError, ValueError: when it has no form in JSON.
        """
        self.append(encode(record))

    def append(self, line: bytes) -> None:
        """Append a whole line, as `write` does."""
        # Half a record ends at a newline of its own, so that the next one is not lost with it.
        data = b"\n" + line if self._is_torn else line
        written = os.write(self._file, data)
        if written == len(data):
            self._is_torn = False
            return
        self._is_torn = self._is_torn or written > 0
        raise OSError(f"only {written} of {len(data)} bytes were written to {self.path}")

    def is_gone(self) -> bool:
        """Whether the log was deleted, or replaced, while it is written."""
        try:
            return not os.path.samestat(self.path.stat(), os.fstat(self._file))
        except OSError:
            return True

    def close(self) -> None:
        """Close the log; closing twice is fine."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
