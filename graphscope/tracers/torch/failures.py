"""Models whose program looks into tensors: what they do cannot be known without the elements."""

from __future__ import annotations

from typing import Any

from torch._subclasses.fake_tensor import (
    DataDependentOutputException,
    DynamicOutputShapeException,
)

from graphscope.errors import TraceError
from graphscope.tracers.blame import find_place

_TO_NUMPY = ".numpy() is not supported for tensor subclasses"


def needs_values(error: Exception) -> bool:
    """Whether a model failed because tensors have no elements while it is traced."""
    if isinstance(error, (DataDependentOutputException, DynamicOutputShapeException)):
        return True
    return isinstance(error, RuntimeError) and _TO_NUMPY in str(error)


def explain_values_needed(model: Any, error: Exception) -> TraceError:
    """Return an error that names the line and says what to write instead."""
    doing = f"does {find_place(error)}".strip()
    return TraceError(
        f"What the model {model.name!r} {doing} depends on the elements of a tensor (an `if`, "
        "`int()` or `.numpy()` of it, or a selection by a mask), and it is traced without any.",
        "Write it with keras.ops.cond, where or while_loop.",
    )
