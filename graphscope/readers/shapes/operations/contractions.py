"""Shape rules of products that sum over axes: matrix products, Einstein sums and their kin."""

from __future__ import annotations

from graphscope.graph import Dimension
from graphscope.graph.dimensions import multiply
from graphscope.readers.shapes.call import LayerCall, Rule
from graphscope.readers.shapes.dimensions import (
    IncompatibleError,
    Shape,
    axis_of,
    broadcast,
    unify,
)
from graphscope.readers.shapes.operations.operands import (
    are_wholes,
    find_operand,
    find_setting,
    is_whole,
    shape_of_constant,
)

_SHOWN = 60


def _pair(call: LayerCall, *names: str) -> tuple[Shape, Shape] | None:
    first, second = (find_operand(call, place, name) for place, name in enumerate(names))
    return None if first is None or second is None else (first, second)


def _matmul(call: LayerCall) -> list[Shape] | None:
    pair = _pair(call, "x1", "x2")
    if pair is None or not pair[0] or not pair[1]:
        return None
    first, second = pair
    rows = first[-2:-1]
    columns = second[-1:] if len(second) > 1 else ()
    unify(first[-1], second[-2 if len(second) > 1 else -1])
    return [(*broadcast(first[:-2], second[:-2]), *rows, *columns)]


def _dot(call: LayerCall) -> list[Shape] | None:
    pair = _pair(call, "x1", "x2")
    if pair is None:
        return None
    first, second = pair
    if not first or not second:
        return [first or second]
    unify(first[-1], second[-2 if len(second) > 1 else -1])
    return [(*first[:-1], *second[:-2], *(second[-1:] if len(second) > 1 else ()))]


def _inner(call: LayerCall) -> list[Shape] | None:
    pair = _pair(call, "x1", "x2")
    if pair is None or not pair[0] or not pair[1]:
        return None
    return [(*pair[0][:-1], *pair[1][:-1])]


def _outer(call: LayerCall) -> list[Shape] | None:
    pair = _pair(call, "x1", "x2")
    return None if pair is None else [(multiply(*pair[0]), multiply(*pair[1]))]


def _scalar(call: LayerCall) -> list[Shape]:
    call.input()
    return [()]


def _cross(call: LayerCall) -> list[Shape] | None:
    pair = _pair(call, "x1", "x2")
    places = [call.settings.get(key) for key in ("axisa", "axisb", "axisc")]
    if pair is None or places != [-1, -1, -1] or call.settings.get("axis") not in (None, -1):
        return None
    first, second = pair
    if not first or not second or (first[-1], second[-1]) != (3, 3):
        return None
    return [broadcast(first, second)]


def _tensordot(call: LayerCall) -> list[Shape] | None:
    pair = _pair(call, "x1", "x2")
    axes = find_setting(call, "axes", 2)
    if pair is None:
        return None
    first, second = pair
    left, right = _summed(2 if axes is None else axes, len(first))
    if len(left) != len(right):
        return None
    gone = {axis_of(axis, len(first)) for axis in left}
    lost = {axis_of(axis, len(second)) for axis in right}
    kept = [size for axis, size in enumerate(first) if axis not in gone]
    return [(*kept, *(size for axis, size in enumerate(second) if axis not in lost))]


def _summed(axes: object, rank: int) -> tuple[list[int], list[int]]:
    """Return the axes of both tensors that are summed over; of different number if unknown."""
    if is_whole(axes) and isinstance(axes, int) and 0 <= axes <= rank:
        return [*range(rank - axes, rank)], [*range(axes)]
    if isinstance(axes, list) and len(axes) == 2:
        sides = [[side] if is_whole(side) else side for side in axes]
        if are_wholes(sides[0]) and are_wholes(sides[1]):
            return sides[0], sides[1]
    return [0], []


def _einsum(call: LayerCall) -> list[Shape] | None:
    equation = find_setting(call, "subscripts", 0)
    if not isinstance(equation, str):
        return None
    # In the oldest files the equation is an argument, and the tensors come behind it.
    first = 0 if "subscripts" in call.settings.values else 1
    shapes = _all_operands(call, first)
    sources, arrow, target = equation.replace(" ", "").partition("->")
    terms = sources.split(",")
    if shapes is None or len(terms) != len(shapes):
        return None
    sizes: dict[str, Dimension] = {}
    covered: Shape = ()
    for term, shape in zip(terms, shapes, strict=True):
        covered = broadcast(covered, _bind(term, shape, sizes, equation))
    if not arrow:
        letters = "".join(terms).replace("...", "")
        once = sorted(letter for letter in set(letters) if letters.count(letter) == 1)
        target = "..." * ("..." in sources) + "".join(once)
    if any(letter not in sizes for letter in target.replace("...", "")):
        raise IncompatibleError(f"{equation[:_SHOWN]!r} returns letters that it does not take")
    before, ellipsis, after = target.partition("...")
    middle = covered if ellipsis else ()
    return [(*map(sizes.__getitem__, before), *middle, *map(sizes.__getitem__, after))]


def _all_operands(call: LayerCall, first: int) -> list[Shape] | None:
    placed: dict[int, Shape] = {}
    for index, shape in enumerate(call.inputs):
        path = call.steps_to(index) or (index + first,)
        if len(path) != 1 or not isinstance(path[0], int):
            return None
        placed[path[0]] = shape
    for key, value in call.arguments.items():
        if key.isdecimal() and int(key) >= first:
            constant = shape_of_constant(value)
            if constant is None:
                return None
            placed[int(key)] = constant
    return [placed[place] for place in sorted(placed)]


def _bind(term: str, shape: Shape, sizes: dict[str, Dimension], equation: str) -> Shape:
    """Give the letters of a term their sizes and return what its ellipsis covers."""
    before, ellipsis, after = term.partition("...")
    spare = len(shape) - len(before) - len(after)
    if spare < 0 or (spare and not ellipsis):
        raise IncompatibleError(f"{equation[:_SHOWN]!r} does not take rank {len(shape)}")
    named = zip(before + after, (*shape[: len(before)], *shape[len(before) + spare :]), strict=True)
    for letter, size in named:
        known = sizes.get(letter)
        sizes[letter] = size if known in (None, 1) else known if size == 1 else unify(known, size)
    return shape[len(before) : len(before) + spare]


RULES: dict[str, Rule] = {
    "Matmul": _matmul,
    "Dot": _dot,
    "Inner": _inner,
    "Outer": _outer,
    "Vdot": _scalar,
    "Cross": _cross,
    "Tensordot": _tensordot,
    "Einsum": _einsum,
}
