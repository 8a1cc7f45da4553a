"""Values of a layer's config as JSON values, without running more of the user's code."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

MAX_ITEMS = 64
MAX_TEXT = 500
MAX_DEPTH = 8


def to_jsonable(value: Any, depth: int = 0) -> Any:
    """Return `value` as JSON; what has no JSON form is named by its class.

    Long lists and texts are cut, so that a vocabulary in a config does not swell the graph.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return _convert_scalar(value)
    # `Mapping` last: asking an abstract class takes ten times as long.
    if isinstance(value, (dict, list, tuple, set, frozenset, Mapping)):
        return "…" if depth >= MAX_DEPTH else _convert_items(value, depth + 1)
    return _name_object(value)


def _convert_scalar(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return f"{value[:MAX_TEXT]}… ({len(value):,} characters)"
    return value


def _convert_items(value: Any, depth: int) -> Any:
    if isinstance(value, (dict, Mapping)):
        return {str(key): to_jsonable(item, depth) for key, item in value.items()}
    # A set has no order of its own, and the same model must give the same bytes.
    items = sorted(value, key=repr) if isinstance(value, (set, frozenset)) else value
    converted = [to_jsonable(item, depth) for item in items[:MAX_ITEMS]]
    return converted if len(value) <= MAX_ITEMS else [*converted, f"… ({len(value):,} items)"]


def _name_object(value: Any) -> Any:
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"array {tuple(value.shape)} {value.dtype}"
    name = getattr(value, "name", None) or getattr(value, "__name__", None)
    return name if isinstance(name, str) else type(value).__name__
