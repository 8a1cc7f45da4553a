"""TensorFlow's slices with steps, and blocks that move between space and depth."""

from __future__ import annotations

from dataclasses import dataclass

from graphscope.analysis.shape_rules.call import Rule, Shape, SizedCall, UnknownSizeError
from graphscope.graph import Dimension
from graphscope.graph.dimensions import add, ceil_divide, floor_divide, multiply, subtract


@dataclass(frozen=True)
class _Part:
    """One entry of `x[begin:end:step]`; None is from the beginning or to the end."""

    begin: int | None
    end: int | None
    step: int
    is_index: bool = False
    is_new: bool = False


def _strided_slice(call: SizedCall) -> Shape:
    shape = list(call.argument(0))
    parts = _read_parts(call, len(shape))
    result: list[Dimension] = []
    for part in parts:
        if part.is_new:
            result.append(1)
            continue
        if not shape:
            raise UnknownSizeError
        size = shape.pop(0)
        if not part.is_index:
            result.append(_slice(size, part))
    return (*result, *shape)


def _read_parts(call: SizedCall, rank: int) -> list[_Part]:
    strides = call.constant(3)
    count = len(strides)
    flags = {
        name: call.whole(f"{name}_mask")
        for name in ("begin", "end", "ellipsis", "new_axis", "shrink_axis")
    }
    begins = _bounds(call, 1, flags["begin"], count)
    ends = _bounds(call, 2, flags["end"], count)
    parts: list[_Part] = []
    for index, step in enumerate(strides):
        bit = 1 << index
        if flags["ellipsis"] & bit:
            used = sum(
                not (flags["new_axis"] | flags["ellipsis"]) & (1 << other) for other in range(count)
            )
            parts += [_Part(None, None, 1)] * (rank - used)
        elif flags["new_axis"] & bit:
            parts.append(_Part(None, None, 1, is_new=True))
        else:
            is_index = bool(flags["shrink_axis"] & bit)
            parts.append(_Part(begins[index], ends[index], step, is_index=is_index))
    return parts


def _bounds(call: SizedCall, port: int, mask: int, count: int) -> list[int | None]:
    # Bounds that are computed are not known; where the mask says "all" they do not matter.
    if mask == (1 << count) - 1:
        return [None] * count
    values = call.constant(port)
    if len(values) != count:
        raise UnknownSizeError
    return [None if mask & (1 << index) else value for index, value in enumerate(values)]


def _slice(size: Dimension, part: _Part) -> Dimension:
    if part.step < 0:
        if part.begin is not None or part.end is not None:
            return None
        return ceil_divide(size, -part.step)
    begin: Dimension = 0 if part.begin is None else part.begin
    end = size if part.end is None else part.end
    if isinstance(begin, int) and begin < 0:
        begin = add(size, begin)
    if isinstance(end, int) and end < 0:
        end = add(size, end)
    return ceil_divide(subtract(end, begin), part.step)


def _space_to_depth(call: SizedCall) -> Shape:
    batch, height, width, channels = _image(call)
    block = call.whole("block_size")
    return (
        batch,
        floor_divide(height, block),
        floor_divide(width, block),
        multiply(channels, block, block),
    )


def _depth_to_space(call: SizedCall) -> Shape:
    batch, height, width, channels = _image(call)
    block = call.whole("block_size")
    return (
        batch,
        multiply(height, block),
        multiply(width, block),
        floor_divide(channels, block * block),
    )


def _image(call: SizedCall) -> Shape:
    shape = call.argument(0)
    if len(shape) != 4 or call.attributes.get("data_format", "NHWC") != "NHWC":
        raise UnknownSizeError
    return shape


RULES: dict[str, Rule] = {
    "StridedSlice": _strided_slice,
    "SpaceToDepth": _space_to_depth,
    "DepthToSpace": _depth_to_space,
}
