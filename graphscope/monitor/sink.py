"""Writing to the run log without ever harming the training."""

from __future__ import annotations

import time
from pathlib import Path

from graphscope.monitor.mirror import Mirror
from graphscope.monitor.warning import Warner
from graphscope.runs.log import Log, make_writer_id, open_log
from graphscope.runs.records import Event, Record, Start


class Sink:
    """The log of one training. What cannot be written is counted, and warned of once.

    Args:
        folder: of the run.
        rank: of this process.
        warn: told of trouble.
        mirror: gets each record, too.
    """

    def __init__(self, folder: Path, rank: int, warn: Warner, mirror: Mirror | None = None) -> None:
        self.folder = folder
        self.writer = make_writer_id(rank)
        self.lost = 0
        """Records that were not written."""
        self._warn = warn
        self._mirror = mirror
        self._log: Log | None = None
        self._untold = 0
        self._start: Start | None = None
        try:
            self._log = open_log(folder, self.writer, tell=warn)
        except Exception as error:  # noqa: BLE001 - each kind of storage has its own
            warn(f"The run cannot be logged in {folder} ({_told(error)}).", "open")

    def write(self, record: Record) -> bool:
        """Append a record; return whether it was written."""
        if self._mirror is not None:
            self._mirror.write(record)
        if isinstance(record, Start):
            self._start = record
        if self._log is None:
            self.lost += 1
            return False
        try:
            self._catch_up(self._log)
            if not isinstance(record, Start):
                self._log.write(record)
        except Exception as error:  # noqa: BLE001 - see above
            self._lose(error)
            return False
        return True

    def _catch_up(self, log: Log) -> None:
        """Write what must stand before the next record: the start, and how much is missing."""
        if self._start is not None:
            log.write(self._start)
            self._start = None
        if self._untold:
            text = f"{self._untold} records before this one could not be written."
            details = {"records": self._untold}
            log.write(Event(0, time.time(), "lost", text, "warning", details))
            self._untold = 0

    def _lose(self, error: Exception) -> None:
        self.lost += 1
        self._untold += 1
        kind = type(error).__name__
        self._warn(f"Records of the run cannot be written to {self.folder} ({_told(error)}).", kind)

    def check(self) -> None:
        """Warn when the log was deleted meanwhile: what is written goes nowhere then."""
        if self._log is not None and self._log.is_gone():
            self._warn(
                f"The log of the run in {self.folder} was deleted; the rest of it is lost.", "gone"
            )

    def close(self) -> None:
        """End the log, and say how much is missing from it."""
        self.check()
        if self._mirror is not None:
            self._mirror.close()
        if self._log is not None:
            try:
                self._catch_up(self._log)
            except Exception as error:  # noqa: BLE001 - see above
                self._warn(str(error), type(error).__name__)
            try:
                self._log.close()
            except Exception as error:  # noqa: BLE001 - see above
                self._warn(str(error), "close")
            self._log = None
        if self.lost:
            self._warn(f"{self.lost} records of the run are missing from its log.", "lost")


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
