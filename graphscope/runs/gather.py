"""From records to the series of a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from graphscope.runs.blocks import StepBlock
from graphscope.runs.records import (
    Columns,
    End,
    Epoch,
    Event,
    Histogram,
    Record,
    Start,
    Statistics,
    Step,
)
from graphscope.runs.run import Run, Series

Points = list[tuple[int, float, float]]


class Gathering:
    """The records of a run put together as they come."""

    def __init__(self) -> None:
        self.starts: dict[str, Start] = {}
        self.events: list[Event] = []
        self.end: End | None = None
        self._columns: dict[tuple[str, int], tuple[str, ...]] = {}
        self._unfit = 0
        self._steps: dict[tuple[str, int], _Rows] = {}
        self._epochs: defaultdict[str, Points] = defaultdict(list)
        self._statistics: defaultdict[str, defaultdict[str, Points]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._histograms: defaultdict[str, defaultdict[str, list[tuple[int, Histogram]]]] = (
            defaultdict(lambda: defaultdict(list))
        )

    def add(self, writer: str, record: Record | StepBlock) -> None:
        """Take up one record, or a block of steps; those of one writer come in order."""
        match record:
            case Step() | StepBlock():
                self._add_steps(writer, record)
            case Epoch(epoch, _, time, metrics):
                for name, value in metrics.items():
                    self._epochs[name].append((epoch, value, time))
            case Statistics():
                self._add_statistics(record)
            case Columns(identity, names):
                self._columns[writer, identity] = names
            case Start():
                self.starts[writer] = record
            case Event():
                self.events.append(record)
            case End():
                self.end = record

    def _add_steps(self, writer: str, record: Step | StepBlock) -> None:
        key = (writer, record.columns)
        names = self._columns.get(key)
        if names is None:  # Without their names the numbers say nothing.
            return
        if _width_of(record) != len(names):
            self._unfit += 1
            return
        self._steps.setdefault(key, _Rows()).add(record)

    def _add_statistics(self, record: Statistics) -> None:
        for layer, numbers in record.layers.items():
            for name, value in numbers.items():
                self._statistics[layer][name].append((record.step, value, record.time))
        for layer, kinds in record.histograms.items():
            for kind, histogram in kinds.items():
                self._histograms[layer][kind].append((record.step, histogram))

    def run(self, *, name: str, location: str, notes: Iterable[str] = ()) -> Run:
        """Return the run as far as it is known."""
        return Run(
            name=name,
            location=location,
            start=min(self.starts.values(), key=lambda s: (s.rank, s.time), default=None),
            steps=self._step_series(),
            epochs=_series(self._epochs),
            statistics={layer: _series(kinds) for layer, kinds in self._statistics.items()},
            histograms={layer: dict(kinds) for layer, kinds in self._histograms.items()},
            events=tuple(sorted(self.events, key=lambda event: event.time)),
            end=self.end,
            notes=(*notes, *self._notes()),
        )

    def _notes(self) -> Iterator[str]:
        if self._unfit:
            yield f"Steps that do not fit the names of their numbers are left out: {self._unfit:,}."

    def _step_series(self) -> dict[str, Series]:
        parts: defaultdict[str, list[Columnar]] = defaultdict(list)
        for key, rows in self._steps.items():
            steps, times, values = rows.arrays()
            for index, name in enumerate(self._columns[key]):
                parts[name].append((steps, times, values[:, index]))
        return {name: _joined(name, each) for name, each in parts.items()}


Columnar = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]


class _Rows:
    """Steps with the same columns: whole blocks, and single ones since the last block."""

    def __init__(self) -> None:
        self._blocks: list[StepBlock] = []
        self._single: list[Step] = []

    def add(self, record: Step | StepBlock) -> None:
        if isinstance(record, Step):
            self._single.append(record)
        else:
            self._pack()
            self._blocks.append(record)

    def arrays(self) -> Columnar:
        """Return steps (n,), times (n,) and values (n, columns), in the order of the steps."""
        self._pack()
        self._blocks = [_in_order(_stack(self._blocks))]
        only = self._blocks[0]
        return only.steps, only.times, only.values

    def _pack(self) -> None:
        if self._single:
            rows, self._single = self._single, []
            self._blocks.append(
                StepBlock(
                    rows[0].columns,
                    np.array([row.step for row in rows], np.int64),
                    np.array([row.time for row in rows], np.float64),
                    np.array([row.values for row in rows], np.float64),
                )
            )


def _width_of(record: Step | StepBlock) -> int:
    return record.values.shape[1] if isinstance(record, StepBlock) else len(record.values)


def _stack(blocks: list[StepBlock]) -> StepBlock:
    if len(blocks) == 1:
        return blocks[0]
    return StepBlock(
        blocks[0].columns,
        np.concatenate([each.steps for each in blocks]),
        np.concatenate([each.times for each in blocks]),
        np.concatenate([each.values for each in blocks]),
    )


def _joined(name: str, parts: list[Columnar]) -> Series:
    """Return one series of what several writers wrote, or one of them with changing columns."""
    if len(parts) == 1:
        steps, times, values = parts[0]
        return Series(name, steps, values, times)
    steps = np.concatenate([part[0] for part in parts])
    order = np.argsort(steps, kind="stable")
    times = np.concatenate([part[1] for part in parts])[order]
    values = np.concatenate([part[2] for part in parts])[order]
    return Series(name, steps[order], values, times)


def _in_order(block: StepBlock) -> StepBlock:
    if not np.any(np.diff(block.steps) < 0):
        return block
    order = np.argsort(block.steps, kind="stable")
    return StepBlock(block.columns, block.steps[order], block.times[order], block.values[order])


def gather(
    records: Iterable[tuple[str, Record | StepBlock]],
    *,
    name: str,
    location: str,
    notes: Iterable[str] = (),
) -> Run:
    """Return a run of the records of all its writers.

    Args:
        records: (writer, record), those of one writer in order.
        name: of the run.
        location: of its folder.
        notes: what could not be read.
    """
    gathering = Gathering()
    for writer, record in records:
        gathering.add(writer, record)
    return gathering.run(name=name, location=location, notes=notes)


def _series(points: dict[str, Points]) -> dict[str, Series]:
    return {name: Series.of(name, sorted(each)) for name, each in points.items()}
