"""Loops of one's own: what `fit` tells its callbacks, a program says itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from types import TracebackType
from typing import Any, Self

from graphscope.monitor.budget import Budget
from graphscope.monitor.core import Core, harmless
from graphscope.monitor.looking import Looking
from graphscope.monitor.readings import as_number
from graphscope.runs import LayerInfo


class StepLog(dict[str, Any]):
    """The numbers of one step: `step["accuracy"] = 0.5`, or `step.loss = loss` for the loss."""

    @property
    def loss(self) -> Any:
        """The loss of the step: a float, or a tensor of one number; None until it is set."""
        return self.get("loss")

    @loss.setter
    def loss(self, value: Any) -> None:
        self["loss"] = value


class Loops(Core):
    """What the monitor offers to custom training loops."""

    _statistics: bool
    _histograms: bool
    _budget: Budget
    _looking: Looking | None = None

    def begin(self, model: Any = None) -> None:
        """Begin the log; `step` and `log` do it where it was not done.

        Args:
            model: that is trained; without one, its learning rate and graph are not logged.
        """
        if model is not None:
            self.set_model(model)
        self._begin_loop()

    @harmless
    def _begin_loop(self) -> None:
        if self._recording is None:
            if self._statistics and self._trained is not None:
                self._look()
            self._open(is_loop=True)

    def _watched_layers(self) -> tuple[LayerInfo, ...]:
        return self._looking.layers if self._looking is not None else super()._watched_layers()

    def _look(self) -> None:
        """Prepare to look into the layers; without that, the loop is watched all the same."""
        try:
            looking = Looking(self._trained, histograms=self._histograms, tell=self._note)
        except Exception as error:  # noqa: BLE001 - a model of another kind, not built yet
            self.warn(f"The layers cannot be looked into ({type(error).__name__}: {error}).")
            return
        self._looking = looking

    def log(
        self, numbers: dict[str, Any] | None = None, *, step: int | None = None, **named: Any
    ) -> None:
        """Log numbers of a step: `monitor.log({"loss": loss})`, `monitor.log(loss=loss)`.

        Args:
            numbers: by name: floats, or tensors of one number.
            step: counted from 1; the one after the last by default.
            named: more of them.
        """
        self._begin_loop()
        self._log_numbers({**(numbers or {}), **named}, step)

    @harmless
    def _log_numbers(self, numbers: dict[str, Any], step: int | None) -> None:
        if self._recording is not None:
            self._recording.step = self._recording.step + 1 if step is None else step
            self._recording.log_step(self._numbers(numbers), {})

    @contextmanager
    def step(self, x: Any = None, y: Any = None, *, model: Any = None) -> Iterator[StepLog]:
        """Watch one step of a loop of one's own.

            with monitor.step(x, y) as step:
                step.loss = train_step(x, y)

        Time between steps counts as waiting for data. An exception passes, and that step is not
        logged.

        Args:
            x, y: the batch, as the model takes it; layers are looked into as often as the budget
                allows where the step runs eagerly, else in a pass of this batch before the step.
            model: that is trained; said once, here or to `begin`.
        """
        self.begin(model)
        is_wanted = self._looking is not None and self._budget.wants()
        self._pace.begin()
        logs = StepLog()
        with self._looked_into(x, y) if is_wanted else nullcontext():
            yield logs
        self._finish_step(logs, _rows(x) or _rows(y))

    @contextmanager
    def _looked_into(self, x: Any, y: Any) -> Iterator[None]:
        """Sample the step in the block; an exception of ours leaves the step as it is."""
        looking = self._looking
        step = None if looking is None else looking.step(x, y)
        try:
            if step is not None:
                step.__enter__()
        except Exception as error:  # noqa: BLE001 - ours
            self._cannot_look(error)
            step = None
        try:
            yield
        except BaseException:
            if step is not None:
                with suppress(Exception):  # The program's own error is the one to tell.
                    step.__exit__(None, None, None)
            raise
        try:
            if step is not None:
                step.__exit__(None, None, None)
        except Exception as error:  # noqa: BLE001 - ours
            self._cannot_look(error)

    def _cannot_look(self, error: Exception) -> None:
        text = " ".join(str(error).split())[:200]
        self._note(f"The layers cannot be looked into ({type(error).__name__}: {text}).")
        self._looking = None

    @harmless
    def _finish_step(self, logs: StepLog, rows: int | None) -> None:
        loss = as_number(logs.loss)  # Waits until it is computed.
        self._pace.computed()
        if self._recording is None:
            return
        self._recording.step += 1
        numbers = self._numbers(logs)
        rates = self._rates.read() if self._rates is not None else {}
        self._recording.log_step(numbers | rates, self._pace.numbers(1, rows))
        sample = self._looking.sample if self._looking is not None else None
        if sample is not None and self._looking is not None:
            self._recording.log_sample(sample)
            self._looking.sample = None
        self._look_for_nonfinite(sample, loss)
        self._budget.count(self._pace.wait + self._pace.compute, self._pace.done())

    def end(self, status: Any = "finished", text: str = "") -> None:
        """End the log of a loop of one's own; the end of the program does it, too."""
        self._end(status, text)

    def __enter__(self) -> Self:
        """Watch a block: its end is the end of the log, also when it raises."""
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self._failed(error)
        self.end()


def _rows(batch: Any) -> int | None:
    """Return how many samples a batch has."""
    while isinstance(batch, dict | list | tuple) and batch:
        batch = next(iter(batch.values())) if isinstance(batch, dict) else batch[0]
    shape = getattr(batch, "shape", None)
    try:
        return int(shape[0]) if shape is not None and len(shape) else None
    except (TypeError, ValueError):
        return None
