"""The callback: what it does at each event of a training, none of which it may disturb."""

# ruff: noqa: ARG002 - Keras gives these arguments, by these names

from __future__ import annotations

import atexit
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import keras

from graphscope.graph import to_json
from graphscope.monitor.budget import Budget
from graphscope.monitor.describe import describe_config, describe_environment, find_rank
from graphscope.monitor.journal import Journal
from graphscope.monitor.nonfinite import find_nonfinite
from graphscope.monitor.pace import Pace
from graphscope.monitor.picture import FILE, make_graph, place_layers
from graphscope.monitor.probe import Probe, Sample
from graphscope.monitor.readings import as_numbers, learning_rates
from graphscope.monitor.sink import Sink
from graphscope.runs import End, Epoch, LayerInfo, Start, Statistics
from graphscope.runs.folders import as_folder
from graphscope.runs.records import Status

_TOLERANCE = 0.01
"""Relative difference from which a reported loss is said to disagree with the loss tensor."""


def _harmless(handle: Callable[..., None]) -> Callable[..., None]:
    """Let nothing that goes wrong in the monitor reach the training."""

    @wraps(handle)
    def harmless(self: Monitor, *args: Any, **kwargs: Any) -> None:
        try:
            handle(self, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - told as a warning; the training goes on
            self.warn(f"The training cannot be watched ({type(error).__name__}: {error}).")

    return harmless


class Monitor(keras.callbacks.Callback):  # type: ignore[misc]
    """Logs a training: its metrics in each step, and what goes on inside its layers.

        model.fit(x, y, callbacks=[Monitor("runs/first")])

    The training itself is not changed: its result is the same to the last bit. Whatever cannot be
    logged is warned of once.

    Per step are logged the loss, from its tensor, and the other metrics as Keras reports them,
    which is their mean over the epoch so far.

    Args:
        directory: of the run, a path or a URL of fsspec. Runs of one folder are shown together.
        statistics: whether to look into the layers.
        overhead: share of the training time that this may cost, its one-off preparation counted.
        every: look in each N-th step instead.
        histograms: whether to make histograms of activations, gradients and weights.
        stop_on_nonfinite: end training at the first NaN or infinity.
        graph: whether to keep the model's graph with the run.
    """

    def __init__(
        self,
        directory: str | Path,
        *,
        statistics: bool = True,
        overhead: float = 0.02,
        every: int | None = None,
        histograms: bool = True,
        stop_on_nonfinite: bool = False,
        graph: bool = True,
    ) -> None:
        super().__init__()
        self.run_path = as_folder(directory)
        self._options = {"statistics": statistics, "histograms": histograms, "graph": graph}
        self._overhead, self._every = overhead, every
        self._stops = stop_on_nonfinite
        self._sink: Sink | None = None
        self._journal: Journal | None = None
        self._probe: Probe | None = None
        self._budget = Budget(overhead, every=every)
        self._pace = Pace()
        self._layers: tuple[LayerInfo, ...] = ()
        self._is_training = False
        self._is_nonfinite = False
        self._wants = False
        self._step = 0
        self._epoch = 0
        self._epoch_start = 0
        self._losses: list[float] = []

    # Keras calls these.

    @_harmless
    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Begin a log, or go on with it when the model is fitted again."""
        self._is_training = True
        self._budget = Budget(self._overhead, every=self._every, steps=self._steps_ahead())
        self._install_probe()
        if self._sink is None:
            self._step = self._first_step()
            self._begin()
        self._pace = Pace()

    @_harmless
    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Remember where the epoch begins."""
        self._epoch, self._epoch_start, self._losses = epoch, self._step, []

    @_harmless
    def on_train_batch_begin(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Decide whether the step that comes is looked into."""
        self._wants = self._options["statistics"] and self._budget.wants()
        if self._wants and self._probe is not None:
            self._probe.want()
        self._pace.begin()

    @_harmless
    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Log the step."""
        self._pace.computed()
        before = self._step
        self._step = self._epoch_start + batch + 1
        loss = self._probe.loss if self._probe is not None else None
        numbers = as_numbers(logs)
        if loss is not None:
            self._losses.append(loss)
            numbers["loss"] = loss
        numbers |= learning_rates(self.model)
        numbers |= self._pace.numbers(max(1, self._step - before), self._rows())
        numbers["overhead"] = self._budget.overhead
        assert self._journal is not None
        self._journal.step(self._step, numbers)
        sample = self._probe.take() if self._wants and self._probe is not None else None
        if sample is not None:
            self._write_sample(sample)
        self._look_for_nonfinite(sample, loss)
        self._budget.count(self._pace.wait + self._pace.compute, self._pace.done())

    @_harmless
    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Log the epoch; where the reported loss is not the loss, say so."""
        assert self._sink is not None
        metrics = as_numbers(logs)
        self._compare_losses(metrics)
        self._sink.write(Epoch(epoch, self._step, time.time(), metrics))
        self._sink.check()

    @_harmless
    def on_test_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Log an evaluation of its own; one inside of `fit` is part of its epoch."""
        if not self._is_training:
            if self._sink is None:
                self._begin()
            assert self._journal is not None
            numbers = as_numbers(logs)
            told = ", ".join(f"{name} {value:.4g}" for name, value in numbers.items())
            self._journal.event(self._step, "evaluate", f"Evaluated: {told}.", metrics=numbers)

    @_harmless
    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Say how training ended."""
        self._is_training = False
        if self._probe is not None:
            self._probe.remove()
        stopped = getattr(self.model, "stop_training", False)
        self._end("stopped" if stopped else "finished")

    # Custom loops.

    def begin(self, model: Any) -> None:
        """Begin the log of a loop of one's own; `step` does it where it was not done."""
        self.set_model(model)
        if self._sink is None:
            self._begin()

    def log(self, step: int | None = None, **numbers: Any) -> None:
        """Log numbers of a step: `monitor.log(loss=loss, accuracy=accuracy)`.

        Args:
            step: counted from 1; the one after the last by default.
            numbers: floats, or tensors of one number.
        """
        if self._sink is None:
            self._begin()
        self._step = self._step + 1 if step is None else step
        assert self._journal is not None
        self._journal.step(self._step, as_numbers(numbers))

    @contextmanager
    def step(self, model: Any = None) -> Iterator[dict[str, Any]]:
        """Watch one step of a loop of one's own; what is put into the dictionary is logged.

            with monitor.step(model) as logs:
                logs["loss"] = train_step(batch)

        Args:
            model: that is trained; needed once.
        """
        if model is not None:
            self.begin(model)
        if self._sink is None:
            self._begin()
        self._pace.begin()
        logs: dict[str, Any] = {}
        yield logs
        self._finish_step(logs)

    @_harmless
    def _finish_step(self, logs: dict[str, Any]) -> None:
        self._pace.computed()
        self._step += 1
        numbers = as_numbers(logs) | learning_rates(self.model)
        assert self._journal is not None
        self._journal.step(self._step, numbers | self._pace.numbers(1, None))
        self._look_for_nonfinite(None, numbers.get("loss"))
        self._pace.done()

    def end(self) -> None:
        """End the log of a loop of one's own."""
        self._end("finished")

    # Their parts.

    def warn(self, text: str) -> None:
        """Warn once of what cannot be logged."""
        (self._sink or Sink(self.run_path, 0)).warn(text)

    def _steps_ahead(self) -> int | None:
        epochs, steps = self.params.get("epochs"), self.params.get("steps")
        return epochs * steps if epochs and steps else None

    def _rows(self) -> int | None:
        return self._probe.rows if self._probe is not None else None

    def _first_step(self) -> int:
        iterations = getattr(getattr(self.model, "optimizer", None), "iterations", None)
        return int(iterations) if iterations is not None else 0

    def _install_probe(self) -> None:
        always = self._budget.always and bool(self._options["statistics"])
        self._probe = Probe(
            self.model,
            histograms=bool(self._options["histograms"]),
            always=always,
            tell=self._note,
            on_error=self._failed,
        )
        self._probe.install()

    def _note(self, text: str) -> None:
        if self._journal is not None:
            self._journal.event(self._step, "warning", text, "warning")

    @_harmless
    def _failed(self, error: BaseException) -> None:
        text = " ".join(str(error).split())[:300]
        self._end("failed", f"{type(error).__name__}: {text}")

    def _begin(self) -> None:
        rank = find_rank()
        self._sink = Sink(self.run_path, rank)
        self._journal = Journal(self._sink)
        self._layers = self._probe.layers if self._probe is not None else ()
        name = self._keep_graph() if self._options["graph"] and rank == 0 else None
        self._sink.write(
            Start(
                run=self.run_path.name,
                writer=self._sink.writer,
                time=time.time(),
                rank=rank,
                config=describe_config(self.model, self.params or {}) if self.model else {},
                environment=describe_environment(),
                layers=self._layers,
                graph=name,
            )
        )
        atexit.register(self._left_open)

    def _keep_graph(self) -> str | None:
        """Write the model's graph beside the log; return the file's name."""
        try:
            graph = make_graph(self.model)
            (self.run_path / FILE).write_text(to_json(graph))
        except Exception as error:  # noqa: BLE001 - the run is of use without
            text = " ".join(str(error).split())[:300]
            self._note(f"The run has no graph: {text}")
            return None
        self._layers = place_layers(self._layers, graph)
        return FILE

    def _write_sample(self, sample: Sample) -> None:
        assert self._sink is not None
        self._sink.write(Statistics(self._step, time.time(), sample.layers, sample.histograms))

    def _look_for_nonfinite(self, sample: Sample | None, loss: float | None) -> None:
        if self._is_nonfinite or self._sink is None:
            return
        event = find_nonfinite(sample, loss, self._layers, self._step, time.time())
        if event is None:
            return
        self._is_nonfinite = True
        self._sink.write(event)
        if self._stops:
            self.model.stop_training = True

    def _compare_losses(self, metrics: dict[str, float]) -> None:
        """Let `loss` be the mean of the loss tensor where what was reported is something else."""
        reported = metrics.get("loss")
        if reported is None or len(self._losses) < 2:
            return
        # Losses of batches differ: only what lies outside of all of them is another quantity.
        low, high = min(self._losses), max(self._losses)
        margin = _TOLERANCE * max(abs(low), abs(high), 1e-12)
        if not low - margin <= reported <= high + margin:
            metrics["reported_loss"] = reported
            metrics["loss"] = sum(self._losses) / len(self._losses)

    def _end(self, status: Status, text: str = "") -> None:
        atexit.unregister(self._left_open)
        if self._sink is not None:
            self._sink.write(End(self._step, time.time(), status, text))
            self._sink.close()
        self._sink = self._journal = None

    def _left_open(self) -> None:
        self._end("failed", "The program ended before the training did.")
