"""`keras.ops` and operators on symbolic tensors."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from graphscope.doctor.origins.arguments import find_argument
from graphscope.doctor.origins.dimensions.joining import broadcast, concatenated
from graphscope.doctor.origins.dimensions.simple import Rule
from graphscope.doctor.origins.dimensions.step import Step
from graphscope.doctor.origins.origin import Origin
from graphscope.doctor.origins.scopes import called_name, scope_of
from graphscope.doctor.origins.texts import place_of, text_of
from graphscope.doctor.origins.values import value_of


def written(step: Step, name: str, *, part: int | None = None) -> Origin | None:
    """Return the origin of an argument of `ops.name(...)` as it stands in the source."""
    scope = scope_of(step.engine.case, step.call.site)
    call = scope.at if scope else None
    if scope is None or not isinstance(call, ast.Call):
        return None
    found = find_argument(call, _names(called_name(call)), name)
    if found is None:
        return None
    held = value_of(found[0], scope)
    inside = part is not None and not isinstance(held, int)
    path = (*found[1], *((("item", part),) if inside else ()))
    cause = step.engine.tracer.trace(found[0], scope, path)
    text = f"{called_name(call)}({name}={text_of(scope.file, found[0])})"
    place = place_of(scope.file, found[0])
    return Origin("call", text, place, step.size, scope.file, found[0], (cause,))


def _names(function: str) -> list[str]:
    import keras

    found = getattr(keras.ops, function, None)
    return list(inspect.signature(found).parameters) if callable(found) else []


def _reshape(step: Step) -> Origin | None:
    target = tuple(step.setting("newshape") or ())
    wanted = target[step.axis] if step.axis < len(target) else None
    given = written(step, "newshape", part=step.axis)
    if wanted not in (-1, None):
        return given
    shape = step.input_shape()
    over = " * ".join(str(size) for size in target if size not in (-1, None))
    product = " * ".join(str(size) for size in shape if size is not None)
    causes = [step.input(axis) for axis in range(len(shape))]
    if given is not None:
        causes.insert(0, given)
    return step.arithmetic(f"{product} / ({over})" if over else product, *causes)


def _concatenate(step: Step) -> Origin:
    return concatenated(step, int(step.setting("axis", -1)))


def _stack(step: Step) -> Origin:
    axis = int(step.setting("axis", 0)) % step.rank
    if step.axis == axis:
        return step.whole("as many as are stacked")
    return step.input(step.axis - (step.axis > axis))


def _matmul(step: Step) -> Origin:
    if step.axis == step.rank - 1 and len(step.call.inputs) > 1:
        return step.input(-1, 1)
    return step.input(step.axis - step.rank, 0)


def _axes(value: Any, rank: int) -> set[int]:
    if value is None:
        return set(range(rank))
    values = value if isinstance(value, tuple | list) else [value]
    return {int(each) % max(rank, 1) for each in values}


def _expand(step: Step) -> Origin:
    axes = _axes(step.setting("axis", 0), step.rank)
    if step.axis in axes:
        return written(step, "axis") or step.whole("a new axis has size 1")
    return step.input(step.axis - sum(1 for axis in axes if axis < step.axis))


def _without(axes: set[int], step: Step) -> Origin:
    kept = [axis for axis in range(len(step.input_shape())) if axis not in axes]
    return step.input(kept[step.axis]) if step.axis < len(kept) else step.whole()


def _squeeze(step: Step) -> Origin:
    axis = step.setting("axis")
    shape = step.input_shape()
    gone = (
        _axes(axis, len(shape)) if axis is not None else {i for i, n in enumerate(shape) if n == 1}
    )
    return _without(gone, step)


def _reduce(step: Step) -> Origin:
    axes = _axes(step.setting("axis"), len(step.input_shape()))
    if step.setting("keepdims"):
        if step.axis in axes:
            return written(step, "axis") or step.whole("the reduced axis was kept")
        return step.input(step.axis)
    return _without(axes, step)


def _transpose(step: Step) -> Origin:
    axes = step.setting("axes") or tuple(reversed(range(step.rank)))
    return step.input(int(axes[step.axis]))


def _swap(step: Step) -> Origin:
    first, second = int(step.setting("axis1", 0)), int(step.setting("axis2", 1))
    swapped = {first % step.rank: second % step.rank, second % step.rank: first % step.rank}
    return step.input(swapped.get(step.axis, step.axis))


def _sliced(step: Step) -> Origin:
    key = step.call.args[1] if len(step.call.args) > 1 else step.call.kwargs.get("key")
    keys = list(key) if isinstance(key, tuple) else [key]
    rank = len(step.input_shape())
    if ... in keys:
        at = keys.index(...)
        fixed = sum(1 for each in keys if each is not None and each is not ...)
        keys[at : at + 1] = [slice(None)] * (rank - fixed)
    before, after = 0, 0
    for each in keys:
        if after == step.axis and (each is None or isinstance(each, slice)):
            if each == slice(None):
                return step.input(before)
            return step.whole("a slice")
        before += each is not None
        after += each is None or isinstance(each, slice)
    return step.input(before + step.axis - after)


def _einsum(step: Step) -> Origin:
    left, _, right = str(step.setting("subscripts", "")).replace(" ", "").partition("->")
    if "..." in left or step.axis >= len(right):
        return step.whole()
    for index, given in enumerate(left.split(",")):
        if right[step.axis] in given:
            return step.input(given.index(right[step.axis]), index)
    return step.whole()


_REDUCING = ["Mean", "Sum", "Max", "Min", "Prod", "Std", "Var", "Any", "All", "Argmax", "Argmin",
             "Amax", "Amin", "Logsumexp", "Norm"]  # fmt: skip
_BROADCASTING = ["Add", "Subtract", "Multiply", "Divide", "TrueDivide", "FloorDivide", "Power",
                 "Maximum", "Minimum", "Mod", "Where", "Equal", "Greater", "GreaterEqual", "Less",
                 "LessEqual", "NotEqual", "LogicalAnd", "LogicalOr", "DivideNoNan"]  # fmt: skip

RULES: dict[str, Rule] = {
    "Reshape": _reshape,
    "Concatenate": _concatenate,
    "Stack": _stack,
    "Matmul": _matmul,
    "ExpandDims": _expand,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Swapaxes": _swap,
    "GetItem": _sliced,
    "Einsum": _einsum,
    **dict.fromkeys(_REDUCING, _reduce),
    **dict.fromkeys(_BROADCASTING, broadcast),
}
"""By the name of the operation's class."""
