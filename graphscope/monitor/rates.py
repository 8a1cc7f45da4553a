"""The learning rate of each step, read without slowing the step down."""

from __future__ import annotations

import time
from typing import Any

from graphscope.monitor.readings import as_number

_SHARE = 0.001
"""Of the time, that reading may take once there are enough readings for a curve."""
_FREE = 50
"""Readings that are always made: a short run shows each of its rates."""


class LearningRates:
    """Reads the learning rates of all optimizers of a model.

    A variable costs some 20 microseconds, a schedule, which the backend evaluates, up to a
    millisecond; in long runs they are therefore read now and then.

    Args:
        model: that is trained.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._optimizers = find_optimizers(model)
        self._readings = 0
        self._last = 0.0
        self._cost = 0.0

    @property
    def count(self) -> int:
        """How many optimizers there are."""
        return len(self._optimizers)

    def read(self) -> dict[str, float]:
        """Return the rates that the last step used, by name; nothing when it is too early."""
        now = time.perf_counter()
        if self._readings >= _FREE and self._cost > _SHARE * (now - self._last):
            return {}
        found = {name: self._rate(each) for name, each in self._optimizers.items()}
        self._last = time.perf_counter()
        self._cost = self._last - now
        self._readings += 1
        return {name: rate for name, rate in found.items() if rate is not None}

    def _rate(self, optimizer: Any) -> float | None:
        from keras.optimizers.schedules import LearningRateSchedule

        inner = getattr(optimizer, "inner_optimizer", optimizer)
        rate = getattr(inner, "_learning_rate", None)
        if isinstance(rate, LearningRateSchedule):
            counted = as_number(self._value(inner._iterations))
            accumulated = getattr(inner, "gradient_accumulation_steps", None) or 1
            used = max(0, int(counted or 0) - 1)  # By now the optimizer has counted the step on.
            return as_number(rate(used // accumulated))
        return None if rate is None else as_number(self._value(rate))

    def _value(self, variable: Any) -> Any:
        """Return a variable's value; within an epoch on JAX it is not with the variable."""
        state = getattr(self._model, "_jax_state", None)
        own = getattr(self._model, "optimizer", None)
        if state and own is not None and not getattr(self._model, "_jax_state_synced", True):
            values = state.get("optimizer_variables") or ()
            for held, value in zip(own.variables, values, strict=False):
                if held is variable:
                    return value
        return getattr(variable, "value", variable)


def find_optimizers(model: Any) -> dict[str, Any]:
    """Return a model's optimizers by the name of their rate: several go by their attributes."""
    import keras

    if model is None:
        return {}
    held = {
        name: each for name, each in vars(model).items()
        if isinstance(each, keras.optimizers.Optimizer)
    }  # fmt: skip
    own = getattr(model, "optimizer", None)
    others = {name: each for name, each in held.items() if each is not own}
    if own is None and len(others) == 1:
        return {"learning_rate": next(iter(others.values()))}
    found = {} if own is None else {"learning_rate": own}
    return found | {f"learning_rate/{name}": each for name, each in others.items()}
