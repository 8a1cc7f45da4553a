"""Telling of a step's first NaN or infinity as exactly as it can be known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from graphscope.monitor.nonfinite import find_nonfinite
from graphscope.monitor.origin import Moment, Origin, find_origin
from graphscope.monitor.probe import Probe, Sample
from graphscope.runs import Event, LayerInfo

_NOT_KEPT = (
    "what the step began with was not kept (it is kept for steps of one replica that XLA does not "
    "compile on TensorFlow, for single devices in main memory on JAX, and on PyTorch)"
)


def locate_nonfinite(
    probe: Probe | None,
    sample: Sample | None,
    loss: float | None,
    layers: Sequence[LayerInfo],
    step: int,
    time: float,
) -> Event | None:
    """Return the event that tells where NaN or infinity arose in a step; None when nowhere did.

    Args:
        probe: of the model, after the step.
        sample: of the step, where it was sampled.
        loss: of the step.
        layers: that are watched.
        step, time: of the step.
    """
    seen = find_nonfinite(sample, loss, layers, step, time)
    is_suspicious = probe is not None and probe.is_suspicious
    if seen is None and not is_suspicious:
        return None
    if seen is None:
        text = f"A gradient holds NaN or infinite numbers in step {step}."
        seen = Event(step, time, "nonfinite", text, "error", {"quantity": "gradient"})
    moment = probe.moment if probe is not None else None
    if probe is None or moment is None:
        return _without(seen, _NOT_KEPT)
    if (weight := _bad_weight(probe, moment)) is not None:
        return _of_weight(weight, probe, seen)
    try:
        origin = find_origin(probe.model, moment)
    except Exception as error:  # noqa: BLE001 - the program's own code runs again, off its training
        text = " ".join(str(error).split())[:200]
        return _without(seen, f"the step could not be run again ({type(error).__name__}: {text})")
    if origin is None:
        return _without(seen, "the step, run again, showed none")
    return _of_origin(origin, seen, layers, loss)


def _without(seen: Event, why: str) -> Event:
    text = f"{seen.text.rstrip('.')}. The operation is not known: {why}."
    return replace(seen, text=text, details={**seen.details, "unfound": why})


def _bad_weight(probe: Probe, moment: Moment) -> Any | None:
    """Return the first weight that was not finite before the step."""
    import keras

    pairs: list[tuple[Any, Any]] = list(moment.values)
    if moment.state is not None:
        pairs = list(zip(probe.model.trainable_variables, moment.state[0], strict=False))
    for variable, value in pairs:
        if "float" in variable.dtype:
            array = np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(value, "float32")))
            if not np.isfinite(array).all():
                return variable
    return None


def _of_weight(variable: Any, probe: Probe, seen: Event) -> Event:
    text = (
        f"The weight {variable.path} held NaN or infinite numbers before step {seen.step}: an "
        "update before it made them, or whatever else sets weights."
    )
    details: dict[str, Any] = {"quantity": "weight", "layer": probe.watched.owner_of(variable),
               "operation": "update", "inputs": []}  # fmt: skip
    return replace(seen, text=text, details=details)


def _of_origin(
    origin: Origin, seen: Event, layers: Sequence[LayerInfo], loss: float | None
) -> Event:
    key = origin.place.layer
    info = next((each for each in layers if each.key == key), None)
    line = origin.place.line
    details: dict[str, Any] = {
        "quantity": _quantity(origin, info),
        "layer": key,
        "operation": origin.operation,
        "is_operation": True,
        "inputs": [dict(each) for each in origin.inputs],
        "result": dict(origin.result),
    }
    if origin.place.forward:
        details["gradient_of"] = origin.place.forward
    if line is not None:
        details |= {"file": line.file, "line": line.line}
    return replace(seen, text=_sentence(origin, info, seen.step, loss), details=details)


def _quantity(origin: Origin, info: LayerInfo | None) -> str:
    if origin.data:
        return "data"
    if origin.phase == "gradient":
        return "gradient"
    return "loss" if info is None else "forward"


def _sentence(origin: Origin, info: LayerInfo | None, step: int, loss: float | None) -> str:
    line = origin.place.line
    where = f" of {info.class_name} {info.name!r}" if info is not None else ""
    where += f" ({line.file}:{line.line})" if line is not None else ""
    name = origin.place.forward or origin.operation
    if origin.data:
        bad = max((_told(each) for each in origin.inputs if _bad(each)), key=len)
        return f"The {origin.data} hold {bad}, which {name}{where} met first, in step {step}."
    came = "; ".join(_came(each) for each in origin.inputs if each["min"] == each["min"])
    came = f" from {came}" if came else ""
    if origin.phase == "forward":
        return f"{name}{where} returned {_told(origin.result)}{came} in step {step}."
    still = f", though the loss was {loss:.4g}" if loss is not None and math.isfinite(loss) else ""
    of = origin.place.forward or (info is None and line is None and origin.operation) or ""
    of = f" of {of}" if of else ""
    return (
        f"The gradient{of}{where} has {_told(origin.result)} ({origin.operation}{came}) in "
        f"step {step}{still}."
    )


def _bad(numbers: Mapping[str, float]) -> float:
    return numbers["nan_count"] + numbers["inf_count"]


def _told(counts: Mapping[str, float]) -> str:
    """Return what is not finite: "3 NaN numbers", "1 infinite number"."""
    parts = [(counts["nan_count"], "NaN"), (counts["inf_count"], "infinite")]
    told = " and ".join(f"{count:g} {what}" for count, what in parts if count)
    return f"{told} number{'s' if _bad(counts) != 1 else ''}"


def _came(numbers: Mapping[str, float]) -> str:
    low, high = numbers["min"], numbers["max"]
    return f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
