"""Numbers that are read off what Keras hands to its callbacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def split_numbers(logs: Mapping[str, Any] | None) -> tuple[dict[str, float], list[str]]:
    """Return the single numbers among some logs, and the names of what is none."""
    found: dict[str, float] = {}
    others: list[str] = []
    for name, value in (logs or {}).items():
        number = as_number(value)
        if number is None:
            others.append(str(name))
        else:
            found[str(name)] = number
    return found, others


def as_number(value: Any) -> float | None:
    """Return a value as a float; None when it is not one number."""
    try:
        if isinstance(value, str):  # "3" is not a measurement.
            return None
        if hasattr(value, "detach"):
            value = value.detach().cpu()
        elif hasattr(value, "numpy"):  # NumPy 2 warns of how TensorFlow's variables are converted.
            value = value.numpy()
        return float(value)
    except Exception:  # noqa: BLE001 - it may be anything, with a `__float__` that raises anything
        return None
