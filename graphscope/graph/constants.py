"""Values of small constants, as attributes of their nodes."""

from __future__ import annotations

from typing import Any

import numpy as np

MAX_CONSTANT = 16
"""Largest number of elements of a constant that is kept with its node."""


def describe_constant(value: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return the value of a constant as an attribute, if it is small and made of numbers."""
    if value.size > MAX_CONSTANT or value.dtype.kind not in "biuf":
        return {}
    listed = value.tolist()
    # JSON has no infinities; they occur in attention masks.
    return {"value": str(listed) if value.dtype.kind == "f" else listed}
