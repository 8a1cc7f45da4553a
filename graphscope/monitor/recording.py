"""The log of one training, from its start to its end."""

from __future__ import annotations

import atexit
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphscope.graph import to_json
from graphscope.monitor.describe import describe_config, describe_environment
from graphscope.monitor.fitting import Fitting
from graphscope.monitor.journal import Journal
from graphscope.monitor.mirror import Mirror
from graphscope.monitor.picture import FILE, make_graph, place_layers
from graphscope.monitor.sink import Sink
from graphscope.monitor.warning import Warner
from graphscope.runs.records import End, Epoch, LayerInfo, Start, Statistics, Status


class Recording:
    """Writes one training down.

    Only rank 0 writes metrics; others write how fast they are, as `rank1/time/compute`.

    Args:
        folder: of the run.
        rank: of this process.
        step: the last one that was made before.
        warn: told of what cannot be logged.
        is_loop: whether nobody says when training ends.
        tensorboard: folder for event files, where they are wanted.
    """

    def __init__(
        self,
        folder: Path,
        *,
        rank: int,
        step: int,
        warn: Warner,
        is_loop: bool = False,
        tensorboard: Path | None = None,
    ) -> None:
        self.folder, self.rank, self.step = folder, rank, step
        self.layers: tuple[LayerInfo, ...] = ()
        self.is_loop = is_loop
        mirror = Mirror(tensorboard, warn) if tensorboard is not None and rank == 0 else None
        self._sink = Sink(folder, rank, warn, mirror)
        self._journal = Journal(self._sink)
        self._told: set[str] = set()
        self._process = os.getpid()
        self.is_open = True
        atexit.register(self._leave)

    @property
    def lost(self) -> int:
        """Records that could not be written."""
        return self._sink.lost

    def start(
        self,
        model: Any,
        params: Mapping[str, Any],
        fitting: Fitting,
        layers: tuple[LayerInfo, ...],
        *,
        with_graph: bool,
    ) -> None:
        """Write what is trained, and its graph."""
        self.layers = layers
        name, why = self._keep_graph(model) if with_graph and self.rank == 0 else (None, None)
        start = Start(
            run=self.folder.name,
            writer=self._sink.writer,
            time=time.time(),
            rank=self.rank,
            config=describe_config(model, params, fitting) if model is not None else {},
            environment=describe_environment(),
            layers=self.layers,
            graph=name,
        )
        self._sink.write(start)
        if why is not None:
            self.note(f"The run has no graph: {why}")

    def _keep_graph(self, model: Any) -> tuple[str | None, str | None]:
        """Write the model's graph beside the log; return the file's name, or why there is none."""
        try:
            graph = make_graph(model)
            (self.folder / FILE).write_text(to_json(graph))
        except Exception as error:  # noqa: BLE001 - the run is of use without
            return None, " ".join(str(error).split())[:300]
        self.layers = place_layers(self.layers, graph)
        return FILE, None

    def log_step(self, metrics: Mapping[str, float], pace: Mapping[str, float]) -> None:
        """Write the numbers of the step that has ended."""
        if self.rank == 0:
            self._journal.step(self.step, {**metrics, **pace})
        else:
            prefixed = {f"rank{self.rank}/{name}": value for name, value in pace.items()}
            self._journal.step(self.step, prefixed)

    def log_epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Write the metrics of an epoch."""
        if self.rank == 0:
            self._sink.write(Epoch(epoch, self.step, time.time(), metrics))
        self._sink.check()

    def log_sample(self, sample: Any) -> None:
        """Write what a sampled step showed."""
        if self.rank == 0:
            self._sink.write(Statistics(self.step, time.time(), sample.layers, sample.histograms))

    def note(self, text: str) -> None:
        """Write once what cannot be had."""
        self.event("warning", text, "warning", once=True)

    def event(
        self, kind: str, text: str, level: Any = "info", *, once: bool = False, **details: object
    ) -> None:
        """Write that something happened."""
        if once and text in self._told:
            return
        self._told.add(text)
        self._journal.event(self.step, kind, text, level, **details)

    def write(self, record: Any) -> None:
        """Write a record."""
        self._sink.write(record)

    def end(self, status: Status, text: str = "") -> None:
        """End the log; ending twice is fine."""
        if not self.is_open:
            return
        self._sink.write(End(self.step, time.time(), status, text))
        self.close()

    def close(self) -> None:
        """Close the log as it is."""
        self.is_open = False
        atexit.unregister(self._leave)
        self._sink.close()

    def fail(self, error: BaseException) -> None:
        """End the log of a training that was broken off."""
        self.end(*ending_of(error))

    def _leave(self) -> None:
        """End the log when the program ends before the training said that it did."""
        if os.getpid() != self._process:  # A fork's copy: the log is its parent's.
            return
        error = getattr(sys, "last_value", None)
        if error is not None:
            self.fail(error)
        elif self.is_loop:
            self.end("finished")
        else:
            self.end("failed", "The program ended before the training did.")


def ending_of(error: BaseException) -> tuple[Status, str]:
    """Return how a training ended that an exception broke off."""
    if isinstance(error, KeyboardInterrupt):
        return "stopped", "It was interrupted."
    text = " ".join(str(error).split())[:300]
    return "failed", f"{type(error).__name__}: {text}"
