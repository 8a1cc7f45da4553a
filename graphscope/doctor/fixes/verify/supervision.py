"""Watching over trials while they run: time, memory, and what they leave behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from graphscope.doctor.fixes.verify.trial import OUTCOME, Outcome, OutcomeKind, Trial

PAUSE = 0.02
"""Seconds between two looks at the running trials."""


class Process(Protocol):
    """A process that runs a trial."""

    pid: int

    def poll(self) -> int | None:
        """Return how it ended; None while it runs."""
        ...


class Forked:
    """A child of this process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, as `subprocess` does."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
        return self._status


class Supervisor:
    """Trials that are running.

    Args:
        start: starts the process of a trial.
    """

    def __init__(self, start: Callable[[Trial], Process]) -> None:
        self._start = start
        self._running: dict[str, tuple[Trial, Process, float]] = {}

    @property
    def is_busy(self) -> bool:
        """Whether some trial is running."""
        return bool(self._running)

    def submit(self, trial: Trial) -> None:
        """Start a trial."""
        self._running[trial.key] = (trial, self._start(trial), time.monotonic())

    def collect(self) -> list[Outcome]:
        """Return what has ended by now, of itself or because it went beyond its limits."""
        ended = []
        for key, (trial, process, started) in list(self._running.items()):
            outcome = _look(trial, process, time.monotonic() - started)
            if outcome is not None:
                del self._running[key]
                ended.append(outcome)
        return ended

    def wait(self, seconds: float) -> list[Outcome]:
        """Return what has ended; wait for something to end, at most so long."""
        until = time.monotonic() + seconds
        while not (ended := self.collect()) and self._running and time.monotonic() < until:
            time.sleep(PAUSE)
        return ended

    def stop(self) -> None:
        """End all trials."""
        for _, process, _ in self._running.values():
            _kill(process)
        self._running.clear()


def _look(trial: Trial, process: Process, seconds: float) -> Outcome | None:
    status = process.poll()
    if status is not None:
        _kill(process)  # What it has started may live on.
        return _read(trial, status, seconds)
    kind: OutcomeKind | None = None
    if seconds > trial.seconds:
        kind = "timeout"
    elif resident_bytes(process.pid) > trial.memory:
        kind = "memory"
    if kind is None:
        return None
    _kill(process)
    return Outcome(trial.key, kind, seconds)


def _read(trial: Trial, status: int, seconds: float) -> Outcome:
    try:
        text = (Path(trial.scratch) / OUTCOME).read_text()
        return Outcome.from_dict(json.loads(text))
    except (OSError, ValueError, KeyError, TypeError):
        how = signal.Signals(-status).name if status < 0 else f"status {status}"
        if status == -getattr(signal, "SIGXCPU", 0):
            return Outcome(trial.key, "timeout", seconds)
        return Outcome(trial.key, "crashed", seconds, message=how)


def _kill(process: Process) -> None:
    """End a process and all of its session that it has started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif isinstance(process, subprocess.Popen):
        process.kill()
    until = time.monotonic() + 5
    while process.poll() is None and time.monotonic() < until:
        time.sleep(PAUSE)


def resident_bytes(pid: int) -> int:
    """Return how much memory a process really holds; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
