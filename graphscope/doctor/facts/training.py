"""How a model was compiled and is trained: the calls in the source, a loss that would fit."""

from __future__ import annotations

from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.user_call import UserCall
from graphscope.doctor.records import Boundary, DataSummary


def boundary_call(case: Case, boundary: Boundary | None) -> UserCall | None:
    """Return the call of `fit`, `compile`, ... in the source."""
    if boundary is None:
        return None
    for frame in boundary.site:
        found = case.program.call(frame)
        if found is not None and found[1].func is not None:
            method = getattr(boundary.model, boundary.kind, None)
            return UserCall(case, frame, *found, method)
    return None


def compile_of(case: Case, model: Any) -> Boundary | None:
    """Return the last `compile` of a model."""
    boundaries = reversed(case.recording.boundaries)
    return next((b for b in boundaries if b.kind == "compile" and b.model is model), None)


def summary(boundary: Boundary, name: str) -> DataSummary | None:
    """Return what is known of an array that was given to `fit`."""
    value = boundary.data.get(name)
    return value if isinstance(value, DataSummary) else None


def fitting_losses(boundary: Boundary | None, model: Any) -> list[str]:
    """Return the names of losses that suit a model's output and targets, best first."""
    targets = summary(boundary, "y") if boundary is not None else None
    activation = last_activation(model)
    shape = targets.spec.shape if targets is not None else None
    width = (shape or (None,))[-1] if shape and len(shape) > 1 else 1
    if activation == "softmax":
        sparse, one_hot = "sparse_categorical_crossentropy", "categorical_crossentropy"
        return [sparse, one_hot] if width == 1 else [one_hot, sparse]
    if activation == "sigmoid":
        return ["binary_crossentropy", "mse"]
    return ["mse", "mae"]


def last_activation(model: Any) -> str:
    """Return the name of the activation of a model's last layer; empty when it has none."""
    layers = getattr(model, "layers", None) or []
    for layer in reversed(layers):
        if type(layer).__name__ == "Softmax":
            return "softmax"
        activation = getattr(layer, "activation", None)
        if activation is not None:
            return str(getattr(activation, "__name__", ""))
    return ""
