"""Writing to the run log without ever harming the training."""

from __future__ import annotations

import time
import warnings
from pathlib import Path

from graphscope.runs.log import Log, make_writer_id, open_log
from graphscope.runs.records import Event, Record


class MonitorWarning(UserWarning):
    """Something about a training cannot be logged; the training itself goes on."""


class Sink:
    """The log of one training. What cannot be written is counted, and warned of once.

    Args:
        folder: of the run.
        rank: of this process.
    """

    def __init__(self, folder: Path, rank: int) -> None:
        self.folder = folder
        self.writer = make_writer_id(rank)
        self.lost = 0
        self._warned: set[str] = set()
        self._log: Log | None = None
        self._untold = 0
        try:
            self._log = open_log(folder, self.writer, tell=self.warn)
        except Exception as error:  # noqa: BLE001 - each kind of storage has its own
            self.warn(f"The run cannot be logged in {folder} ({error}).")

    def write(self, record: Record) -> bool:
        """Append a record; return whether it was written."""
        if self._log is None:
            self.lost += 1
            return False
        try:
            if self._untold:
                self._tell_lost()
            self._log.write(record)
        except Exception as error:  # noqa: BLE001 - see above
            self._lose(error)
            return False
        return True

    def _tell_lost(self) -> None:
        assert self._log is not None
        text = f"{self._untold} records before this one could not be written."
        details = {"records": self._untold}
        self._log.write(Event(0, time.time(), "lost", text, "warning", details))
        self._untold = 0

    def _lose(self, error: Exception) -> None:
        self.lost += 1
        self._untold += 1
        kind = type(error).__name__
        self.warn(
            f"A record of the run cannot be written to {self.folder} ({kind}: {error}).", kind
        )

    def warn(self, text: str, kind: str = "") -> None:
        """Warn, once for each kind of trouble."""
        if (kind or text) not in self._warned:
            self._warned.add(kind or text)
            warnings.warn(f"graphscope: {text} Training goes on.", MonitorWarning, stacklevel=3)

    def check(self) -> None:
        """Warn when the log was deleted meanwhile: what is written goes nowhere then."""
        if self._log is not None and self._log.is_gone():
            self.warn(f"The log of the run in {self.folder} was deleted; the rest of it is lost.")

    def close(self) -> None:
        """End the log, and say how much is missing from it."""
        self.check()
        if self._log is not None:
            try:
                self._log.close()
            except Exception as error:  # noqa: BLE001 - see above
                self.warn(str(error))
            self._log = None
        if self.lost:
            self.warn(f"{self.lost} records of the run are lost.")
