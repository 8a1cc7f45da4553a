"""Whether anything in a shape or an attribute is a marked size, to be settled."""

from __future__ import annotations

from typing import Any

from graphscope.graph import TensorSpec
from graphscope.tracers.symbols import read_mark


def is_marked(spec: TensorSpec) -> bool:
    """Whether a tensor has a size that `Symbols.mark` made."""
    return spec.shape is not None and any(
        isinstance(size, str) and size.startswith("?") for size in spec.shape
    )


def holds_mark(value: Any) -> bool:
    """Whether an attribute is such a size, or a list that holds one."""
    if isinstance(value, list | tuple):
        return any(map(holds_mark, value))
    return read_mark(value) is not None
