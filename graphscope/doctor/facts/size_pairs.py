"""Which two operands of a merge differ in the size of their maps, and along which axis."""

from __future__ import annotations

from collections.abc import Sequence

from graphscope.doctor.case import Case
from graphscope.doctor.facts.operands import (
    Conflict,
    Operand,
    history_of,
    is_variable,
    ways_of,
)
from graphscope.doctor.origins import Stage

_SPATIAL = ("Conv", "DepthwiseConv", "SeparableConv", "MaxPool", "AveragePool", "UpSampling",
            "ZeroPadding", "Cropping")  # fmt: skip


def size_pair(case: Case, conflict: Conflict) -> tuple[Operand, Operand, int] | None:
    """Return two operands whose maps differ, with the first such axis; the odd one out second."""
    operands = [each for each in conflict.operands if not is_variable(each.tensor)]
    if len(operands) < 2 or len({len(each.shape) for each in operands}) > 1:
        return None
    for axis in spatial_axes(case, operands[0]):
        for index, first in enumerate(operands):
            for second in operands[index + 1 :]:
                if _differ(conflict, first, second, axis):
                    pair = _with_majority(operands, first, second, axis)
                    return (*pair, axis) if _are_maps(case, conflict, *pair) else None
    return None


def spatial_axes(case: Case, operand: Operand) -> range:
    """Return the axes of a map that are neither batch nor channels."""
    rank = len(operand.shape)
    return range(2, rank) if is_channels_first(case, operand) else range(1, rank - 1)


def is_channels_first(case: Case, operand: Operand) -> bool:
    """Whether the layers behind a map keep its channels on axis 1."""
    if len(operand.shape) < 3:
        return False
    formats = [
        getattr(stage.call.operation, "data_format", None)
        for stage in reversed(history_of(case, operand))
        if is_spatial(stage)
    ]
    return formats[:1] == ["channels_first"]


def is_spatial(stage: Stage) -> bool:
    """Whether a stage is a layer for maps: a convolution, a pooling, a padding."""
    return stage.class_name.startswith(_SPATIAL)


def _differ(conflict: Conflict, first: Operand, second: Operand, axis: int) -> bool:
    one, other = first.shape[axis], second.shape[axis]
    broadcasts = conflict.joining == "elementwise" and 1 in (one, other)
    return one is not None and other is not None and one != other and not broadcasts


def _with_majority(
    operands: Sequence[Operand], first: Operand, second: Operand, axis: int
) -> tuple[Operand, Operand]:
    sizes = [each.shape[axis] for each in operands]
    if sizes.count(second.shape[axis]) > sizes.count(first.shape[axis]):
        return second, first
    return first, second


def _are_maps(case: Case, conflict: Conflict, first: Operand, second: Operand) -> bool:
    """Whether two operands are maps of one network; sequences of rank 3 need not be.

    Steps of two inputs that are joined, and positions that are added, are other faults.
    """
    if len(first.shape) > 3:
        return True
    ways = ways_of(case, first, second)
    if ways.common is None and conflict.joining == "concatenate":
        return False
    return any(is_spatial(stage) for stage in (*ways.left, *ways.right))
