"""Runs that TensorBoard's event files tell of, shown beside ours.

Nothing is written into the user's folders: the runs are imported into a folder for temporary
files, again whenever their event files grow, and deleted with it.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from graphscope.app.live.sources import Source
from graphscope.errors import GraphscopeError
from graphscope.runs.exchange import find_event_runs, import_run, read_event_run
from graphscope.runs.folders import is_remote
from graphscope.runs.index.rows import RunRow
from graphscope.runs.index.updating import Update

_LEAST = 2.0
"""Seconds between two looks for event files."""
_SHARE = 10.0
"""How many times longer than the last look took is waited before the next one."""

_State = tuple[tuple[str, int, int], ...]


class TensorBoardSource(Source):
    """Runs below a folder that other programs logged for TensorBoard.

    Args:
        root: the folder.

    Raises:
        GraphscopeError: when it is not on this machine.
    """

    def __init__(self, root: Path) -> None:
        if is_remote(root):
            raise GraphscopeError(
                "Event files of TensorBoard's are read from folders of this machine only.",
                "Leave --tensorboard out, or copy them here.",
            )
        self._events = root
        self._folder = Path(tempfile.mkdtemp(prefix="graphscope-tensorboard-"))
        self._known: dict[Path, _State] = {}
        self._notes: dict[Path, str] = {}
        self._may_import = 0.0
        super().__init__(self._folder / "runs", self._folder / "index.sqlite")

    def look(self, running: list[RunRow]) -> Update:  # noqa: ARG002 - none of them trains
        """Import what is new or has grown, and take it up."""
        began = time.monotonic()
        if began < self._may_import:
            return Update()
        self._import_all()
        update = self.store.update(self.root)
        self._may_import = began + max(_LEAST, _SHARE * (time.monotonic() - began))
        return update

    def note(self) -> str | None:
        """Return what could not be read."""
        return " ".join(self._notes.values()) or None

    def close(self) -> None:
        """End all connections, and delete what was imported."""
        super().close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _import_all(self) -> None:
        found = {folder: _state_of(folder) for folder in find_event_runs(self._events)}
        # A run of ours that was also written for TensorBoard is there already.
        found = {folder: each for folder, each in found.items() if not any(folder.glob("*.jsonl"))}
        for folder in self._known.keys() - found.keys():
            del self._known[folder]
            self._notes.pop(folder, None)
            shutil.rmtree(self._target(folder), ignore_errors=True)
        for folder, state in found.items():
            if self._known.get(folder) != state:
                self._known[folder] = state
                self._import(folder)

    def _import(self, folder: Path) -> None:
        target = self._target(folder)
        for log in target.glob("*.jsonl"):
            log.unlink()
        try:
            run = read_event_run(folder)
            import_run(run, target)
        except (GraphscopeError, OSError, ValueError) as error:
            self._notes[folder] = f"The event files in {folder} could not be read ({error})."
            return
        self._notes.pop(folder, None)
        if run.notes:
            self._notes[folder] = f"{folder}: {' '.join(run.notes)}"

    def _target(self, folder: Path) -> Path:
        path = folder.relative_to(self._events)
        # A folder that holds event files itself is a run, and so may folders below it be.
        return self.root / (path if path.parts else self._events.resolve().name or "run")


def _state_of(folder: Path) -> _State:
    parts = (folder, folder / "train", folder / "validation")
    files = sorted(path for part in parts for path in part.glob("*tfevents*"))
    return tuple((str(each), each.stat().st_size, each.stat().st_mtime_ns) for each in files)
