"""Constants of a program, small ones with their elements."""

from __future__ import annotations

from typing import Any

MAX_CONSTANT = 16
"""Largest number of elements of a constant that is kept with its node."""


def read_constant(tensor: Any) -> dict[str, Any]:
    """Return the value of a constant if it is small."""
    if tensor.is_meta or tensor.numel() > MAX_CONSTANT or not _is_readable(tensor):
        return {}
    listed = tensor.detach().tolist()
    # JSON has no infinities; they occur in attention masks.
    return {"value": str(listed) if tensor.is_floating_point() else listed}


def _is_readable(tensor: Any) -> bool:
    from torch._subclasses.fake_tensor import FakeTensor

    return not isinstance(tensor, FakeTensor) and not tensor.is_complex()
