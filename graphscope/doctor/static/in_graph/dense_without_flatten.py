"""A Dense head on a map that keeps its positions, where one answer for all of them was meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static.model import PASSING, Call, CheckedModel
from graphscope.doctor.static.telling import diagnose, shape_text

ID = "dense-without-flatten"

_POINTWISE = PASSING | {
    "Dense",
    "Activation",
    "ReLU",
    "Softmax",
    "Rescaling",
    "InputLayer",
    "Input",
}
"""Layers that treat every position by itself."""


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Look at outputs that a Dense layer makes of an image or map."""
    for output in model.outputs:
        head = model.head(output)
        shape = head.given_shape
        if head.type != "Dense" or shape is None or len(shape) < 4:
            continue
        positions = shape[1:-1]
        if not all(isinstance(size, int) for size in positions):
            continue
        if not _is_pointwise(model) and not _shrank(model, positions):
            continue
        yield _tell(head, shape)


def _is_pointwise(model: CheckedModel) -> bool:
    return all(call.type in _POINTWISE or call.is_input for call in model.calls.values())


def _shrank(model: CheckedModel, positions: tuple[Any, ...]) -> bool:
    """Whether the map is smaller than every input: an answer per pixel was not meant either."""
    sizes = [call.shape[1:-1] for call in model.calls.values() if call.is_input and call.shape]
    return bool(sizes) and all(
        len(size) == len(positions)
        and all(
            isinstance(full, int) and full > now for full, now in zip(size, positions, strict=True)
        )
        for size in sizes
    )


def _tell(head: Call, shape: tuple[Any, ...]) -> Diagnosis:
    return diagnose(
        ID,
        head,
        ("shape", f"{head.label} receives {shape_text(shape)} and makes {shape_text(head.shape)}"),
        severity=Severity.WARNING,
        confidence=0.85,
        problem=f"{head.label} receives {shape_text(shape)} and works on its last axis only, so "
        f"the model gives {shape_text(head.shape)}: one answer for each position, not one for "
        "each example.",
        remedy=f"Put Flatten or GlobalAveragePooling2D before {head.label}.",
    )
