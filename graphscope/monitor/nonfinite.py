"""Where the first number that is none arose: in forward order, then in gradient order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from graphscope.monitor.probe import Sample
from graphscope.runs import Event, LayerInfo
from graphscope.runs.records import INPUT, OUTPUT, TARGET


def find_nonfinite(
    sample: Sample | None, loss: float | None, layers: Sequence[LayerInfo], step: int, time: float
) -> Event | None:
    """Return the event that tells where NaN or infinity arose in a step; None when nowhere did.

    Args:
        sample: of the step; without one, only the loss can be told.
        loss: of the step.
        layers: that are watched.
        step, time: of the step.
    """
    is_loss_bad = loss is not None and not math.isfinite(loss)
    if sample is None:
        if not is_loss_bad:
            return None
        text = f"The loss is {loss:g} in step {step}"
        why = "that step was not sampled, so the layer is not known."
        return _event(step, time, f"{text}; {why}", {"quantity": "loss"})
    infos = {layer.key: layer for layer in layers}
    found = _forward(sample, infos)
    if found is None and is_loss_bad:
        found = _in_loss(sample, loss)
    found = found or _backward(sample, infos)
    if found is None:
        return None
    # Missing values that a model fills in itself do no harm; else they are where it began.
    text, details = _in_data(sample) or found
    return _event(step, time, f"{text} in step {step}.", details)


Found = tuple[str, dict[str, Any]]


def _event(step: int, time: float, text: str, details: dict[str, Any]) -> Event:
    return Event(step, time, "nonfinite", text, "error", details)


def _bad(numbers: Mapping[str, float], prefix: str = "") -> str | None:
    """Return what is not finite among some numbers: "3 NaN", "2 infinite"."""
    nans = numbers.get(f"{prefix}nan_count", 0.0)
    infinite = numbers.get(f"{prefix}inf_count", 0.0)
    parts = [f"{nans:g} NaN"] if nans else []
    parts += [f"{infinite:g} infinite"] if infinite else []
    return " and ".join(parts) or None


def _in_data(sample: Sample) -> Found | None:
    for key, numbers in sample.layers.items():
        label = key.partition("/")[0]
        if label in (INPUT, TARGET) and (bad := _bad(numbers)):
            what = "inputs" if label == INPUT else "targets"
            return f"The {what} hold {bad} numbers", {"quantity": "data", "layer": None}
    return None


def _forward(sample: Sample, infos: Mapping[str, LayerInfo]) -> Found | None:
    before: Mapping[str, float] | None = None
    for key, numbers in sample.layers.items():
        info = infos.get(key)
        if info is None or "activation_mean" not in numbers:
            continue
        if bad := _bad(numbers):
            text = f"{info.class_name} {info.name!r} returned {bad} numbers"
            return text, {
                "quantity": "forward",
                "layer": key,
                "operation": info.class_name,
                "inputs": [_range(before or sample.layers.get(INPUT, {}))],
                "file": info.file,
                "line": info.line,
            }
        before = numbers
    return None


def _in_loss(sample: Sample, loss: float | None) -> Found:
    outputs = [_range(n) for key, n in sample.layers.items() if key.startswith((OUTPUT, TARGET))]
    text = f"The loss became {loss:g} though every layer returned finite numbers"
    return text, {"quantity": "loss", "layer": None, "operation": "loss", "inputs": outputs}


def _backward(sample: Sample, infos: Mapping[str, LayerInfo]) -> Found | None:
    """Find the layer nearest to the loss whose gradient is not finite: gradients flow from it."""
    for key, numbers in reversed(list(sample.layers.items())):
        info = infos.get(key)
        if info is not None and (bad := _bad(numbers, "gradient_")):
            text = f"The gradient of {info.class_name} {info.name!r} holds {bad} numbers"
            return text, {
                "quantity": "gradient",
                "layer": key,
                "operation": info.class_name,
                "inputs": [_range(numbers)],
                "file": info.file,
                "line": info.line,
            }
    return None


def _range(numbers: Mapping[str, float]) -> dict[str, float]:
    names = ("min", "max", "mean")
    return {name: numbers.get(f"activation_{name}", numbers.get(name, math.nan)) for name in names}
