"""What small tensors of whole numbers hold, where that follows from shapes and constants.

A program computes the target of a reshape from the shape of what it reshapes; followed through,
sizes keep their names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from graphscope.graph import Dimension
from graphscope.graph.dimensions import add, floor_divide, multiply, subtract
from graphscope.readers.shapes.dimensions import product
from graphscope.readers.tensorflow.shapes.call import (
    NOT_MADE_FOR,
    Content,
    OpCall,
    UnknownShapeError,
)

MAX_LENGTH = 256

_Rule: TypeAlias = Callable[[OpCall], Content]


def follow_contents(call: OpCall) -> Content:
    """Return what the first output of an operation holds; None where that is not known."""
    rule = _RULES.get(call.type)
    if rule is None:
        return None
    try:
        found = rule(call)
    except NOT_MADE_FOR:
        return None
    return None if isinstance(found, tuple) and len(found) > MAX_LENGTH else found


def follow_outputs(call: OpCall) -> Sequence[Content]:
    """Return what each output of an operation holds that has one for each part of its input."""
    if call.type == "ShapeN":
        return call.shapes
    values = call.contents[0] if call.type == "Unpack" and call.contents else None
    return values if isinstance(values, tuple) else ()


def _shape(call: OpCall) -> Content:
    return call.shape(0)


def _size(call: OpCall) -> Content:
    return product(call.shape(0))


def _rank(call: OpCall) -> Content:
    return len(call.shape(0))


def _keep(call: OpCall) -> Content:
    return call.contents[0] if call.contents else None


def _slice(call: OpCall) -> Content:
    values = call.contents[0]
    if not isinstance(values, tuple):
        raise UnknownShapeError
    begin, end, step = (call.number(port) for port in (1, 2, 3))
    if any(call.setting(f"{name}_mask") for name in ("ellipsis", "new_axis")) or not step:
        raise UnknownShapeError
    if call.setting("shrink_axis_mask"):
        if not -len(values) <= begin < len(values):
            raise UnknownShapeError
        return values[begin]
    first = None if call.setting("begin_mask") else begin
    last = None if call.setting("end_mask") else end
    return values[first:last:step]


def _part(call: OpCall) -> Content:
    values = call.contents[0]
    if not isinstance(values, tuple):
        raise UnknownShapeError
    begin, size = call.number(1), call.number(2)
    return values[begin:] if size == -1 else values[begin : begin + size]


def _pack(call: OpCall) -> Content:
    scalars = tuple(
        content if not isinstance(content, tuple) else None for content in call.contents
    )
    is_scalar = all(shape == () for shape in call.shapes)
    return scalars if is_scalar else None


def _concat(call: OpCall) -> Content:
    joined: list[Dimension] = []
    for content, shape in zip(call.contents[:-1], call.shapes[:-1], strict=True):
        if isinstance(content, tuple):
            joined += content
        elif shape is not None and len(shape) == 1 and isinstance(shape[0], int):
            joined += [None] * min(shape[0], MAX_LENGTH + 1)
        else:
            raise UnknownShapeError
    return tuple(joined)


def _gather(call: OpCall) -> Content:
    values, places = call.contents[0], call.contents[1]
    if not isinstance(values, tuple):
        raise UnknownShapeError
    numbers = call.numbers(1)
    if any(not 0 <= place < len(values) for place in numbers):
        raise UnknownShapeError
    found = tuple(values[place] for place in numbers)
    return found if isinstance(places, tuple) else found[0]


def _product(call: OpCall) -> Content:
    values = call.contents[0]
    if not isinstance(values, tuple) or call.setting("keep_dims"):
        raise UnknownShapeError
    return product(values)


def _range(call: OpCall) -> Content:
    start, end, step = (call.number(port) for port in range(3))
    if not step or abs(end - start) > MAX_LENGTH * abs(step):
        raise UnknownShapeError
    return tuple(range(start, end, step))


def _extreme(choose: Callable[[Sequence[int]], int]) -> _Rule:
    def rule(call: OpCall) -> Content:
        axes = call.contents[1]
        if axes == ():  # along no axis
            return call.contents[0]
        values = call.numbers(0)
        if not isinstance(call.contents[0], tuple) or call.setting("keep_dims") or not values:
            raise UnknownShapeError
        return choose(values)

    return rule


def _reshape(call: OpCall) -> Content:
    values, target = call.vector(0), call.contents[1]
    if not isinstance(target, tuple) or len(target) > 1:
        raise UnknownShapeError
    return values if target else values[0]


def _first_of(call: OpCall) -> Content:
    return call.vector(0)[0]


def _as_vector(call: OpCall) -> Content:
    return call.vector(0) if not isinstance(call.contents[0], tuple) else None


def _pairwise(combine: Callable[[Dimension, Dimension], Dimension]) -> _Rule:
    def rule(call: OpCall) -> Content:
        left, right = call.vector(0), call.vector(1)
        length = max(len(left), len(right))
        if {len(left), len(right)} - {1, length}:
            raise UnknownShapeError
        left, right = _stretch(left, length), _stretch(right, length)
        found = tuple(combine(a, b) for a, b in zip(left, right, strict=True))
        is_vector = any(isinstance(content, tuple) for content in call.contents[:2])
        return found if is_vector else found[0]

    return rule


def _stretch(values: tuple[Dimension, ...], length: int) -> tuple[Dimension, ...]:
    return values * length if len(values) == 1 else values


def _floor_divide(dividend: Dimension, divisor: Dimension) -> Dimension:
    return floor_divide(dividend, divisor) if isinstance(divisor, int) and divisor > 0 else None


def _larger(a: Dimension, b: Dimension) -> Dimension:
    return max(a, b) if isinstance(a, int) and isinstance(b, int) else a if a == b else None


def _smaller(a: Dimension, b: Dimension) -> Dimension:
    return min(a, b) if isinstance(a, int) and isinstance(b, int) else a if a == b else None


_RULES: dict[str, _Rule] = {
    "Shape": _shape,
    "Size": _size,
    "Rank": _rank,
    **dict.fromkeys(("Identity", "Cast", "StopGradient", "Enter", "Snapshot"), _keep),
    "StridedSlice": _slice,
    "Slice": _part,
    "Pack": _pack,
    "ConcatV2": _concat,
    **dict.fromkeys(("GatherV2", "Gather"), _gather),
    "Prod": _product,
    "Range": _range,
    "Max": _extreme(max),
    "Min": _extreme(min),
    "Sum": _extreme(sum),
    "Reshape": _reshape,
    "Squeeze": _first_of,
    "ExpandDims": _as_vector,
    **dict.fromkeys(("Add", "AddV2"), _pairwise(add)),
    "Sub": _pairwise(subtract),
    "Mul": _pairwise(multiply),
    **dict.fromkeys(("FloorDiv", "TruncateDiv"), _pairwise(_floor_divide)),
    "Maximum": _pairwise(_larger),
    "Minimum": _pairwise(_smaller),
}
