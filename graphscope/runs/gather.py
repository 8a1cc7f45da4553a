"""From records to the series of a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

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
        self._steps: defaultdict[str, Points] = defaultdict(list)
        self._epochs: defaultdict[str, Points] = defaultdict(list)
        self._statistics: defaultdict[str, defaultdict[str, Points]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._histograms: defaultdict[str, defaultdict[str, list[tuple[int, Histogram]]]] = (
            defaultdict(lambda: defaultdict(list))
        )

    def add(self, writer: str, record: Record) -> None:
        """Take up one record; those of one writer come in order."""
        match record:
            case Step():
                self._add_step(writer, record)
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

    def _add_step(self, writer: str, record: Step) -> None:
        names = self._columns.get((writer, record.columns), ())
        for name, value in zip(names, record.values, strict=False):
            self._steps[name].append((record.step, value, record.time))

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
            steps=_series(self._steps),
            epochs=_series(self._epochs),
            statistics={layer: _series(kinds) for layer, kinds in self._statistics.items()},
            histograms={layer: dict(kinds) for layer, kinds in self._histograms.items()},
            events=tuple(sorted(self.events, key=lambda event: event.time)),
            end=self.end,
            notes=tuple(notes),
        )


def gather(
    records: Iterable[tuple[str, Record]], *, name: str, location: str, notes: Iterable[str] = ()
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
