"""Runs out of TensorBoard's event files, whoever wrote them."""

from __future__ import annotations

import math
from collections import defaultdict
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graphscope.errors import GraphscopeError, ReadError
from graphscope.formats.frames import read_frames
from graphscope.formats.wire import MalformedError
from graphscope.runs.exchange.event_values import (
    Buckets,
    Summary,
    read_buckets,
    read_event,
    read_tensor,
)
from graphscope.runs.exchange.event_writing import EPOCH, LAYERS, TRAIN, VAL, VALIDATION
from graphscope.runs.points import Curves
from graphscope.runs.records import Histogram
from graphscope.runs.run import Run, Series

PATTERN = "*tfevents*"
_BATCH, _SPREAD = "batch_", "/histogram"
_PARTS = {TRAIN: "", VALIDATION: VAL}
"""Folders in which Keras's callback puts one run, and what names of metrics there begin with."""

_MOST_COUNTED = 2**53
"""Whole numbers below are exact as real ones."""
_STEPS, _EPOCHS, _STATISTICS = "steps", "epochs", "statistics"


def find_event_runs(root: Path) -> list[Path]:
    """Return the folders at or below `root` that hold a run's event files, in order of names.

    Folders `train` and `validation` are parts of the run whose folder they lie in.
    """
    folders = {path.parent for path in root.rglob(PATTERN) if path.is_file()}
    return sorted({f.parent if f != root and f.name in _PARTS else f for f in folders}, key=str)


def read_event_run(place: Path, *, name: str | None = None) -> Run:
    """Return the run that event files tell of: scalars and histograms.

    Scalars `epoch_NAME` are of epochs, all others of steps; Keras's `batch_NAME` is `NAME`. Of a
    histogram the last part of its name says what is spread, the rest is the layer.

    Args:
        place: a folder that holds event files, or `train` and `validation` that do; or one file.
        name: to call the run by; that of the place by default.

    Raises:
        GraphscopeError: when there are none.
        ReadError: when they hold no event at all.
        OSError: when they cannot be read.
    """
    gathering = _Gathering()
    for path, prefix in list_event_files(place):
        gathering.add_file(path, prefix)
    gathering.require_events(place)
    return gathering.run(name or place.name, str(place))


def list_event_files(place: Path) -> list[tuple[Path, str]]:
    """Return the event files of a run, and what names of metrics in each begin with.

    Args:
        place: as for `read_event_run`.

    Raises:
        GraphscopeError: when there are none.
    """
    if place.is_file():
        return [(place, "")]
    parts = [(place, ""), *((place / part, prefix) for part, prefix in _PARTS.items())]
    files = [
        (path, prefix)
        for part, prefix in parts
        for path in sorted(part.glob(PATTERN))
        if path.is_file()
    ]
    if not files:
        raise GraphscopeError(
            f"{place} holds no event files of TensorBoard's.", "Name a folder that does."
        )
    return files


class _Gathering:
    def __init__(self) -> None:
        self._curves = Curves()
        self._histograms: defaultdict[tuple[str, str], list[tuple[int, Histogram]]] = defaultdict(
            list
        )
        self._known: dict[bytes, str] = {}
        self._plugins: dict[tuple[str, str], str] = {}
        self._notes: list[str] = []
        self._events = 0

    def add_file(self, path: Path, prefix: str) -> None:
        unknown = 0
        with path.open("rb") as file:
            for frame in read_frames(file, path.name, self._notes.append):
                try:
                    event = read_event(memoryview(frame))
                    for value in event.values(self._known):
                        self._add(event.step, event.time, value, prefix)
                    self._events += 1
                except MalformedError:
                    unknown += 1
        if unknown:
            self._notes.append(f"{path.name}: records that are no events are left out: {unknown}.")

    def require_events(self, place: Path) -> None:
        if not self._events:
            raise ReadError(
                f"{str(place)!r} holds no event. {' '.join(self._notes)}".strip(),
                "It is empty, damaged, or was not written for TensorBoard.",
            )

    def _add(self, step: int, time: float, value: Summary, prefix: str) -> None:
        if value.number is not None:
            self._add_scalar(value.tag, prefix, (step, value.number, time))
        elif value.buckets is not None:
            self._add_histogram(value.tag, step, _from_buckets(read_buckets(value.buckets)))
        elif value.tensor is not None:
            self._add_tensor(value, value.tensor, prefix, step, time)

    def _add_tensor(
        self, value: Summary, tensor: memoryview, prefix: str, step: int, time: float
    ) -> None:
        # Of what it is only the first summary of a tag needs to say.
        plugin = value.plugin or self._plugins.get((prefix, value.tag), "")
        if value.plugin:
            self._plugins[prefix, value.tag] = value.plugin
        if plugin == "scalars":
            number = read_tensor(tensor)
            if number is not None and number.size == 1:
                self._add_scalar(value.tag, prefix, (step, float(number.reshape(())), time))
        elif plugin == "histograms":
            rows = read_tensor(tensor)
            if rows is not None:
                self._add_histogram(value.tag, step, _from_rows(rows))

    def _add_scalar(self, tag: str, prefix: str, point: tuple[int, float, float]) -> None:
        if tag.startswith(EPOCH):
            self._curves.add((_EPOCHS, prefix + tag.removeprefix(EPOCH)), *point)
        elif tag.startswith(LAYERS) and tag.count("/") > 1:
            layer, _, name = tag.removeprefix(LAYERS).rpartition("/")
            self._curves.add((_STATISTICS, layer, name), *point)
        else:
            self._curves.add((_STEPS, prefix + tag.removeprefix(_BATCH)), *point)

    def _add_histogram(self, tag: str, step: int, histogram: Histogram | None) -> None:
        if histogram is not None:
            self._histograms[_layer_and_kind(tag)].append((step, histogram))

    def run(self, name: str, location: str) -> Run:
        parts: dict[str, dict[str, Series]] = {_STEPS: {}, _EPOCHS: {}}
        statistics: dict[str, dict[str, Series]] = {}
        for (part, *layer, metric), series in self._curves.series().items():
            inside = statistics.setdefault(layer[0], {}) if layer else parts[part]
            inside[metric] = series
        histograms: dict[str, dict[str, list[tuple[int, Histogram]]]] = {}
        for (key, kind), found in self._histograms.items():
            histograms.setdefault(key, {})[kind] = sorted(found, key=itemgetter(0))
        return Run(
            name=name,
            location=location,
            steps=parts[_STEPS],
            epochs=parts[_EPOCHS],
            statistics=statistics,
            histograms=histograms,
            notes=(*self._notes, *self._curves.notes()),
        )


def _layer_and_kind(tag: str) -> tuple[str, str]:
    layer, _, kind = tag.removesuffix(_SPREAD).rpartition("/")
    return (layer, kind) if layer else (kind, "weight")


def _from_buckets(given: Buckets) -> Histogram | None:
    """Return a histogram of buckets with upper ends; the outer ones end where the numbers do."""
    if not given.counts:
        return None
    edges = [given.low, *given.limits[:-1], max(given.high, given.low)]
    return _sound([min(max(edge, given.low), edges[-1]) for edge in edges], given.counts)


def _from_rows(rows: NDArray[np.float64]) -> Histogram | None:
    """Return a histogram of rows (left, right, count)."""
    if rows.ndim != 2 or rows.shape[1:] != (3,) or not len(rows):
        return None
    return _sound([*rows[:, 0].tolist(), float(rows[-1, 1])], rows[:, 2].tolist())


def _sound(edges: list[float], counts: list[float]) -> Histogram | None:
    """Return a histogram without the empty buckets of no width that formats put at its ends.

    There is none where an edge or a count is no number of such, as damaged files have it.
    """
    if not all(map(math.isfinite, edges)) or not all(0 <= n < _MOST_COUNTED for n in counts):
        return None
    while len(counts) > 1 and not counts[0] and edges[0] == edges[1]:
        edges, counts = edges[1:], counts[1:]
    while len(counts) > 1 and not counts[-1] and edges[-1] == edges[-2]:
        edges, counts = edges[:-1], counts[:-1]
    return Histogram(tuple(edges), tuple(round(number) for number in counts))
