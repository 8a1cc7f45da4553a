"""Room on disk for what a reader has to unpack.

A process that reads a stranger's file makes one before it gives up making files.
"""

from __future__ import annotations

import tempfile
from typing import IO

_prepared: list[IO[bytes]] = []


def prepare() -> None:
    """Make a file for the next `take`."""
    _prepared.append(tempfile.TemporaryFile())  # noqa: SIM115 - whoever takes it closes it


def take() -> IO[bytes]:
    """Return an empty temporary file without a name; it is gone when it is closed."""
    return _prepared.pop() if _prepared else tempfile.TemporaryFile()
