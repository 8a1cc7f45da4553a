"""How the causes of different sizes are told."""

from __future__ import annotations

from graphscope.doctor.case import Case
from graphscope.doctor.origins import Stage, tell_sizes
from graphscope.doctor.rules._layer_input import input_size
from graphscope.doctor.rules._operands import history_of
from graphscope.doctor.rules._size_causes import Cause, Sizes, stride_of
from graphscope.doctor.wording import where


def told_sizes(case: Case, sizes: Sizes, cause: Cause) -> str:
    """Return the way of both sizes, why they differ, and what to do."""
    lines = [
        f"Sizes of {operand.text}: {tell_sizes(history_of(case, operand, sizes.axis))}."
        for operand in (sizes.larger, sizes.smaller)
    ]
    return "\n".join([*lines, _reason(case, sizes, cause)])


def _reason(case: Case, sizes: Sizes, cause: Cause) -> str:
    larger, smaller = sizes.larger.shape[sizes.axis], sizes.smaller.shape[sizes.axis]
    listed = ", ".join(_listed(case, stage) for stage in cause.stages[:3])
    if cause.kind == "stride":
        stride = stride_of(cause.stages[0].call.operation)
        return (
            f"The branch to {sizes.smaller.text} has stride {stride} in {listed}; the branch to "
            f"{sizes.larger.text} has stride 1: the stride halves only one path. Give the shortcut "
            "the same stride: a projection (1x1 convolution with that stride) is needed whenever "
            "the stride is not 1, not only when the number of channels changes."
        )
    if cause.kind == "valid":
        return (
            f"padding='valid' shrinks the map in every convolution ({listed}), and "
            f"{larger} - {smaller} = {(larger or 0) - (smaller or 0)} are missing at the merge. "
            "Use padding='same', or crop the larger one."
        )
    if cause.kind == "odd":
        found = input_size(case, sizes.larger.tensor, sizes.axis)
        start = found[0] if found else None
        size = f"The input size {start}" if start else "The input size"
        return (
            f"Pooling rounds down at {listed}: what was {larger} becomes {smaller} after pooling "
            f"and upsampling again. {size} must be a multiple of {cause.factor} (the product of "
            f"all strides, 2**depth), for instance {_multiple(start, cause)}; or use one level "
            "less."
        )
    return "Both must have the same size: pool, crop or resize one of them."


def _listed(case: Case, stage: Stage) -> str:
    return f"{stage.name} ({where(case, stage.place)})" if stage.place else stage.name


def _multiple(size: int | None, cause: Cause) -> str:
    if not size:
        return f"{cause.factor * 8}"
    return str(-(-size // cause.factor) * cause.factor)
