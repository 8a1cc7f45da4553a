"""Numbers and settings as the panels print them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_UNKNOWN = "unknown"
_LIMIT = 240
"""Characters of a value that are shown; more is on hover."""

_DEEPEST = 8
"""Levels of a nested setting that are told."""


def format_count(number: float | None) -> str:
    """Print a count exactly.

    >>> format_count(25731584), format_count(None)
    ('25,731,584', 'unknown')
    """
    return _UNKNOWN if number is None else f"{number:,.0f}"


def format_amount(number: float | None) -> str:
    """Print an amount of work to three digits.

    >>> format_amount(6590000000), format_amount(512), format_amount(999999)
    ('6.59 G', '512', '1.00 M')
    """
    return _UNKNOWN if number is None else _scale(number, 1000, ("", " k", " M", " G", " T", " P"))


def format_bytes(number: float | None) -> str:
    """Print an amount of memory to three digits, in powers of 1024.

    >>> format_bytes(25690112), format_bytes(100)
    ('24.5 MiB', '100 B')
    """
    units = (" B", " KiB", " MiB", " GiB", " TiB", " PiB")
    return _UNKNOWN if number is None else _scale(number, 1024, units)


def _scale(number: float, base: int, units: tuple[str, ...]) -> str:
    value, unit = float(number), 0
    # Rounded first, so that 999,999 becomes 1.00 M and not 1000 k.
    while abs(float(f"{value:.3g}")) >= min(base, 1000) and unit < len(units) - 1:
        value /= base
        unit += 1
    digits = f"{value:.0f}" if unit == 0 else f"{value:#.3g}".rstrip(".")
    return digits + units[unit]


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
