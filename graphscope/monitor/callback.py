"""The callback: what it does at each event of `fit`, none of which it may disturb."""

# ruff: noqa: ARG002 - Keras gives these arguments, by these names

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphscope.monitor.budget import Budget
from graphscope.monitor.core import harmless
from graphscope.monitor.fitting import Fitting, look_at_fit
from graphscope.monitor.loop import Loops
from graphscope.monitor.losses import EpochLosses
from graphscope.monitor.probe import Probe
from graphscope.monitor.spreading import Spreading

Logs = Mapping[str, Any]


class Monitor(Loops):
    """Logs a training: its metrics in each step, and what goes on inside its layers.

        model.fit(x, y, callbacks=[Monitor("runs/first")])

    The training itself is not changed: its result is the same to the last bit. Whatever cannot be
    logged is warned of once.

    Per step are logged the loss, from its tensor, and the other metrics as Keras reports them,
    which is their mean over the epoch so far. A loop of one's own uses `step` and `log`.

    Args:
        directory: of the run, a path or a URL of fsspec. Runs of one folder are shown together.
            Where it holds an earlier training already, `directory-2` and so on is taken, unless
            the optimizer has made steps before: then the training goes on, and so does its log.
        statistics: whether to look into the layers.
        overhead: share of the training time that this may cost, its one-off preparation counted.
        every: look in each N-th step instead.
        histograms: whether to make histograms of activations, gradients and weights.
        stop_on_nonfinite: end training at the first NaN or infinity.
        graph: whether to keep the model's graph with the run.
        tensorboard: folder to write event files to as well, for TensorBoard (a package of that
            name is needed, TensorFlow is not).
    """

    def __init__(
        self,
        directory: str | Path,
        *,
        statistics: bool = True,
        overhead: float = 0.02,
        every: int | None = None,
        histograms: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(directory, **options)
        self._statistics, self._histograms = statistics, histograms
        self._overhead, self._every = overhead, every
        self._budget = Budget(overhead, every=every)
        self._fitting = Fitting()
        self._is_training = False
        self._wants = False
        self._epoch_start = 0
        self._losses = EpochLosses()
        self._reported: float | None = None
        self._has_left = False
        self._spreading: Spreading | None = None

    @harmless
    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin a log."""
        if self._is_training:  # An exception left the last training outside of its steps.
            self._end("failed", "It was broken off.")
        self._is_training, self._has_left, self._reported = True, False, None
        self._fitting = look_at_fit(self._trained)
        self._budget = Budget(self._overhead, every=self._every, steps=self._steps_ahead())
        self._install_probe()
        self._open(self._fitting)
        if self._recording is not None and self._probe is not None:
            self._spreading = Spreading(self._probe, self._recording)

    @harmless
    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Remember where the epoch begins."""
        self._epoch_start = self._recording.step if self._recording is not None else 0
        self._losses = EpochLosses()
        if self._has_left and self._probe is not None:
            self._has_left = False
            self._probe.install()
        self._pace.rest()

    @harmless
    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Decide whether the step that comes is looked into."""
        self._wants = self._statistics and self._budget.wants()
        if self._wants and self._probe is not None:
            self._probe.want()
        self._pace.begin()

    @harmless
    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Log the step."""
        self._pace.computed()
        recording = self._recording
        if recording is None:
            return
        before, recording.step = recording.step, self._epoch_start + batch + 1
        steps = max(1, recording.step - before)
        metrics = self._numbers(logs)
        loss = self._true_loss(metrics, steps)
        if self._rates is not None:
            metrics |= self._rates.read()
        pace = self._pace.numbers(steps, self._fitting.batch_size)
        recording.log_step(metrics, pace | {"overhead": self._budget.overhead})
        sample = self._probe.take() if self._wants and self._probe is not None else None
        if sample is not None:
            recording.log_sample(sample)
        self._look_for_nonfinite(sample, loss)
        if self._spreading is not None:
            spreading, self._spreading = self._spreading, None
            spreading.after_step()
        self._budget.count(self._pace.wait + self._pace.compute, self._pace.done())

    def _true_loss(self, metrics: dict[str, float], steps: int) -> float | None:
        """Return the step's loss, and let it stand for the one that was reported.

        A step with several losses and none of that name, as a GAN's, keeps what it reports.
        """
        loss = self._probe.loss if self._probe is not None else None
        if loss is None:
            return metrics.get("loss")
        reported = metrics.get("loss")
        if reported is not None or self._rates is None or self._rates.count < 2:
            if steps == 1:  # Of several that are run as one, the others' losses are not seen.
                self._losses.add(loss)
            metrics["loss"] = loss
        return loss

    @harmless
    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Log the epoch; where the reported loss is not the loss, say so."""
        if self._recording is None:
            return
        metrics = self._losses.corrected(self._numbers(logs))
        if "reported_loss" in metrics:
            self._tell_reported(metrics["reported_loss"], metrics["loss"])
        self._recording.log_epoch(epoch, metrics)

    def _tell_reported(self, reported: float, loss: float) -> None:
        text = f"The loss that is reported, {reported:.4g}, is not the one that is minimised"
        if self._reported is None:
            self._note(f"{text} ({loss:.4g} in the mean of the epoch).")
        elif self._reported == reported:
            self._note("The loss that is reported does not change, though the true one does.")
        self._reported = reported

    @harmless
    def on_test_end(self, logs: Logs | None = None) -> None:
        """Log an evaluation of its own; one inside of `fit` is part of its epoch."""
        if self._is_training:
            return
        is_own = self._recording is None
        if is_own:
            self._open()
        if self._recording is not None:
            numbers = self._numbers(logs)
            told = ", ".join(f"{name} {value:.4g}" for name, value in numbers.items())
            self._recording.event("evaluate", f"Evaluated: {told}.", metrics=numbers)
        if is_own:
            self._close()

    @harmless
    def on_train_end(self, logs: Logs | None = None) -> None:
        """Say how training ended."""
        self._is_training = False
        if self._probe is not None:
            self._probe.remove()
        if getattr(self._trained, "stop_training", False):
            self._end("stopped", "A callback stopped it.")
        else:
            self._end("finished")

    def _failed(self, error: BaseException) -> None:
        if type(error).__name__ == "OutOfRangeError":
            self._has_left = True  # TensorFlow's word for data that came to their end.
            return
        self._is_training = False
        super()._failed(error)

    def _steps_ahead(self) -> int | None:
        params = self.params or {}
        epochs, steps = params.get("epochs"), params.get("steps")
        return epochs * steps if epochs and steps else None

    @harmless
    def _install_probe(self) -> None:
        if self._probe is not None:
            self._probe.remove()
            self._probe = None
        self._probe = Probe(
            self._trained,
            histograms=self._histograms,
            always=self._budget.always and self._statistics,
            tell=self._note,
            on_error=self._failed,
        )
        self._probe.install()
