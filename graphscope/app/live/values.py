"""Values as the page's JSON has them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import orjson

from graphscope.exporters.drawing import make_safe

_DEPTH = 20
"""Levels of a stranger's configuration that are shown; nothing sensible has more."""


def as_scalar(value: float) -> float | str:
    """Return a number as JSON has it; one that is none by JavaScript's word for it."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def as_json(value: Any, depth: int = 0) -> Any:
    """Return a value that JSON and UTF-8 can hold."""
    if isinstance(value, float):
        return as_scalar(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if depth < _DEPTH and isinstance(value, Mapping):
        return {make_safe(str(key)): as_json(each, depth + 1) for key, each in value.items()}
    if depth < _DEPTH and isinstance(value, list | tuple):
        return [as_json(each, depth + 1) for each in value]
    return make_safe(str(value))


def pack(value: Any) -> bytes:
    """Return JSON; arrays of numpy hold null where they hold no finite number."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)
