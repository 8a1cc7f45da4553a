"""Noticing, before an optimizer's step, that it would work with numbers that are not finite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_SMALL = 4096
"""Numbers of a gradient that is looked at in each step: those of biases and of scales."""
_FEW = 8
"""Gradients that are looked at. A NaN goes on to all layers before the one that it arose in, so
that a few of the first ones show it."""


def find_suspicion(loss: Any, gradients: Sequence[Any], *, is_scaled: bool) -> Any | None:
    """Return whether a loss or gradients hold a NaN or infinity, as a tensor of one boolean.

    Args:
        loss: of the step; None where it is not known.
        gradients: of an optimizer's step, None where none arrived.
        is_scaled: whether the loss was multiplied for narrow floats: such gradients overflow now
            and then, and the optimizer leaves that step out.
    """
    from keras import ops

    parts = [] if loss is None else [ops.reshape(ops.cast(ops.mean(loss), "float32"), (1,))]
    if not is_scaled:
        parts += [ops.reshape(ops.cast(each, "float32"), (-1,)) for each in _small(gradients)]
    if not parts:
        return None
    return ops.logical_not(ops.all(ops.isfinite(ops.concatenate(parts))))


def _small(gradients: Sequence[Any]) -> list[Any]:
    dense = [each for each in gradients if each is not None and hasattr(each, "shape")]
    dense = [each for each in dense if type(each).__name__ != "IndexedSlices"]
    return [each for each in dense if _size(each) <= _SMALL][:_FEW]


def _size(tensor: Any) -> int:
    size = 1
    for extent in tensor.shape:
        size *= _SMALL + 1 if extent is None else int(extent)
    return size
