"""Reading runs, also while they are written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graphscope.runs.codec import decode
from graphscope.runs.gather import gather
from graphscope.runs.log.writer import SUFFIX
from graphscope.runs.records import Record
from graphscope.runs.run import Run


def find_runs(root: Path) -> list[Path]:
    """Return the folders at or below `root` that hold logs, in order of their names."""
    return sorted({path.parent for path in root.rglob(f"*{SUFFIX}")})


def read_run(folder: Path, *, name: str | None = None) -> Run:
    """Return all that is logged of a run.

    Args:
        folder: of the run.
        name: to call it by; the folder's own name by default.
    """
    tail = RunTail(folder)
    return gather(tail.poll(), name=name or folder.name, location=str(folder), notes=tail.notes)


class RunTail:
    """The records of a run, each once; more with each poll while it is written.

    Attributes:
        notes: lines that could not be read, said to the user.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes: list[str] = []
        self._offsets: dict[Path, int] = {}

    def poll(self) -> list[tuple[str, Record]]:
        """Return what was added since the last poll: (writer, record)."""
        logs = sorted(self.folder.glob(f"*{SUFFIX}"))
        return [(path.stem, record) for path in logs for record in self._read(path)]

    def _read(self, path: Path) -> Iterator[Record]:
        offset = self._offsets.get(path, 0)
        with path.open("rb") as stream:
            stream.seek(offset)
            data = stream.read()
        whole = data[: data.rfind(b"\n") + 1]  # A torn tail may become whole later.
        self._offsets[path] = offset + len(whole)
        for line in whole.splitlines():
            try:
                record = decode(line)
            except ValueError as error:
                self.notes.append(f"{path.name}: a line was skipped ({error}).")
                continue
            if record is not None:
                yield record
