"""Numbers that are read off a model and off what Keras hands to its callbacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def as_numbers(logs: Mapping[str, Any] | None) -> dict[str, float]:
    """Return the single numbers among some logs; others have no place on a curve."""
    found = {}
    for name, value in (logs or {}).items():
        number = as_number(value)
        if number is not None:
            found[str(name)] = number
    return found


def as_number(value: Any) -> float | None:
    """Return a value as a float; None when it is not one number."""
    try:
        if hasattr(value, "detach"):
            value = value.detach().cpu()
        return float(value)
    except (TypeError, ValueError, RuntimeError):
        return None


def learning_rates(model: Any) -> dict[str, float]:
    """Return the learning rate as it is now, of each optimizer that a model has."""
    import keras

    if model is None:
        return {}
    held = {
        name: value
        for name, value in vars(model).items()
        if isinstance(value, keras.optimizers.Optimizer)
    }
    own = getattr(model, "optimizer", None)
    if own is not None or not held:
        held = {"": own} if own is not None else {}
    names = {name: f"learning_rate/{name}" if name else "learning_rate" for name in held}
    rates = {names[name]: _rate(optimizer) for name, optimizer in held.items()}
    return {name: rate for name, rate in rates.items() if rate is not None}


def _rate(optimizer: Any) -> float | None:
    import keras

    inner = getattr(optimizer, "inner_optimizer", optimizer)
    return as_number(keras.ops.convert_to_numpy(inner.learning_rate))
