"""Runs out of TensorBoard's event files, whoever wrote them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

from graphscope.errors import GraphscopeError
from graphscope.runs.exchange.as_records import to_records
from graphscope.runs.exchange.event_writing import EPOCH, LAYERS, TRAIN, VAL, VALIDATION
from graphscope.runs.exchange.framing import read_frames
from graphscope.runs.exchange.needs import needed
from graphscope.runs.log import LogWriter, make_writer_id
from graphscope.runs.records import End, Histogram, Start
from graphscope.runs.run import Run, Series

PATTERN = "*tfevents*"
_BATCH, _SPREAD = "batch_", "/histogram"
_PARTS = {TRAIN: "", VALIDATION: VAL}
"""Folders in which Keras's callback puts one run, and what names of metrics there begin with."""

Points = list[tuple[int, float, float]]


def find_event_runs(root: Path) -> list[Path]:
    """Return the folders at or below `root` that hold a run's event files, in order of names.

    Folders `train` and `validation` are parts of the run whose folder they lie in.
    """
    folders = {path.parent for path in root.rglob(PATTERN) if path.is_file()}
    return sorted({f.parent if f != root and f.name in _PARTS else f for f in folders}, key=str)


def read_event_run(folder: Path, *, name: str | None = None) -> Run:
    """Return the run that event files in a folder tell of: scalars and histograms.

    Scalars `epoch_NAME` are of epochs, all others of steps; Keras's `batch_NAME` is `NAME`. Of a
    histogram the last part of its name says what is spread, the rest is the layer.

    Args:
        folder: that holds event files, or `train` and `validation` that do.
        name: to call the run by; the folder's own name by default.

    Raises:
        GraphscopeError: when there are none, or the package `tensorboard` is not installed.
        OSError: when they cannot be read.
    """
    with needed("tensorboard", "tensorboard", "TensorBoard's event files"):
        from tensorboard.compat.proto import event_pb2  # noqa: F401 - said before anything is read
    gathering = _Gathering()
    parts = [(folder, ""), *((folder / part, prefix) for part, prefix in _PARTS.items())]
    files = [(path, prefix) for part, prefix in parts for path in sorted(part.glob(PATTERN))]
    if not files:
        raise GraphscopeError(
            f"{folder} holds no event files of TensorBoard's.", "Name a folder that does."
        )
    for path, prefix in files:
        gathering.add_file(path, prefix)
    return gathering.run(name or folder.name, str(folder))


def import_event_run(folder: Path, into: Path) -> Run:
    """Write the run that event files tell of as a run of ours.

    Args:
        folder: with the event files, see `read_event_run`.
        into: folder of the new run, which holds no log yet.

    Returns:
        The run that was read; what could not be read is in its notes.

    Raises:
        GraphscopeError: as `read_event_run`, or when there is a log already.
        OSError: when it cannot be written.
    """
    run = read_event_run(folder)
    if any(into.glob("*.jsonl")):
        raise GraphscopeError(f"{into} holds a run already.", "Name another folder.")
    times = [float(t) for series in _all_series(run) for t in series.times[[0, -1]]]
    writer = make_writer_id()
    log = LogWriter(into, writer)
    try:
        source = {"imported_from": str(folder)}
        log.write(Start(into.name, writer, min(times, default=0.0), environment=source))
        for record in to_records(run):
            log.write(record)
        log.write(End(run.last_step, max(times, default=0.0), "finished", "imported"))
    finally:
        log.close()
    return run


def _all_series(run: Run) -> Iterator[Series]:
    yield from run.steps.values()
    yield from run.epochs.values()
    for kinds in run.statistics.values():
        yield from kinds.values()


class _Gathering:
    def __init__(self) -> None:
        self._steps: defaultdict[str, Points] = defaultdict(list)
        self._epochs: defaultdict[str, Points] = defaultdict(list)
        self._statistics: defaultdict[tuple[str, str], Points] = defaultdict(list)
        self._histograms: defaultdict[tuple[str, str], list[tuple[int, Histogram]]] = defaultdict(
            list
        )
        self._plugins: dict[tuple[str, str], str | None] = {}
        self._notes: list[str] = []

    def add_file(self, path: Path, prefix: str) -> None:
        from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
        from tensorboard.compat.proto import event_pb2

        unknown = 0
        for frame in read_frames(path, self._notes.append):
            try:
                event = event_pb2.Event.FromString(frame)
            except DecodeError:
                unknown += 1
                continue
            for value in event.summary.value:
                self._add(event.step, event.wall_time, value, prefix)
        if unknown:
            self._notes.append(f"{path.name}: records that are no events are left out: {unknown}.")

    def _add(self, step: int, time: float, value: Any, prefix: str) -> None:
        kind = value.WhichOneof("value")
        if kind == "simple_value":
            self._add_scalar(value.tag, prefix, (step, value.simple_value, time))
        elif kind == "histo":
            self._add_histogram(value.tag, step, _from_buckets(value.histo))
        elif kind == "tensor":
            self._add_tensor(value, prefix, step, time)

    def _add_tensor(self, value: Any, prefix: str, step: int, time: float) -> None:
        # Of what it is only the first summary of a tag needs to say.
        plugin = value.metadata.plugin_data.plugin_name or self._plugins.get((prefix, value.tag))
        self._plugins[prefix, value.tag] = plugin
        if plugin == "scalars":
            number = _array(value.tensor)
            if number.size == 1:
                self._add_scalar(value.tag, prefix, (step, float(number.reshape(())), time))
        elif plugin == "histograms":
            self._add_histogram(value.tag, step, _from_rows(_array(value.tensor)))

    def _add_scalar(self, tag: str, prefix: str, point: tuple[int, float, float]) -> None:
        if tag.startswith(EPOCH):
            self._epochs[prefix + tag.removeprefix(EPOCH)].append(point)
        elif tag.startswith(LAYERS) and tag.count("/") > 1:
            layer, _, name = tag.removeprefix(LAYERS).rpartition("/")
            self._statistics[layer, name].append(point)
        else:
            self._steps[prefix + tag.removeprefix(_BATCH)].append(point)

    def _add_histogram(self, tag: str, step: int, histogram: Histogram | None) -> None:
        if histogram is not None:
            self._histograms[_layer_and_kind(tag)].append((step, histogram))

    def run(self, name: str, location: str) -> Run:
        statistics: dict[str, dict[str, Series]] = {}
        for (layer, statistic), points in self._statistics.items():
            statistics.setdefault(layer, {})[statistic] = Series.of(
                statistic, sorted(points, key=itemgetter(0))
            )
        histograms: dict[str, dict[str, list[tuple[int, Histogram]]]] = {}
        for (layer, kind), found in self._histograms.items():
            histograms.setdefault(layer, {})[kind] = sorted(found, key=itemgetter(0))
        return Run(
            name=name,
            location=location,
            steps=_series(self._steps),
            epochs=_series(self._epochs),
            statistics=statistics,
            histograms=histograms,
            notes=tuple(self._notes),
        )


def _series(points: dict[str, Points]) -> dict[str, Series]:
    """Return series by name, points in the order of their steps as they were written."""
    return {name: Series.of(name, sorted(each, key=itemgetter(0))) for name, each in points.items()}


def _layer_and_kind(tag: str) -> tuple[str, str]:
    layer, _, kind = tag.removesuffix(_SPREAD).rpartition("/")
    return (layer, kind) if layer else (kind, "weight")


def _array(tensor: Any) -> Any:
    from tensorboard.util import tensor_util

    return tensor_util.make_ndarray(tensor)


def _from_buckets(histo: Any) -> Histogram | None:
    """Return a histogram of buckets with upper ends; the outer ones end where the numbers do."""
    limits, counts = list(histo.bucket_limit), list(histo.bucket)
    if not counts:
        return None
    edges = [histo.min, *limits[:-1], max(histo.max, histo.min)]
    return _sound([min(max(edge, histo.min), edges[-1]) for edge in edges], counts)


def _from_rows(rows: Any) -> Histogram | None:
    """Return a histogram of rows (left, right, count)."""
    if rows.ndim != 2 or rows.shape[1:] != (3,) or not len(rows):
        return None
    return _sound([*rows[:, 0].tolist(), float(rows[-1, 1])], rows[:, 2].tolist())


def _sound(edges: list[float], counts: list[float]) -> Histogram:
    """Return a histogram without the empty buckets of no width that formats put at its ends."""
    while len(counts) > 1 and not counts[0] and edges[0] == edges[1]:
        edges, counts = edges[1:], counts[1:]
    while len(counts) > 1 and not counts[-1] and edges[-1] == edges[-2]:
        edges, counts = edges[:-1], counts[:-1]
    return Histogram(tuple(edges), tuple(round(number) for number in counts))
