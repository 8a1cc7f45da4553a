"""Loops of one's own: what `fit` tells its callbacks, a program says itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from graphscope.monitor.core import Core, harmless
from graphscope.monitor.readings import as_number


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
            self._open(is_loop=True)

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
            x, y: the batch; how many samples it has is all that is looked at.
            model: that is trained; said once, here or to `begin`.
        """
        self.begin(model)
        self._pace.begin()
        logs = StepLog()
        yield logs
        self._finish_step(logs, _rows(x) or _rows(y))

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
        self._look_for_nonfinite(None, loss)
        self._pace.done()

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
