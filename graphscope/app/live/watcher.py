"""Following all runs: one thread looks for news, others wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from graphscope.app.live.live_run import LiveRun, make_key
from graphscope.app.live.sources import Source
from graphscope.app.live.state import find_differing, tell_metrics, tell_run
from graphscope.app.live.values import as_json
from graphscope.errors import GraphscopeError
from graphscope.runs.index.rows import RunRow

TICK = 0.1
"""Seconds between two looks: news are known after half of this on average."""
_SHARE = 4.0
"""How many times longer than a look computed is waited at least: a fifth of a processor at most."""
_STATUS = 1.0
"""Seconds after which it is looked whether processes still live, when the logs are silent."""
_FIRST = 5.0
"""Seconds that a visitor waits at most for the first look, however short that is."""
_IDLE_AFTER, _IDLE = 20.0, 2.0
"""Seconds without any visitor after which it is looked seldom, and how seldom then."""


class Watcher:
    """Knows all runs of some folders, and when anything about them has changed.

    Args:
        sources: where runs come from.

    Attributes:
        version: rises with each news; 0 until everything was read for the first time, in part.
        runs: by key, in order of their names.
        asked: when anybody last asked, on the monotonic clock.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self.version = 0
        self.runs: dict[str, LiveRun] = {}
        self.asked = time.monotonic()
        self._is_whole = False
        self._faults: dict[Source, str] = {}
        self._notes: tuple[str, ...] = ()
        self._may_check = 0.0
        self._told: dict[str, tuple[Any, dict[str, Any]]] = {}
        self._change = threading.Condition()
        self._wake = threading.Event()
        self._has_ended = False
        self._thread = threading.Thread(target=self._follow, name="graphscope-watch", daemon=True)

    @property
    def has_ended(self) -> bool:
        """Whether it was stopped."""
        return self._has_ended

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End, and let all who wait go on."""
        self._has_ended = True
        self._wake.set()
        with self._change:
            self._change.notify_all()
        if self._thread.is_alive():
            self._thread.join()
        for source in self.sources:
            source.close()

    def visit(self) -> None:
        """Note that somebody looks, so that news are looked for often; wait for the first ones."""
        is_back = time.monotonic() - self.asked > _IDLE_AFTER
        self.asked = time.monotonic()
        if is_back:
            self._wake.set()
        if not self.version:
            self.wait(None, _FIRST, lambda: False)

    def wait(self, since: int | None, seconds: float, is_gone: Callable[[], bool]) -> bool:
        """Wait for another version; return whether there is one.

        Args:
            since: the version that is known; None to wait only until there is any.
            seconds: to wait at most.
            is_gone: whether nobody waits for the answer any more.
        """
        until = time.monotonic() + seconds
        with self._change:
            while self.version in (0, since) and not self._has_ended:
                left = until - time.monotonic()
                if left <= 0 or is_gone():
                    return False
                self._change.wait(min(left, 1.0))
            return self.version not in (0, since)

    def touch(self) -> None:
        """Say that something about the runs is new which is not in their logs."""
        with self._change:
            self.version += 1
            self._change.notify_all()

    def tell(self) -> dict[str, Any]:
        """Return all that the page is told of the runs, as JSON values."""
        version, runs = self.version, list(self.runs.values())
        rows = [run.row for run in runs]
        return {
            "version": version,
            "root": as_json(str(self.sources[0].shown)),
            "now": time.time(),
            "reading": not self._is_whole,
            "notes": [as_json(note) for note in self._notes],
            "metrics": tell_metrics(rows),
            "differing": find_differing(rows),
            "runs": [told for run in runs if (told := self._tell_run(run)) is not None],
        }

    def _tell_run(self, run: LiveRun) -> dict[str, Any] | None:
        stamp = (run.version, run.examined, tuple(run.notes))
        known = self._told.get(run.key)
        if known is not None and known[0] == stamp:
            return known[1]
        try:
            told = tell_run(run) | {"graph": f"runs/{run.key}/" if _has_graph(run) else None}
        except GraphscopeError:
            return None  # It was deleted a moment ago; the next look says so.
        self._told[run.key] = (stamp, told)
        return told

    def _follow(self) -> None:
        while not self._has_ended:
            began = time.thread_time()  # Others on a busy machine must not make news later still.
            if self._look():
                self.touch()
            pause = max(TICK, _SHARE * (time.thread_time() - began)) if self._is_whole else 0.0
            if time.monotonic() - self.asked > _IDLE_AFTER:
                pause = max(pause, _IDLE)
            self._wake.wait(pause)
            self._wake.clear()

    def _look(self) -> bool:
        """Look once; return whether there is any news."""
        is_news, is_replaced, is_whole = False, False, True
        for source in self.sources:
            running = [
                run.row
                for run in self.runs.values()
                if run.source is source and run.row.status == "running"
            ]
            fault = self._faults.pop(source, None)
            try:
                update = source.look(running)
            except (GraphscopeError, OSError) as error:
                self._faults[source] = " ".join(str(error).split())
                is_news |= self._faults[source] != fault
                continue
            is_news |= fault is not None or bool(update.bytes or update.rebuilt or update.removed)
            is_replaced |= bool(update.rebuilt)
            is_whole &= update.is_complete
        notes = self._find_notes()
        is_news |= notes != self._notes or is_whole != self._is_whole or not self.version
        now = time.monotonic()
        if is_news or now > self._may_check:
            self._may_check = now + _STATUS
            is_news |= self._take_rows(is_replaced=is_replaced)
        self._notes, self._is_whole = notes, is_whole
        return is_news

    def _find_notes(self) -> tuple[str, ...]:
        notes = [note for each in self.sources if (note := each.note()) is not None]
        stores = [note for each in self.sources for note in each.store.notes]
        faults = [f"Runs cannot be read: {fault}" for fault in self._faults.values()]
        return (*notes, *stores, *faults)

    def _take_rows(self, *, is_replaced: bool) -> bool:
        found: dict[str, LiveRun] = {}
        is_news = False
        for source in self.sources:
            if source in self._faults:
                found |= {key: run for key, run in self.runs.items() if run.source is source}
                continue
            for row in self._read_rows(source):
                run = self.runs.get(make_key(row))
                if run is None:
                    run = LiveRun(source, row)
                    is_news = True
                else:
                    is_news |= run.take(row, is_replaced=is_replaced)
                found[run.key] = run
        is_news |= found.keys() != self.runs.keys()
        for key in self.runs.keys() - found.keys():
            self._told.pop(key, None)
        self.runs = found  # Replaced as a whole: others go through it meanwhile.
        return is_news

    def _read_rows(self, source: Source) -> list[RunRow]:
        try:
            return source.rows()
        except GraphscopeError as error:
            self._faults[source] = " ".join(str(error).split())
            return [run.row for run in self.runs.values() if run.source is source]


def _has_graph(run: LiveRun) -> bool:
    with suppress(OSError):
        return (folder_of(run) / "graph.json").is_file()
    return False


def folder_of(run: LiveRun) -> Path:
    """Return a run's folder, a path or a URL."""
    from graphscope.runs.folders import as_folder

    return as_folder(run.row.location)
