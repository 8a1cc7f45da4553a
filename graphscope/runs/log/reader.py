"""Reading runs, also while they are written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from graphscope.runs.blocks import StepBlock, Unreadable, decode_lines
from graphscope.runs.folders import is_remote
from graphscope.runs.gather import Gathering
from graphscope.runs.log.lines import LONGEST
from graphscope.runs.log.writer import SUFFIX
from graphscope.runs.records import Record
from graphscope.runs.run import Run
from graphscope.runs.sanity import problem_of, sound_steps

_MOST_NOTES = 20
_PART = 8 << 20
"""Bytes that are read at once."""
_HEAD = 256
"""Bytes by which a log is recognised: its first record names its writer and its time."""


def find_runs(root: Path) -> list[Path]:
    """Return the folders at or below `root` that hold logs, in order of their names."""
    return sorted({path.parent for path in root.rglob(f"*{SUFFIX}") if _is_log(path)}, key=str)


def read_run(folder: Path, *, name: str | None = None, pattern: str = f"*{SUFFIX}") -> Run:
    """Return all that is logged of a run.

    Args:
        folder: of the run.
        name: to call it by; the folder's own name by default.
        pattern: of the names of the logs that are read.
    """
    tail = RunTail(folder, pattern)
    gathering = Gathering()
    for writer, each in tail.poll_blocks():
        gathering.add(writer, each)
    return gathering.run(name=name or folder.name, location=str(folder), notes=tail.notes)


class RunTail:
    """The records of a run, each once; more with each poll while it is written.

    Args:
        folder: of the run.
        pattern: of the names of its logs.

    Attributes:
        notes: lines that could not be read, said to the user.
        restarts: how often a log turned out to be another one than was read before (it was
            deleted and written anew, or cut): whoever keeps records must begin again.
    """

    def __init__(self, folder: Path, pattern: str = f"*{SUFFIX}") -> None:
        self.folder = folder
        self._pattern = pattern
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
            for part in self._read(path):
                for each in map(_examine, decode_lines(part.splitlines())):
                    if isinstance(each, Unreadable):
                        self._note(path, each)
                    else:
                        yield writer, each

    def _logs(self) -> list[Path]:
        """Return the logs; the segments of a writer in their order."""
        logs = sorted(self.folder.glob(self._pattern), key=lambda path: path.name)
        if not is_remote(self.folder):
            return [path for path in logs if _is_log(path)]
        return [path for path in logs if path.name not in self._offsets]  # Sealed: read once.

    def _read(self, path: Path) -> Iterator[bytes]:
        """Yield the whole lines that were added to a log, in parts."""
        try:
            stream = path.open("rb")
        except FileNotFoundError:
            return  # It was deleted between being listed and being read.
        with stream:
            if not is_remote(self.folder):
                self._find_place(stream, path.name)
            rest, is_in_long_line = b"", False
            while data := stream.read(_PART):
                rest += data
                end = rest.rfind(b"\n") + 1  # A torn tail may become whole later.
                if not end and len(rest) > LONGEST:
                    if not is_in_long_line:
                        self._note(path, Unreadable(f"it is longer than {LONGEST >> 20} MiB"))
                    is_in_long_line = True
                    self._pass(path, len(rest))
                    rest = b""
                    continue
                whole, rest = rest[:end], rest[end:]
                self._pass(path, len(whole))
                is_in_long_line = is_in_long_line and not end
                yield whole

    def _find_place(self, stream: BinaryIO, name: str) -> None:
        """Go to where reading goes on; to the beginning where the log is another one."""
        head = stream.read(_HEAD)
        size = stream.seek(0, os.SEEK_END)
        known = self._heads.get(name, b"")
        if not head.startswith(known) or size < self._offsets.get(name, 0):
            self.restarts += 1
            self._offsets[name] = 0
        self._heads[name] = head
        stream.seek(self._offsets.get(name, 0))

    def _pass(self, path: Path, count: int) -> None:
        self._offsets[path.name] = self._offsets.get(path.name, 0) + count

    def _note(self, path: Path, unreadable: Unreadable) -> None:
        self._unreadable += 1
        if self._unreadable <= _MOST_NOTES:
            self.notes.append(f"{path.name}: a line was skipped ({unreadable.reason}).")
        elif self._unreadable == _MOST_NOTES + 1:
            self.notes.append("More lines were skipped.")


def _examine(given: Record | StepBlock | Unreadable) -> Record | StepBlock | Unreadable:
    """Return what a line holds, or why that is of no use."""
    if isinstance(given, Unreadable):
        return given
    if isinstance(given, StepBlock):
        return sound_steps(given)
    problem = problem_of(given)
    return given if problem is None else Unreadable(problem)


def _is_log(path: Path) -> bool:
    """Whether a path of the name of a log is neither a folder nor a pipe; storage has none."""
    return is_remote(path) or path.is_file()
