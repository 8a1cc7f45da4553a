"""Appending records to a log of one's own."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from graphscope.runs.codec import encode
from graphscope.runs.records import Record

SUFFIX = ".jsonl"


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
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
        self._file = os.open(self.path, flags, 0o644)

    def write(self, record: Record) -> None:
        """Append a record.

        Raises:
            OSError: when it was not written, or not whole (a full disk writes short).
            TypeError, ValueError: when it has no form in JSON.
        """
        line = encode(record)
        written = os.write(self._file, line)
        if written != len(line):
            raise OSError(f"only {written} of {len(line)} bytes were written to {self.path}")

    def close(self) -> None:
        """Close the log; closing twice is fine."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
