"""Reading runs, also while they are written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from graphscope.runs.blocks import StepBlock, Unreadable, decode_lines
from graphscope.runs.folders import is_remote
from graphscope.runs.gather import Gathering
from graphscope.runs.log.writer import SUFFIX
from graphscope.runs.records import Record
from graphscope.runs.run import Run

_MOST_NOTES = 20
_HEAD = 256
"""Bytes by which a log is recognised: its first record names its writer and its time."""


def find_runs(root: Path) -> list[Path]:
    """Return the folders at or below `root` that hold logs, in order of their names."""
    return sorted({path.parent for path in root.rglob(f"*{SUFFIX}")}, key=str)


def read_run(folder: Path, *, name: str | None = None) -> Run:
    """Return all that is logged of a run.

    Args:
        folder: of the run.
        name: to call it by; the folder's own name by default.
    """
    tail = RunTail(folder)
    gathering = Gathering()
    for writer, each in tail.poll_blocks():
        gathering.add(writer, each)
    return gathering.run(name=name or folder.name, location=str(folder), notes=tail.notes)


class RunTail:
    """The records of a run, each once; more with each poll while it is written.

    Attributes:
        notes: lines that could not be read, said to the user.
        restarts: how often a log turned out to be another one than was read before (it was
            deleted and written anew, or cut): whoever keeps records must begin again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes: list[str] = []
        self.restarts = 0
        self._offsets: dict[str, int] = {}
        self._heads: dict[str, bytes] = {}
        self._unreadable = 0

    def poll(self) -> list[tuple[str, Record]]:
        """Return what was added since the last poll: (writer, record)."""
        found: list[tuple[str, Record]] = []
        for writer, each in self.poll_blocks():
            if isinstance(each, StepBlock):
                found += [(writer, step) for step in each.records()]
            else:
                found.append((writer, each))
        return found

    def poll_blocks(self) -> Iterator[tuple[str, Record | StepBlock]]:
        """Yield what was added since the last poll, consecutive steps together."""
        for path in self._logs():
            writer = path.name.partition(".")[0]
            for each in decode_lines(self._read(path).splitlines()):
                if isinstance(each, Unreadable):
                    self._note(path, each)
                else:
                    yield writer, each

    def _logs(self) -> list[Path]:
        """Return the logs; the segments of a writer in their order."""
        logs = sorted(self.folder.glob(f"*{SUFFIX}"), key=lambda path: path.name)
        if not is_remote(self.folder):
            return logs
        return [path for path in logs if path.name not in self._offsets]  # Sealed: read once.

    def _read(self, path: Path) -> bytes:
        """Return the whole lines that were added to a log."""
        try:
            data = self._read_local(path) if not is_remote(self.folder) else path.read_bytes()
        except FileNotFoundError:
            return b""  # It was deleted between being listed and being read.
        whole = data[: data.rfind(b"\n") + 1]  # A torn tail may become whole later.
        self._offsets[path.name] = self._offsets.get(path.name, 0) + len(whole)
        return whole

    def _read_local(self, path: Path) -> bytes:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
            size = stream.seek(0, os.SEEK_END)
            known = self._heads.get(path.name, b"")
            if not head.startswith(known) or size < self._offsets.get(path.name, 0):
                self.restarts += 1
                self._offsets[path.name] = 0
            self._heads[path.name] = head
            stream.seek(self._offsets.get(path.name, 0))
            return stream.read()

    def _note(self, path: Path, unreadable: Unreadable) -> None:
        self._unreadable += 1
        if self._unreadable <= _MOST_NOTES:
            self.notes.append(f"{path.name}: a line was skipped ({unreadable.reason}).")
        elif self._unreadable == _MOST_NOTES + 1:
            self.notes.append("More lines were skipped.")
