"""What an operation is called with: tensors, constants and settings."""

from __future__ import annotations

from typing import Any

from graphscope.readers.shapes.call import LayerCall
from graphscope.readers.shapes.dimensions import Shape, axis_of

_DEEPEST = 64


def find_setting(call: LayerCall, name: str, position: int) -> Any:
    """Return an option of an operation; None where it is not given.

    Keras keeps an option in the config of the operation or among the call's arguments.
    """
    for source, key in (
        (call.settings.values, name),
        (call.arguments, name),
        (call.arguments, str(position)),
    ):
        if key in source:
            return source[key]
    return None


def find_operand(call: LayerCall, position: int, name: str) -> Shape | None:
    """Return the shape of a tensor or constant argument; None where there is no such one."""
    for index, shape in enumerate(call.inputs):
        path = call.steps_to(index) or (index,)
        if path in ((position,), (name,)):
            return shape
    for key in (str(position), name):
        if key in call.arguments:
            return shape_of_constant(call.arguments[key])
    return None


def shape_of_constant(value: Any, depth: int = 0) -> Shape | None:
    """Return the shape of a constant argument; None where it is no number or array of numbers.

    >>> shape_of_constant([[1, 2, 3]]), shape_of_constant({"value": 2.0, "dtype": "float32"})
    ((1, 3), ())
    """
    if isinstance(value, dict) and not depth and "value" in value:
        return shape_of_constant(value["value"], 1)
    if isinstance(value, (int, float)):
        return ()
    if not isinstance(value, list) or depth > _DEEPEST:
        return None
    if not value:
        return (0,)
    first = shape_of_constant(value[0], depth + 1)
    return None if first is None else (len(value), *first)


def parse_axes(value: Any, rank: int) -> set[int] | None:
    """Return axes counted from the front, all of them for None; None where they are no axes.

    Raises:
        IncompatibleError: when there is no such axis.
    """
    if value is None:
        return set(range(rank))
    values = value if isinstance(value, list) else [value]
    return {axis_of(axis, rank) for axis in values} if all(map(is_whole, values)) else None


def is_whole(value: Any) -> bool:
    """Whether a setting is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def are_wholes(values: Any, count: int | None = None) -> bool:
    """Whether a setting is a list of whole numbers, of a given length."""
    return (
        isinstance(values, list)
        and count in (None, len(values))
        and all(is_whole(value) for value in values)
    )
