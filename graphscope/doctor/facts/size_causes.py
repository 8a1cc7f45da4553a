"""Why two branches of a network have different sizes."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import Any, Literal

from graphscope.doctor.case import Case
from graphscope.doctor.facts.operands import Conflict, Operand, history_of, node_in
from graphscope.doctor.findings import Place
from graphscope.doctor.origins import Divergence, Stage

_BORDER = 0.35
"""By how much sizes may miss the ratio of their strides: borders, and rounding of small maps."""

CauseKind = Literal["stride", "valid", "odd", "scale", "unknown"]


@dataclass(frozen=True, slots=True, eq=False)
class Sizes:
    """Two operands of different size.

    Attributes:
        conflict: the merge.
        larger, smaller: the operands.
        axis: the axis along which they differ, from 0.
        ways: from where they part; `left` leads to the larger one.
        axes: all axes of the map but batch and channels.
    """

    conflict: Conflict
    larger: Operand
    smaller: Operand
    axis: int
    ways: Divergence
    axes: tuple[int, ...] = ()

    @property
    def ratio(self) -> int:
        """How many times the smaller size fits into the larger, rounded up."""
        return ceil((self.larger.shape[self.axis] or 0) / (self.smaller.shape[self.axis] or 1))

    def node_of(self, operand: Operand) -> ast.expr | None:
        """Return the expression of an operand in the merge."""
        return node_in(self.conflict, operand)


@dataclass(frozen=True, slots=True)
class Cause:
    """What made the sizes differ.

    Attributes:
        kind: a stride on one branch only; convolutions that lose or add a border; a size that
            cannot be halved evenly; more or less upsampling than there were strides; or none.
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
    if not _grows(way):
        return _of_parallel(sizes, way)
    bordering = [stage for stage in way if loses_border(stage.call.operation)]
    adding = [stage for stage in sizes.ways.left if adds_border(stage.call.operation)]
    scales = _scale(sizes.ways.left), _scale(sizes.ways.right)
    if scales[0] > scales[1] and _is_about(sizes, scales[0] / scales[1]):
        growing = [stage for stage in way if is_growing(stage.call.operation)]
        return _cause("scale", growing)
    uneven = [stage for stage in way if _is_uneven(stage, sizes.axis)]
    if uneven and not adding and (not bordering or not _grows(bordering)):
        factor = 1
        for stage in [*history_of(case, sizes.larger, sizes.axis), *sizes.ways.right]:
            factor *= stride_of(stage.call.operation)
        return _cause("odd", uneven, factor)
    if bordering or adding:
        return _cause("valid", bordering or adding)
    return Cause("unknown")


def _is_about(sizes: Sizes, ratio: Fraction) -> bool:
    """Whether two sizes have a ratio, but for a border."""
    larger, smaller = sizes.larger.shape[sizes.axis] or 0, sizes.smaller.shape[sizes.axis] or 1
    return abs(larger / smaller / ratio - 1) < _BORDER


def _of_parallel(sizes: Sizes, way: list[Stage]) -> Cause:
    """Return the cause where neither branch grows: a stride, or a border that is lost."""
    striding = [stage for stage in sizes.ways.right if stride_of(stage.call.operation) > 1]
    if striding and _scale(sizes.ways.left) > _scale(sizes.ways.right):
        return _cause("stride", striding)
    bordering = [stage for stage in way if loses_border(stage.call.operation)]
    return _cause("valid", bordering) if bordering else Cause("unknown")


def _scale(way: Iterable[Stage]) -> Fraction:
    """Return by how much a way multiplies the size of a map."""
    scale = Fraction(1)
    for stage in way:
        scale *= Fraction(growth_of(stage.call.operation), stride_of(stage.call.operation))
    return scale


def _cause(kind: CauseKind, stages: Iterable[Stage], factor: int = 1) -> Cause:
    stages = tuple(stages)
    places = tuple(dict.fromkeys(stage.place for stage in stages if stage.place))
    return Cause(kind, stages, factor, places)


def _grows(way: Iterable[Stage]) -> bool:
    return any(is_growing(stage.call.operation) for stage in way)


def is_growing(layer: Any) -> bool:
    """Whether a layer is made to enlarge maps, whatever its arguments."""
    name = type(layer).__name__
    return "Transpose" in name or name.startswith("UpSampling")


def growth_of(layer: Any) -> int:
    """Return by how much a layer multiplies the sizes of its map."""
    if not is_growing(layer):
        return 1
    given = getattr(layer, "strides", None) or getattr(layer, "size", 1)
    given = given[0] if isinstance(given, tuple | list) else given
    return given if isinstance(given, int) else 1


def stride_of(layer: Any) -> int:
    """Return by how much a layer divides the sizes of its map; 1 for all that do not."""
    if "Transpose" in type(layer).__name__:
        return 1
    strides = getattr(layer, "strides", None)
    if isinstance(strides, tuple | list) and strides and isinstance(strides[0], int):
        return strides[0]
    return strides if isinstance(strides, int) else 1


def loses_border(layer: Any) -> bool:
    """Whether a window with padding='valid' that moves step by step makes its map smaller."""
    if getattr(layer, "padding", None) != "valid" or is_growing(layer):
        return False
    pool = getattr(layer, "pool_size", None)
    if pool is not None:
        return stride_of(layer) == 1 and _largest(pool) > 1
    window = getattr(layer, "kernel_size", None)
    return window is not None and _largest(window) > 1 and window != getattr(layer, "strides", None)


def adds_border(layer: Any) -> bool:
    """Whether a transposed convolution with padding='valid' makes more than stride times size."""
    return (
        is_growing(layer)
        and getattr(layer, "padding", None) == "valid"
        and _largest(getattr(layer, "kernel_size", 1)) > growth_of(layer)
    )


def _largest(window: Any) -> int:
    sizes = window if isinstance(window, tuple | list) else [window]
    return max((size for size in sizes if isinstance(size, int)), default=1)


def _is_uneven(stage: Stage, axis: int) -> bool:
    """Whether a pooling or stride leaves a remainder."""
    stride = stride_of(stage.call.operation)
    given = stage.call.input_specs[0].shape if stage.call.input_specs else None
    size = given[axis] if given and len(given) > axis else None
    return stride > 1 and size is not None and size % stride != 0
