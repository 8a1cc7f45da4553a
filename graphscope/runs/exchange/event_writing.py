"""Event files, which TensorBoard shows, written next to a log or out of a run.

They lie as those of Keras's callback do: `train` has the metrics of steps by their names and of
epochs as `epoch_loss`, `validation` has `epoch_loss` for `val_loss`. Statistics of layers are
`layers/KEY/NAME`, histograms `KEY/KIND`.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable, Iterator
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from graphscope.runs.exchange.needs import needed
from graphscope.runs.records import Columns, Epoch, Histogram, Record, Statistics, Step

TRAIN, VALIDATION = "train", "validation"
EPOCH, LAYERS, VAL = "epoch_", "layers/", "val_"
_SECONDS = 2.0
"""Between two times at which what was written is given to the system: TensorBoard looks every
five seconds."""

_numbers = count()


class EventFiles:
    """Writes the records of a run to event files; TensorFlow is neither needed nor imported.

    Args:
        folder: that TensorBoard is to be given as `--logdir`, or a folder in it.

    Raises:
        GraphscopeError: when the package `tensorboard` is not installed.
    """

    def __init__(self, folder: Path) -> None:
        with needed("tensorboard", "tensorboard", "TensorBoard's event files"):
            from tensorboard.compat.proto import event_pb2  # noqa: F401 - said now, not later
        self._folder = folder
        self._files: dict[str, _EventFile] = {}
        self._columns: dict[int, tuple[str, ...]] = {}

    def write(self, record: Record) -> None:
        """Write what a record says in numbers.

        Raises:
            OSError: when a file cannot be made or written.
        """
        match record:
            case Columns(number, names):
                self._columns[number] = names
            case Step(step, at, columns, values):
                names = self._columns.get(columns, ())
                self._file(TRAIN).add(step, at, zip(names, values, strict=False))
            case Epoch(epoch, _, at, metrics):
                for folder, pairs in _by_folder(metrics.items()):
                    self._file(folder).add(epoch, at, pairs)
            case Statistics():
                self._file(TRAIN).add(
                    record.step, record.time, _scalars(record), _histograms(record)
                )

    def flush(self) -> None:
        """Give all that was written to the system."""
        for file in self._files.values():
            file.flush()

    def close(self) -> None:
        """Close the files; closing twice is fine."""
        while self._files:
            self._files.popitem()[1].close()

    def _file(self, folder: str) -> _EventFile:
        if folder not in self._files:
            self._files[folder] = _EventFile(self._folder / folder)
        return self._files[folder]


def write_events(records: Iterable[Record], folder: Path) -> None:
    """Write the records of a run (`as_records.to_records`) to event files in a folder.

    Raises:
        GraphscopeError: when the package `tensorboard` is not installed.
        OSError: when they cannot be written.
    """
    files = EventFiles(folder)
    try:
        for record in records:
            files.write(record)
    finally:
        files.close()


class _EventFile:
    def __init__(self, folder: Path) -> None:
        # Not `EventFileWriter`: where TensorFlow is installed, making one imports it.
        from tensorboard.compat.proto import event_pb2, summary_pb2
        from tensorboard.summary.writer.record_writer import RecordWriter

        self._events, self._summaries = event_pb2, summary_pb2
        folder.mkdir(parents=True, exist_ok=True)
        name = f"events.out.tfevents.{int(time.time()):010d}.{socket.gethostname()}"
        self._stream = (folder / f"{name}.{os.getpid()}.{next(_numbers)}").open("wb")
        self._records = RecordWriter(self._stream)
        self._flushed = time.monotonic()
        self._write(event_pb2.Event(wall_time=time.time(), file_version="brain.Event:2"))
        self.flush()

    def add(
        self,
        step: int,
        at: float,
        scalars: Iterable[tuple[str, float]],
        histograms: Iterable[tuple[str, Histogram]] = (),
    ) -> None:
        make = self._summaries.Summary.Value
        values = [make(tag=tag, simple_value=value) for tag, value in scalars]
        values += [make(tag=tag, histo=self._histogram(each)) for tag, each in histograms]
        summary = self._summaries.Summary(value=values)
        self._write(self._events.Event(wall_time=at, step=step, summary=summary))
        if time.monotonic() - self._flushed > _SECONDS:
            self.flush()

    def flush(self) -> None:
        self._stream.flush()
        self._flushed = time.monotonic()

    def close(self) -> None:
        self._stream.close()

    def _write(self, event: Any) -> None:
        self._records.write(event.SerializeToString())

    def _histogram(self, histogram: Histogram) -> Any:
        """Return a histogram as TensorBoard has it: buckets by their upper ends.

        The first one is empty and ends where ours begins. Of the numbers only their buckets are
        known: their sums are those of the buckets' middles.
        """
        edges, counts = histogram.edges, histogram.counts
        middles = [(low + high) / 2 for low, high in pairwise(edges)]
        return self._summaries.HistogramProto(
            min=edges[0],
            max=edges[-1],
            num=sum(counts),
            sum=sum(n * x for n, x in zip(counts, middles, strict=True)),
            sum_squares=sum(n * x * x for n, x in zip(counts, middles, strict=True)),
            bucket_limit=edges,
            bucket=(0, *counts),
        )


def _by_folder(metrics: Iterable[tuple[str, float]]) -> Iterator[tuple[str, list[Any]]]:
    pairs = list(metrics)
    train = [(EPOCH + name, value) for name, value in pairs if not name.startswith(VAL)]
    validation = [
        (EPOCH + name.removeprefix(VAL), value) for name, value in pairs if name.startswith(VAL)
    ]
    if train:
        yield TRAIN, train
    if validation:
        yield VALIDATION, validation


def _scalars(record: Statistics) -> Iterator[tuple[str, float]]:
    for layer, numbers in record.layers.items():
        for name, value in numbers.items():
            yield f"{LAYERS}{layer}/{name}", value


def _histograms(record: Statistics) -> Iterator[tuple[str, Histogram]]:
    for layer, kinds in record.histograms.items():
        for kind, histogram in kinds.items():
            yield f"{layer}/{kind}", histogram
