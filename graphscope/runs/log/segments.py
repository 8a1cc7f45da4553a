"""A log on storage that cannot append: sealed segments, each written once.

Records are first appended to a file of this machine, where they survive the process; every few
seconds what is new goes to the storage as one more segment, `WRITER.000001.jsonl`. A segment is
never changed, so that readers may keep what they have read.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from graphscope.runs.log.writer import SUFFIX, LogWriter
from graphscope.runs.records import Record

SECONDS = 5.0
"""Between two segments: 720 an hour, of which object stores bill each."""
LARGEST = 4 << 20
"""Bytes in one segment; more are split, so that a reader need not take them all at once."""


class SegmentedLog:
    """Writes the log of a run that lies on remote storage.

    Args:
        folder: of the run.
        writer: id of the writer, which names the segments.
        seconds: between two segments.
        tell: told once when the storage cannot be reached; what was not sent is kept, tried
            again, and named by `close` when it fails to the end.

    Raises:
        OSError: when no file can be made on this machine.
    """

    def __init__(
        self,
        folder: Path,
        writer: str,
        *,
        seconds: float = SECONDS,
        tell: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self.path = folder / f"{writer}{SUFFIX}"
        self._folder, self._writer, self._tell = folder, writer, tell
        self._spool = LogWriter(Path(tempfile.mkdtemp(prefix="graphscope-run-")), writer)
        self._sent = 0
        self._segments = 0
        self._has_failed = False
        self._failure: Exception | None = None
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._sender = threading.Thread(target=self._send_on, args=(seconds,), daemon=True)
        self._sender.start()

    def write(self, record: Record) -> None:
        """Append a record; it is acknowledged once this machine has it."""
        self._spool.write(record)

    def is_gone(self) -> bool:
        """Whether the file of this machine was deleted."""
        return self._spool.is_gone()

    def seal(self) -> bool:
        """Send what is new as segments; return whether the storage has all of it now."""
        with self._lock:
            try:
                while lines := self._next():
                    self._put(self._segments + 1, lines)
                    self._segments += 1
                    self._sent += len(lines)
                self._failure = None
            except Exception as error:  # noqa: BLE001 - each driver has its own; kept and told
                self._failure = error
                self._complain(error)
            return self._failure is None

    def close(self) -> None:
        """Send the rest and delete this machine's file.

        Raises:
            OSError: when the storage did not take it; the message names the file that has it.
        """
        self._ending.set()
        self._sender.join()
        is_whole = self.seal()
        self._spool.close()
        if not is_whole:
            raise OSError(
                f"The end of the run could not be written to {self._folder} ({self._failure}); "
                f"it is in {self._spool.path}."
            )
        self._spool.path.unlink(missing_ok=True)
        self._spool.path.parent.rmdir()

    def _send_on(self, seconds: float) -> None:
        while not self._ending.wait(seconds):
            self.seal()

    def _next(self) -> bytes:
        with self._spool.path.open("rb") as stream:
            stream.seek(self._sent)
            data = stream.read(LARGEST)
        end = data.rfind(b"\n") + 1
        return data[:end]

    def _put(self, number: int, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{self._writer}.{number:06d}{SUFFIX}").write_bytes(data)

    def _complain(self, error: Exception) -> None:
        if not self._has_failed:
            self._has_failed = True
            at = time.strftime("%H:%M:%S")
            self._tell(
                f"{self._folder} cannot be written since {at} ({type(error).__name__}: {error}); "
                f"the log is kept in {self._spool.path} and sent when it can be."
            )
