"""Shape rules of operations that pick, split, move and order what tensors hold."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from graphscope.graph import Dimension
from graphscope.graph.dimensions import add, divide, multiply
from graphscope.readers.shapes.call import LayerCall, Rule
from graphscope.readers.shapes.dimensions import IncompatibleError, Shape, axis_of, broadcast
from graphscope.readers.shapes.merging import join
from graphscope.readers.shapes.operations.operands import (
    are_wholes,
    find_operand,
    find_setting,
    is_whole,
    parse_axes,
)

_MOST_PARTS = 10_000


def _keep(call: LayerCall) -> list[Shape] | None:
    shape = find_operand(call, 0, "x")
    return [call.input()] if shape is None else [shape]


def _along(call: LayerCall) -> list[Shape]:
    """Return the shape of what works along an axis, on the flat tensor where there is none."""
    shape = call.input()
    return [shape if find_setting(call, "axis", 1) is not None else (multiply(*shape),)]


def _replace(shape: Shape, axis: int, *sizes: Dimension) -> Shape:
    place = axis_of(axis, len(shape))
    return (*shape[:place], *sizes, *shape[place + 1 :])


def _split(call: LayerCall) -> list[Shape] | None:
    shape = call.input()
    parts = find_setting(call, "indices_or_sections", 1)
    axis = find_setting(call, "axis", 2)
    axis = axis if is_whole(axis) else 0
    size = shape[axis_of(axis, len(shape))]
    if is_whole(parts) and 0 < parts <= _MOST_PARTS:
        if isinstance(size, int) and size % parts:
            raise IncompatibleError(f"a size of {size} cannot be split into {parts}")
        return [_replace(shape, axis, divide(size, parts))] * parts
    if not are_wholes(parts) or len(parts) >= _MOST_PARTS:
        return None
    if isinstance(size, int):
        ends = [0, *(range(size)[:end].stop for end in parts), size]
        sizes: list[Dimension] = [max(0, end - start) for start, end in pairwise(ends)]
    elif all(end >= 0 for end in parts):
        ends = [0, *parts]
        sizes = [max(0, end - start) for start, end in pairwise(ends)]
        sizes.append(add(size, -ends[-1]))
    else:
        return None
    return [_replace(shape, axis, each) for each in sizes]


def _unstack(call: LayerCall) -> list[Shape] | None:
    shape, axis = call.input(at_least=1), find_setting(call, "axis", 2)
    axis = axis if is_whole(axis) else 0
    count = find_setting(call, "num", 1)
    count = count if is_whole(count) else shape[axis_of(axis, len(shape))]
    if not isinstance(count, int) or not 0 < count <= _MOST_PARTS:
        return None
    return [_replace(shape, axis)] * count


def _take(call: LayerCall) -> list[Shape] | None:
    shape, indices = find_operand(call, 0, "x"), find_operand(call, 1, "indices")
    axis = find_setting(call, "axis", 2)
    if shape is None or indices is None:
        return None
    if axis is None:
        return [indices]
    return [_replace(shape, axis, *indices)] if is_whole(axis) else None


def _take_along(call: LayerCall) -> list[Shape] | None:
    shape, indices = find_operand(call, 0, "x"), find_operand(call, 1, "indices")
    axis = find_setting(call, "axis", 2)
    if shape is None or indices is None:
        return None
    if axis is None:
        return [(multiply(*indices),)]
    if not is_whole(axis) or len(shape) != len(indices):
        return None
    place = axis_of(axis, len(shape))
    around = broadcast(_replace(shape, axis), _replace(indices, axis))
    return [(*around[:place], indices[place], *around[place:])]


def _swap_axes(call: LayerCall) -> list[Shape] | None:
    shape = call.input()
    places = [find_setting(call, "axis1", 1), find_setting(call, "axis2", 2)]
    return [_swapped(shape, *places)] if are_wholes(places) else None


def _swapped(shape: Shape, one: int, other: int) -> Shape:
    sizes, first, second = list(shape), axis_of(one, len(shape)), axis_of(other, len(shape))
    sizes[first], sizes[second] = sizes[second], sizes[first]
    return tuple(sizes)


def _rotate(call: LayerCall) -> list[Shape] | None:
    turns, axes = find_setting(call, "k", 1), find_setting(call, "axes", 2)
    turns, axes = 1 if turns is None else turns, [0, 1] if axes is None else axes
    if not is_whole(turns) or not are_wholes(axes, 2):
        return None
    return [_swapped(call.input(), *axes) if turns % 2 else call.input()]


def _move_axes(call: LayerCall) -> list[Shape] | None:
    shape = call.input()
    given = (find_setting(call, "source", 1), find_setting(call, "destination", 2))
    source, target = ([axes] if is_whole(axes) else axes for axes in given)
    if not are_wholes(source) or not are_wholes(target, len(source)):
        return None
    start = [axis_of(axis, len(shape)) for axis in source]
    order = [axis for axis in range(len(shape)) if axis not in start]
    for place, axis in sorted(
        zip((axis_of(axis, len(shape)) for axis in target), start, strict=True)
    ):
        order.insert(place, axis)
    return [tuple(shape[axis] for axis in order)] if len(order) == len(shape) else None


def _ravel(call: LayerCall) -> list[Shape]:
    return [(multiply(*call.input()),)]


def _axes_of_matrices(call: LayerCall) -> tuple[int, int] | None:
    rank = len(call.input(at_least=2))
    found = [find_setting(call, name, place) for place, name in ((2, "axis1"), (3, "axis2"))]
    axes = [place if axis is None else axis for place, axis in enumerate(found)]
    if not are_wholes(axes):
        return None
    return axis_of(axes[0], rank), axis_of(axes[1], rank)


def _diagonal(call: LayerCall) -> list[Shape] | None:
    shape, axes = call.input(at_least=2), _axes_of_matrices(call)
    if axes is None:
        return None
    rows, columns = shape[axes[0]], shape[axes[1]]
    offset = find_setting(call, "offset", 1) or 0
    length: Dimension = None
    if isinstance(rows, int) and isinstance(columns, int) and is_whole(offset):
        length = max(0, min(rows + min(offset, 0), columns - max(offset, 0)))
    return [(*(size for axis, size in enumerate(shape) if axis not in axes), length)]


def _trace(call: LayerCall) -> list[Shape] | None:
    shape, axes = call.input(at_least=2), _axes_of_matrices(call)
    if axes is None:
        return None
    return [tuple(size for axis, size in enumerate(shape) if axis not in axes)]


def _stated(call: LayerCall) -> list[Shape] | None:
    """Return the shape that the call names."""
    shape = find_setting(call, "shape", 2 if call.settings.class_name != "BroadcastTo" else 1)
    return [tuple(shape)] if are_wholes(shape) else None


def _top(call: LayerCall) -> list[Shape] | None:
    count = find_setting(call, "k", 1)
    shape = (*call.input(at_least=1)[:-1], count)
    return [shape, shape] if is_whole(count) else None


def _second(call: LayerCall) -> list[Shape] | None:
    shape = find_operand(call, 1, _SECOND[call.settings.class_name])
    return None if shape is None else [shape]


def _quantile(call: LayerCall) -> list[Shape] | None:
    shape, levels = call.input(), find_operand(call, 1, "q")
    axes = parse_axes(find_setting(call, "axis", 2), len(shape))
    if axes is None or levels is None:
        return None
    keep = call.settings.flag("keepdims")
    rest = (1 if axis in axes else size for axis, size in enumerate(shape))
    return [(*levels, *(each for axis, each in enumerate(rest) if keep or axis not in axes))]


def _moments(call: LayerCall) -> list[Shape] | None:
    shape = call.input()
    axes = parse_axes(find_setting(call, "axes", 1), len(shape))
    if axes is None:
        return None
    keep = call.settings.flag("keepdims")
    rest = (1 if axis in axes else size for axis, size in enumerate(shape))
    found = tuple(each for axis, each in enumerate(rest) if keep or axis not in axes)
    return [found, found]


def _one_hot(call: LayerCall) -> list[Shape] | None:
    shape, classes = call.input(), find_setting(call, "num_classes", 1)
    axis = find_setting(call, "axis", 2)
    axis = -1 if axis is None else axis
    if not are_wholes([classes, axis]):
        return None
    place = axis_of(axis, len(shape) + 1)
    return [(*shape[:place], classes, *shape[place:])]


def _multi_hot(call: LayerCall) -> list[Shape] | None:
    shape, classes = call.input(), find_setting(call, "num_classes", 1)
    if not is_whole(classes) or find_setting(call, "axis", 2) not in (None, -1):
        return None
    return [(*shape[:-1], classes)]


def _linspace(call: LayerCall) -> list[Shape] | None:
    ends = find_operand(call, 0, "start"), find_operand(call, 1, "stop")
    count, axis = find_setting(call, "num", 2), find_setting(call, "axis", 6)
    count, axis = 50 if count is None else count, 0 if axis is None else axis
    if ends[0] is None or ends[1] is None or not are_wholes([count, axis]):
        return None
    shape = broadcast(ends[0], ends[1])
    place = axis_of(axis, len(shape) + 1)
    return [(*shape[:place], count, *shape[place:])]


def _mesh(call: LayerCall) -> list[Shape] | None:
    sizes = [multiply(*shape) for shape in call.inputs]
    if call.arguments or len(sizes) > _MOST_PARTS:
        return None
    if call.settings.text("indexing", "xy") == "xy":
        sizes[:2] = sizes[1::-1]
    return [tuple(sizes)] * len(sizes)


def _append(call: LayerCall) -> list[Shape] | None:
    axis = find_setting(call, "axis", 2)
    shapes = [find_operand(call, 0, "x1"), find_operand(call, 1, "x2")]
    known = [shape for shape in shapes if shape is not None]
    if len(known) < 2:
        return None
    if axis is None:
        return [(add(*(multiply(*shape) for shape in known)),)]
    return [join(known, axis)] if is_whole(axis) else None


def _pile(call: LayerCall, axis: int) -> list[Shape] | None:
    if not call.inputs or call.arguments:
        return None
    flat = any(len(shape) < 2 for shape in call.inputs)
    shapes: list[Any] = [*call.inputs]
    if flat and axis == 0:
        shapes = [(1, *(shape or (1,))) if len(shape) < 2 else shape for shape in shapes]
    return [join(shapes, 0 if flat else axis)]


def _segments(call: LayerCall) -> list[Shape] | None:
    shape, count = find_operand(call, 0, "data"), find_setting(call, "num_segments", 2)
    if shape is None or not shape:
        return None
    return [(count if is_whole(count) else None, *shape[1:])]


_SECOND = {"Searchsorted": "values", "AssociativeScan": "elems", "Solve": "b", "Nextafter": "x2"}
"""Operations that return the shape of their second argument, and its name."""

_KEEPING = """
    Flip Roll BatchNorm SliceUpdate ScatterUpdate Digitize BinaryCrossentropy RGBToHSV HSVToRGB
    Inv Cholesky
""".split()  # noqa: SIM905 - a paragraph of names reads better than a column

RULES: dict[str, Rule] = {
    **dict.fromkeys(_KEEPING, _keep),
    **dict.fromkeys(("Sort", "Argsort", "Cumsum", "Cumprod"), _along),
    **dict.fromkeys(_SECOND, _second),
    **dict.fromkeys(("BroadcastTo", "Slice", "Scatter"), _stated),
    **dict.fromkeys(("SegmentSum", "SegmentMax"), _segments),
    "Append": _append,
    "Diagonal": _diagonal,
    "Hstack": lambda call: _pile(call, 1),
    "InTopK": _keep,
    "Linspace": _linspace,
    "Meshgrid": _mesh,
    "Moments": _moments,
    "Moveaxis": _move_axes,
    "MultiHot": _multi_hot,
    "OneHot": _one_hot,
    "Quantile": _quantile,
    "Ravel": _ravel,
    "Rot90": _rotate,
    "Split": _split,
    "Swapaxes": _swap_axes,
    "Take": _take,
    "TakeAlongAxis": _take_along,
    "TopK": _top,
    "Trace": _trace,
    "Unstack": _unstack,
    "Vstack": lambda call: _pile(call, 0),
}
