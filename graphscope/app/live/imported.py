"""Runs that other programs logged, shown as ours are.

Nothing is written into the user's folders: the runs are imported into a folder for temporary
files, again whenever their files grow, and deleted with it.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from graphscope.app.live.sources import Source
from graphscope.app.temporary import TemporaryFolder
from graphscope.errors import GraphscopeError
from graphscope.runs.exchange import ForeignRun, find_event_runs, import_run
from graphscope.runs.folders import is_remote
from graphscope.runs.index.rows import RunRow
from graphscope.runs.index.updating import Update

_LEAST = 2.0
"""Seconds between two looks for files."""
_SHARE = 10.0
"""How many times longer than the last look took is waited before the next one."""

_State = tuple[tuple[str, int, int], ...]


class ImportedSource(Source):
    """Runs that other programs logged.

    Args:
        root: the file or folder of them.
        find: finds them; asked again and again, as there may be more.
    """

    def __init__(self, root: Path, find: Callable[[], Sequence[ForeignRun]]) -> None:
        self._given = root
        self._find = find
        self._folder = TemporaryFolder("graphscope-imported-")
        self._known: dict[ForeignRun, _State] = {}
        self._notes: dict[ForeignRun, str] = {}
        self._targets: dict[ForeignRun, Path] = {}
        self._may_import = 0.0
        place = self._folder.path
        super().__init__(place / "runs", place / "index.sqlite", shown=root)

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
        self._folder.remove()

    def _import_all(self) -> None:
        states = {run: _state_of(run) for run in self._find()}
        found = {run: state for run, state in states.items() if state}
        for run in self._known.keys() - found.keys():
            del self._known[run]
            self._notes.pop(run, None)
            shutil.rmtree(self._target(run), ignore_errors=True)
        for run, state in found.items():
            if self._known.get(run) != state:
                self._known[run] = state
                self._import(run)

    def _import(self, run: ForeignRun) -> None:
        target = self._target(run)
        for log in target.glob("*.jsonl"):
            log.unlink()
        try:
            read = run.read()
            import_run(read, target)
        except (GraphscopeError, OSError, ValueError) as error:
            self._notes[run] = f"The run in {run.place} could not be read ({error})."
            return
        self._notes.pop(run, None)
        if read.notes:
            self._notes[run] = f"{run.place}: {' '.join(read.notes)}"

    def _target(self, run: ForeignRun) -> Path:
        """Return the folder that a run is imported into, named as its own place is."""
        if run not in self._targets:
            path = run.place.relative_to(self._given)
            # A folder that holds event files itself is a run, and so may folders below it be.
            target = self.root / (path if path.parts else self._given.resolve().name or "run")
            # No folder may be called as logs are.
            target = target.with_suffix("") if run.kind == "rows" else target
            while target in self._targets.values():
                target = target.with_name(f"{target.name}_")
            self._targets[run] = target
        return self._targets[run]


def tensorboard_runs(root: Path) -> ImportedSource:
    """Return what lies below a folder that other programs logged for TensorBoard.

    Raises:
        GraphscopeError: when the folder is not on this machine.
    """
    if is_remote(root):
        raise GraphscopeError(
            "Event files of TensorBoard's are read from folders of this machine only.",
            "Leave --tensorboard out, or copy them here.",
        )

    def find() -> list[ForeignRun]:
        # A run of ours that was also written for TensorBoard is there already.
        found = (each for each in find_event_runs(root) if not any(each.glob("*.jsonl")))
        return [ForeignRun(folder, "events") for folder in found]

    return ImportedSource(root, find)


def _state_of(run: ForeignRun) -> _State:
    """Return what changes when a run grows; nothing when its files are gone."""
    try:
        stats = [(str(path), path.stat()) for path in run.files()]
    except (OSError, GraphscopeError):
        return ()  # One of them went meanwhile: the next look tells.
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)
