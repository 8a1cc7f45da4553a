"""An image with channels first that goes into a convolution for channels last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static.model import Call, CheckedModel
from graphscope.doctor.static.telling import diagnose, shape_text

ID = "channels-first"

_TYPES = ("Conv2D", "SeparableConv2D", "DepthwiseConv2D")
_PREPARING = ("Rescaling", "Normalization", "BatchNormalization")
_SMALLEST = 16
"""Sizes above this are those of an image rather than of channels."""


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Look at convolutions that receive an input of the model."""
    for call in model.of_type(*_TYPES):
        source = model.source_of(call)
        while source is not None and source.type in _PREPARING:
            source = model.source_of(source)
        shape = call.given_shape
        if source is None or not source.is_input or shape is None:
            continue
        if call.settings.get("data_format") == "channels_last" and _looks_first(shape):
            yield _tell(call, source, shape)


def _looks_first(shape: tuple[Any, ...]) -> bool:
    if len(shape) != 4 or not all(isinstance(size, int) for size in shape[1:]):
        return False
    channels, height, width = shape[1:]
    return channels in (1, 3) and height > _SMALLEST and width > _SMALLEST


def _tell(call: Call, source: Call, shape: tuple[Any, ...]) -> Diagnosis:
    channels, height, width = shape[1:]
    return diagnose(
        ID,
        call,
        (
            "shape",
            f"{call.label} receives {shape_text(shape)}: {width} channels, image {channels} "
            f"high and {height} wide",
        ),
        severity=Severity.WARNING,
        confidence=0.85,
        problem=f"Input {source.name!r} has shape {shape_text(shape)}, which looks like "
        f"{channels} channels of {height} × {width}, but {call.label} is channels_last: it takes "
        f"it for an image {channels} high with {width} channels.",
        remedy=f"Use the shape ({height}, {width}, {channels}) and transpose the data with "
        "numpy.transpose(x, (0, 2, 3, 1)).",
    )
