"""A run that is followed while it is written."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from graphscope.app.painted.samples import Samples
from graphscope.doctor.findings import Diagnosis
from graphscope.runs import Run, Start, Statistics, Step
from graphscope.runs.blocks import StepBlock
from graphscope.runs.gather import Gathering
from graphscope.runs.index.status import Log, RunStatus, status_of
from graphscope.runs.log import RunTail
from graphscope.runs.records import Columns, End, Epoch, Record

_PATIENCE = 20.0
"""How many times longer than the last examination took is waited before the next one: at most one
twentieth of a processor goes to it."""


@dataclass
class _Writer:
    """What is known of one log."""

    rank: int = 0
    first: float | None = None
    last: float | None = None
    steps: int = 0
    status: str | None = None

    def note(self, record: Record | StepBlock) -> None:
        if isinstance(record, StepBlock):
            self._see(float(record.times[-1]), int(record.steps[-1]))
        elif not isinstance(record, Columns):
            self._see(record.time, record.step if isinstance(record, Step) else 0)
        if isinstance(record, Start):
            self.rank, self.status = record.rank, None
        elif isinstance(record, End):
            self.status = record.status

    def _see(self, moment: float, step: int) -> None:
        self.first = moment if self.first is None else self.first
        self.last, self.steps = moment, max(self.steps, step)


@dataclass
class _Content:
    """What the logs held so far."""

    gathering: Gathering = field(default_factory=Gathering)
    samples: Samples = field(default_factory=Samples)
    epochs: list[Epoch] = field(default_factory=list)
    writers: dict[str, _Writer] = field(default_factory=dict)

    def add(self, writer: str, record: Record | StepBlock) -> None:
        self.writers.setdefault(writer, _Writer()).note(record)
        if isinstance(record, Statistics):
            self.samples.add(record)
            return
        self.gathering.add(writer, record)
        if isinstance(record, Epoch):
            self.epochs.append(record)


class WatchedRun:
    """One run's folder, read on with each `refresh`; may be used from several threads.

    Args:
        folder: of the run.
        name: to call it by; the folder's own name by default.

    Attributes:
        lock: held while it is read; whoever reads several answers that belong together holds it.
        version: rises whenever there is news.
    """

    def __init__(self, folder: Path, *, name: str | None = None) -> None:
        self.folder = folder
        self.name = name or folder.name
        self.lock = threading.RLock()
        self.version = 0
        self._restarts = 0
        self._begin()
        self._diagnoses: tuple[Diagnosis, ...] = ()
        self._notes: list[str] = []
        self._examined = -1
        self._may_examine = 0.0
        self._status: RunStatus = "running"

    @property
    def generation(self) -> int:
        """How often what was read before became untrue, so that all must be read anew."""
        return self._restarts + self._content.samples.generation

    @property
    def start(self) -> Start | None:
        """What is trained; None while no log has begun in order."""
        starts = self._content.gathering.starts.values()
        return min(starts, key=lambda each: (each.rank, each.time), default=None)

    @property
    def samples(self) -> Samples:
        """The sampled statistics."""
        return self._content.samples

    @property
    def epochs(self) -> list[Epoch]:
        """The ends of epochs, in order."""
        return self._content.epochs

    @property
    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """What the health rules found when they last looked."""
        return self._diagnoses

    @property
    def status(self) -> RunStatus:
        """Whether it still trains, when it was last looked at."""
        return self._status

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be read or examined, said to the user."""
        return (*self._tail.notes, *self._notes)

    def refresh(self) -> None:
        """Read what was added, and examine it where there was time for that."""
        with self.lock:
            is_news = self._read_on()
            if self._tail.restarts:  # Another log than was read before.
                self._begin()
                self._restarts += 1
                is_news = self._read_on()
            status = status_of(self._logs(), time.time())
            if is_news or status != self._status or not self.version:
                self._status = status
                self.version += 1
            self._examine()

    def run(self) -> Run:
        """Return the run as far as it is known, with all its statistics."""
        with self.lock:
            samples = self.samples
            return replace(
                self.outline(), statistics=samples.series(), histograms=samples.all_histograms()
            )

    def outline(self) -> Run:
        """Return the run without its statistics, which costs little."""
        with self.lock:
            return self._content.gathering.run(
                name=self.name, location=str(self.folder), notes=self.notes
            )

    def _begin(self) -> None:
        self._tail = RunTail(self.folder)
        self._content = _Content()

    def _read_on(self) -> bool:
        is_news = False
        for writer, record in self._tail.poll_blocks():
            self._content.add(writer, record)
            is_news = True
        return is_news

    def _logs(self) -> list[Log]:
        return [
            Log(name, each.rank, each.first, each.last, each.steps, each.status)
            for name, each in self._content.writers.items()
        ]

    def _examine(self) -> None:
        """Ask the health rules, seldom enough while the run goes on."""
        now = time.monotonic()
        is_over = self._status != "running"
        if self._examined == self.version or (now < self._may_examine and not is_over):
            return
        from graphscope.doctor.health import Training, examine_training

        self._notes = []
        found = tuple(examine_training(Training(self.run()), self._notes.append))
        if found != self._diagnoses:
            self._diagnoses = found
            self.version += 1
        self._examined = self.version
        self._may_examine = now + _PATIENCE * (time.monotonic() - now)
