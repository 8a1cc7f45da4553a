"""Arguments of PyTorch's operations that are no tensors: as JSON values, by their names."""

from __future__ import annotations

import math
from typing import Any

import torch

MAX_ITEMS = 64
"""Longest list that is kept with an operation."""

_WITHOUT_MEANING = frozenset(("memory_format", "layout", "device", "pin_memory", "dtype"))


def read_arguments(func: Any, args: Any, kwargs: Any) -> dict[str, Any]:
    """Return strides, axes, sizes and the like; dtypes are in the tensor specs already."""
    found = {}
    for parameter, value in _bound(func, args, kwargs):
        if parameter.name in _WITHOUT_MEANING:
            continue
        converted = _convert(value)
        if converted is not None:
            found[parameter.name] = converted
    return found


def written_tensors(func: Any, args: Any, kwargs: Any) -> list[Any]:
    """Return the tensors that an operation writes in place."""
    if not func._schema.is_mutable:
        return []
    written = []
    for parameter, value in _bound(func, args, kwargs):
        if parameter.alias_info is not None and parameter.alias_info.is_write:
            values = value if isinstance(value, (list, tuple)) else [value]
            written += [each for each in values if isinstance(each, torch.Tensor)]
    return written


def _bound(func: Any, args: Any, kwargs: Any) -> list[tuple[Any, Any]]:
    parameters = func._schema.arguments
    bound = list(zip(parameters, args, strict=False))
    return bound + [
        (parameter, kwargs[parameter.name])
        for parameter in parameters[len(args) :]
        if parameter.name in kwargs
    ]


def _convert(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no infinities; they occur in attention masks.
    if isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)) and 0 < len(value) <= MAX_ITEMS:
        items = [_convert(each) for each in value]
        return None if None in items else items
    return None
