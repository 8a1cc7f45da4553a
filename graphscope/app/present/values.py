"""Numbers and settings as the panels print them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from graphscope.analysis.amounts import format_amount, format_bytes, format_count

__all__ = [
    "format_amount",
    "format_bytes",
    "format_count",
    "format_setting",
    "is_telling",
    "shorten",
]

_LIMIT = 240
"""Characters of a value that are shown; more is on hover."""

_DEEPEST = 8
"""Levels of a nested setting that are told."""


def format_setting(value: Any) -> str:
    """Print a configuration value the way Python code would say it.

    Serialised Keras objects become calls.

    >>> format_setting([3, 3]), format_setting("same")
    ('(3, 3)', 'same')
    >>> format_setting({"module": "keras", "class_name": "L2", "config": {"l2": 0.01}})
    'L2(l2=0.01)'
    """
    return value if isinstance(value, str) else _say(value)


def _say(value: Any, depth: int = 0) -> str:
    if depth > _DEEPEST and isinstance(value, Mapping | list | tuple):
        return "…"
    if isinstance(value, Mapping):
        if isinstance(value.get("class_name"), str):
            return _say_object(value, depth)
        told = (f"{key}: {_say(item, depth + 1)}" for key, item in value.items())
        return "{" + ", ".join(told) + "}"
    if isinstance(value, list | tuple):
        comma = "," if len(value) == 1 else ""
        return "(" + ", ".join(_say(item, depth + 1) for item in value) + comma + ")"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _say_object(value: Mapping[str, Any], depth: int) -> str:
    config = value.get("config")
    if not isinstance(config, Mapping):
        return f"{value['class_name']}({'' if config is None else _say(config, depth + 1)})"
    given = ((key, item) for key, item in config.items() if item is not None)
    told = ", ".join(f"{key}={_say(item, depth + 1)}" for key, item in given)
    return f"{value['class_name']}({told})"


def is_telling(value: Any) -> bool:
    """Tell whether a setting is worth showing at first: a plain value.

    None, empty and nested values are what constructors fill in by themselves.
    """
    if value is None or isinstance(value, Mapping):
        return False
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(item, int | float) for item in value)
    return bool(value != "")


def shorten(text: str, length: int = _LIMIT) -> str:
    """Cut a text that would fill the panel."""
    return text if len(text) <= length else text[: length - 1] + "…"
