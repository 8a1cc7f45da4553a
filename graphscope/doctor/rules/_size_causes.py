"""Why two branches of a network have different sizes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Literal

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Place
from graphscope.doctor.origins import Divergence, Stage
from graphscope.doctor.rules._operands import Conflict, Operand, history_of

CauseKind = Literal["stride", "valid", "odd", "unknown"]


@dataclass(frozen=True, slots=True, eq=False)
class Sizes:
    """Two operands of different size.

    Attributes:
        conflict: the merge.
        larger, smaller: the operands.
        axis: the axis along which they differ, from 0.
        ways: from where they part; `left` leads to the larger one.
    """

    conflict: Conflict
    larger: Operand
    smaller: Operand
    axis: int
    ways: Divergence

    @property
    def ratio(self) -> int:
        """How many times the smaller size fits into the larger, rounded up."""
        return ceil((self.larger.shape[self.axis] or 0) / (self.smaller.shape[self.axis] or 1))


@dataclass(frozen=True, slots=True)
class Cause:
    """What made the sizes differ.

    Attributes:
        kind: a stride on one branch only; convolutions that lose their border; a size that cannot
            be halved evenly; or none of these.
        stages: the stages at fault, in the order of the program.
        factor: product of the strides between input and the smallest map.
        places: their lines.
    """

    kind: CauseKind
    stages: tuple[Stage, ...] = ()
    factor: int = 1
    places: tuple[Place, ...] = field(default=())


def find_cause(case: Case, sizes: Sizes) -> Cause:
    """Return the most likely cause: where the sizes part, and how."""
    way = [*sizes.ways.left, *sizes.ways.right]
    striding = [stage for stage in sizes.ways.right if stride_of(stage.call.operation) > 1]
    if striding and sizes.ratio > 1 and not _grows(way) and _explains(sizes, striding):
        return _cause("stride", striding)
    behind = history_of(case, sizes.larger, sizes.axis)
    uneven = [stage for stage in way if _is_uneven(stage, sizes.axis)]
    shrinking = [stage for stage in way if loses_border(stage.call.operation)]
    if uneven and (not shrinking or not _grows(shrinking)):
        factor = 1
        for stage in [*behind, *sizes.ways.right]:
            factor *= stride_of(stage.call.operation)
        return _cause("odd", uneven, factor)
    if shrinking:
        return _cause("valid", shrinking)
    return Cause("unknown")


def _cause(kind: CauseKind, stages: Iterable[Stage], factor: int = 1) -> Cause:
    stages = tuple(stages)
    places = tuple(dict.fromkeys(stage.place for stage in stages if stage.place))
    return Cause(kind, stages, factor, places)


def _explains(sizes: Sizes, striding: list[Stage]) -> bool:
    """Whether the strides that only the smaller branch has make up the ratio of the sizes."""
    factor = 1
    for stage in striding:
        factor *= stride_of(stage.call.operation)
    for stage in sizes.ways.left:
        factor = factor // max(stride_of(stage.call.operation), 1)
    return factor == sizes.ratio


def _grows(way: Iterable[Stage]) -> bool:
    return any(
        "Transpose" in stage.class_name or stage.class_name.startswith("UpSampling")
        for stage in way
    )


def stride_of(layer: Any) -> int:
    """Return by how much a layer divides the sizes of its map; 1 for all that do not."""
    if "Transpose" in type(layer).__name__:
        return 1
    strides = getattr(layer, "strides", None)
    if isinstance(strides, tuple | list) and strides and isinstance(strides[0], int):
        return strides[0]
    return strides if isinstance(strides, int) else 1


def loses_border(layer: Any) -> bool:
    """Whether a convolution with padding='valid' and a kernel above 1 makes its map smaller."""
    kernel = getattr(layer, "kernel_size", None)
    return (
        getattr(layer, "padding", None) == "valid"
        and isinstance(kernel, tuple)
        and max(kernel) > 1
        and "Transpose" not in type(layer).__name__
        and kernel != tuple(getattr(layer, "strides", ()))
    )


def _is_uneven(stage: Stage, axis: int) -> bool:
    """Whether a pooling or stride leaves a remainder."""
    stride = stride_of(stage.call.operation)
    given = stage.call.input_specs[0].shape if stage.call.input_specs else None
    size = given[axis] if given and len(given) > axis else None
    return stride > 1 and size is not None and size % stride != 0
