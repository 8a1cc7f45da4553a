"""The log that suits a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from graphscope.runs.folders import is_remote
from graphscope.runs.log.segments import SegmentedLog
from graphscope.runs.log.writer import LogWriter
from graphscope.runs.records import Record


class Log(Protocol):
    """What records are written to."""

    path: Path

    def write(self, record: Record) -> None:
        """Append a record; OSError, TypeError or ValueError when it was not taken."""
        ...

    def is_gone(self) -> bool:
        """Whether it was deleted while it is written."""
        ...

    def close(self) -> None:
        """End it."""
        ...


def open_log(folder: Path, writer: str, *, tell: Callable[[str], None]) -> Log:
    """Return a new log in a run's folder, on this machine or by URL (see `runs.folders`).

    Args:
        folder: of the run.
        writer: id of the writer, see `make_writer_id`.
        tell: told when remote storage cannot be reached.

    Raises:
        OSError: when it cannot be made.
    """
    return (
        SegmentedLog(folder, writer, tell=tell) if is_remote(folder) else LogWriter(folder, writer)
    )
