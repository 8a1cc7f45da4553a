"""Asking the health rules about every run, in a thread of its own."""

from __future__ import annotations

import threading
import time

from graphscope.app.live.live_run import LiveRun
from graphscope.app.live.watcher import Watcher
from graphscope.errors import GraphscopeError

_PATIENCE = 20.0
"""How many times longer than the last examination took is waited before a run that trains is
examined again: at most one twentieth of a processor goes to each."""
_PAUSE = 0.25
"""Seconds between two looks for runs that have changed."""


class Examiner:
    """Keeps the diagnoses of all runs up to date: those that train first, then the latest.

    Args:
        watcher: that knows the runs; it is told of what was found.
    """

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._may_examine: dict[str, float] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="graphscope-health", daemon=True)

    def start(self) -> None:
        """Begin to examine."""
        self._thread.start()

    def stop(self) -> None:
        """End after the run that is being examined."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    def _follow(self) -> None:
        while not self._ending.wait(_PAUSE):
            run = self._next()
            while run is not None and not self._ending.is_set():
                self._examine(run)
                run = self._next()

    def _next(self) -> LiveRun | None:
        now = time.monotonic()
        due = [
            run
            for run in self._watcher.runs.values()
            if run.examined != run.version and now >= self._may_examine.get(run.key, 0.0)
        ]
        return max(
            due,
            key=lambda run: (run.row.status == "running", run.row.updated or 0.0),
            default=None,
        )

    def _examine(self, run: LiveRun) -> None:
        from graphscope.doctor.health import Training, examine_training

        began, version, notes = time.monotonic(), run.version, list[str]()
        try:
            training = Training(run.source.store.read(run.row.key))
            found = tuple(examine_training(training, notes.append))
        except GraphscopeError:
            self._may_examine[run.key] = began + 1.0  # It is gone, or the index is.
            return
        is_news = found != tuple(run.diagnoses) or run.examined < 0 or tuple(notes) != run.notes
        run.diagnoses, run.notes, run.examined = found, tuple(notes), version
        # What a training that is over has to say was said now; a longer log costs more to examine.
        took = time.monotonic() - began
        self._may_examine[run.key] = time.monotonic() + _PATIENCE * took
        if is_news:
            self._watcher.touch()
