"""Parameters of JAX's primitives as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import numpy as np

from graphscope.graph.constants import describe_constant
from graphscope.tracers.jax.shapes import SizeReader

HIDDEN = frozenset({
    "sharding", "out_sharding", "in_shardings", "out_shardings", "in_layouts", "out_layouts",
    "ctx_mesh", "mesh", "compiler_options_kvs", "donated_invars", "keep_unused", "inline",
    "weak_type", "new_dtype", "dtype", "jvp_jaxpr_fun", "fwd_jaxpr_thunk", "bwd", "name",
})  # fmt: skip
"""Parameters that concern the compiler, or that the document says elsewhere."""

_NOTHING = object()


def read_attributes(
    parameters: Mapping[str, Any], twin: Mapping[str, Any], sizes: SizeReader
) -> dict[str, Any]:
    """Return strides, axes, dimension numbers and the like.

    Args:
        parameters: those of an equation.
        twin: those of the same equation in the other trace; what differs depends on open sizes.
        sizes: reads two numbers as one size.
    """
    found = {}
    for name in sorted(parameters):
        if name in HIDDEN or parameters[name] is None:
            continue
        value = _convert(parameters[name], twin.get(name), sizes)
        if value is not _NOTHING:
            found[name] = value
    return found


def read_literal(value: Any, twin: Any, sizes: SizeReader) -> dict[str, Any]:
    """Return the value of a constant if it is small; an open size in it is written by its name."""
    first, second = np.asarray(value), np.asarray(twin)
    if first.shape != second.shape:
        return {}
    if np.array_equal(first, second, equal_nan=first.dtype.kind == "f"):
        return describe_constant(first)
    is_whole = first.ndim == 0 and first == int(first) and second == int(second)
    return {"value": sizes.size(int(first), int(second))} if is_whole else {}


def _convert(value: Any, twin: Any, sizes: SizeReader) -> Any:  # noqa: PLR0911 - one for each kind
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, (int, np.integer)):
        other = int(twin) if isinstance(twin, (int, np.integer)) else int(value)
        return sizes.size(int(value), other)
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else str(value)
    if hasattr(value, "_asdict"):
        names = value._asdict()
        others = twin._asdict() if hasattr(twin, "_asdict") else names
        parts = {key: _convert(part, others.get(key), sizes) for key, part in names.items()}
        return {key: part for key, part in parts.items() if part is not _NOTHING}
    if isinstance(value, (tuple, list)):
        others = twin if isinstance(twin, (tuple, list)) and len(twin) == len(value) else value
        items = [_convert(part, other, sizes) for part, other in zip(value, others, strict=True)]
        return _NOTHING if any(item is _NOTHING for item in items) else items
    return value.name if isinstance(value, np.dtype) else _NOTHING
