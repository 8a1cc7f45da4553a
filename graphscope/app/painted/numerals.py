"""Numbers and texts as the JSON for the page has them."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

from graphscope.exporters.drawing import make_safe


def tell_number(value: object) -> float | str | None:
    """Return a number as JSON has it: five digits; NaN is nothing, infinity the word `inf`."""
    if not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - NaN
        return None
    return float(f"{value:.5g}") if isfinite(value) else "inf"


def clean(value: Any) -> Any:
    """Return a JSON value without lone surrogates, which no UTF-8 holds."""
    if isinstance(value, str):
        return make_safe(value)
    if isinstance(value, dict):
        return {make_safe(key): clean(each) for key, each in value.items()}
    return [clean(each) for each in value] if isinstance(value, Iterable) else value
