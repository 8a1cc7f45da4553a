"""Shape rules of Keras operations (`keras.ops`) that models use between layers.

Unlike layers, operations may move or fold the batch dimension, so a rule exists only where the
result is certain. Positional arguments that are no tensors are found under their position.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from graphscope.graph import Dimension
from graphscope.graph.dimensions import add, ceil_divide, multiply, subtract
from graphscope.readers.shapes.call import LayerCall, Rule
from graphscope.readers.shapes.dimensions import (
    IncompatibleError,
    Shape,
    axis_of,
    broadcast,
    is_size,
)
from graphscope.readers.shapes.merging import join
from graphscope.readers.shapes.reshaping import fill

_ELEMENTWISE = """
    Abs Absolute Add Arccos Arccosh Arcsin Arcsinh Arctan Arctan2 Arctanh Cast Ceil Celu Clip Cos
    Cosh Divide Elu Equal Erf Erfinv Exp Exp2 Expm1 Floor FloorDivide Gelu Greater GreaterEqual
    HardShrink HardSigmoid HardSilu HardTanh Identity IsFinite Isfinite Isinf Isnan LeakyRelu Less
    LessEqual Log Log10 Log1p Log2 LogSigmoid LogSoftmax Logaddexp LogicalAnd LogicalNot LogicalOr
    LogicalXor Maximum Minimum Mod Multiply Negative NotEqual Power Reciprocal Relu Relu6 Round
    Rsqrt Selu Sigmoid Sign Silu Sin Sinh SoftShrink Softmax Softplus Softsign SparsePlus Sqrt
    Square SquaredDifference StopGradient Subtract Tan Tanh TanhShrink Threshold TrueDivide Where
    ZerosLike OnesLike Normalize LayerNorm RMSNorm
""".split()  # noqa: SIM905 - a paragraph of names reads better than a column

_REDUCING = ("Sum", "Mean", "Max", "Min", "Prod", "Any", "All", "Std", "Var", "Median", "Logsumexp")

BATCH_MOVING = frozenset(
    """
    Reshape Transpose Swapaxes Moveaxis Ravel ExpandDims Squeeze Stack Sum Mean Max Min Prod Any
    All Std Var GetItem Take Concatenate Tile Repeat Roll Rot90 Diag Diagonal Einsum Matmul Dot
    Tensordot Flip Split Unstack VectorizedMap Map Scan Slice Gather SegmentSum SegmentMax
    """.split()  # noqa: SIM905 - a paragraph of names reads better than a column
)
"""Operations whose first output dimension need not be the batch, even if it is unknown."""


def _elementwise(call: LayerCall) -> list[Shape] | None:
    if any(isinstance(value, (list, dict)) for value in call.arguments.values()):
        # A constant tensor or a list among the arguments may enlarge the result.
        return None
    return [reduce(broadcast, call.inputs, ())] if call.inputs else None


def _reduce(call: LayerCall) -> list[Shape] | None:
    shape, keep = call.input(), call.settings.flag("keepdims")
    axes = _axes(_setting(call, "axis", 1), len(shape))
    if axes is None:
        return None
    if keep:
        return [tuple(1 if index in axes else size for index, size in enumerate(shape))]
    return [tuple(size for index, size in enumerate(shape) if index not in axes)]


def _axes(value: Any, rank: int) -> set[int] | None:
    if value is None:
        return set(range(rank))
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(axis, int) for axis in values):
        return None
    return {axis_of(axis, rank) for axis in values}


def _setting(call: LayerCall, name: str, position: int) -> Any:
    # Keras keeps an option in the config of the operation or among the call's arguments.
    for source, key in (
        (call.settings.values, name),
        (call.arguments, name),
        (call.arguments, str(position)),
    ):
        if key in source:
            return source[key]
    return None


def _concatenate(call: LayerCall) -> list[Shape] | None:
    axis = _setting(call, "axis", 1)
    return [join(call.inputs, axis if isinstance(axis, int) else 0)]


def _stack(call: LayerCall) -> list[Shape] | None:
    axis = _setting(call, "axis", 1)
    if len(set(call.inputs)) != 1:
        return None
    return [_insert(call.input(), len(call.inputs), axis if isinstance(axis, int) else 0)]


def _expand_dims(call: LayerCall) -> list[Shape] | None:
    axis = _setting(call, "axis", 1)
    return [_insert(call.input(), 1, axis)] if isinstance(axis, int) else None


def _insert(shape: Shape, size: Dimension, axis: int) -> Shape:
    position = axis_of(axis, len(shape) + 1)
    return (*shape[:position], size, *shape[position:])


def _squeeze(call: LayerCall) -> list[Shape] | None:
    shape, axis = call.input(), _setting(call, "axis", 1)
    if axis is None:
        return None if None in shape else [tuple(size for size in shape if size != 1)]
    axes = _axes(axis, len(shape)) or set()
    if any(is_size(shape[index]) and shape[index] != 1 for index in axes):
        raise IncompatibleError("it squeezes a dimension that is not 1")
    return [tuple(size for index, size in enumerate(shape) if index not in axes)]


def _transpose(call: LayerCall) -> list[Shape] | None:
    shape, axes = call.input(), _setting(call, "axes", 1)
    if axes is None:
        return [shape[::-1]]
    if not isinstance(axes, list) or sorted(axes) != list(range(len(shape))):
        return None
    return [tuple(shape[axis] for axis in axes)]


def _reshape(call: LayerCall) -> list[Shape] | None:
    target = _setting(call, "newshape", 1)
    if not isinstance(target, list) or not all(
        isinstance(size, int) and not isinstance(size, bool) for size in target
    ):
        return None
    return [fill(call.input(), tuple(target))]


def _matmul(call: LayerCall) -> list[Shape] | None:
    if len(call.inputs) != 2 or any(len(shape) < 2 for shape in call.inputs):
        return None
    first, second = call.inputs
    return [(*broadcast(first[:-2], second[:-2]), first[-2], second[-1])]


def _get_item(call: LayerCall) -> list[Shape] | None:
    key = call.arguments.get("1", call.arguments.get("key"))
    keys = key if isinstance(key, list) else [key]
    if any(not (item == "..." or _is_index(item)) for item in keys) or keys.count("...") > 1:
        return None
    rest = len(call.input()) - sum(item != "..." for item in keys)
    if rest < 0:
        raise IncompatibleError("it has more indices than the tensor has dimensions")
    place = keys.index("...") if "..." in keys else len(keys)
    full = [*keys[:place], *[":"] * rest, *keys[place + 1 :]]
    sizes = [
        _slice_size(size, item)
        for size, item in zip(call.input(), full, strict=True)
        if isinstance(item, str)
    ]
    return [tuple(sizes)]


def _pad(call: LayerCall) -> list[Shape] | None:
    shape, margins = call.input(), _setting(call, "pad_width", 1)
    if isinstance(margins, int) and not isinstance(margins, bool):
        margins = [[margins, margins]] * len(shape)
    pairs = margins if isinstance(margins, list) else []
    if len(pairs) != len(shape) or not all(_is_wholes(pair, 2) for pair in pairs):
        return None
    return [tuple(add(size, sum(pair)) for size, pair in zip(shape, pairs, strict=True))]


def _tile(call: LayerCall) -> list[Shape] | None:
    shape, times = call.input(), _setting(call, "repeats", 1)
    if not _is_wholes(times, len(shape)):
        return None
    return [tuple(multiply(size, count) for size, count in zip(shape, times, strict=True))]


def _repeat(call: LayerCall) -> list[Shape] | None:
    shape, times, axis = call.input(), _setting(call, "repeats", 1), _setting(call, "axis", 2)
    if not _is_wholes([times, axis], 2):
        return None
    place = axis_of(axis, len(shape))
    return [(*shape[:place], multiply(shape[place], times), *shape[place + 1 :])]


def _is_wholes(values: Any, count: int) -> bool:
    return (
        isinstance(values, list)
        and len(values) == count
        and all(isinstance(value, int) and not isinstance(value, bool) for value in values)
    )


def _is_index(item: Any) -> bool:
    if isinstance(item, str):
        return all(part == "" or part.lstrip("-").isdecimal() for part in item.split(":"))
    return isinstance(item, int) and not isinstance(item, bool)


def _slice_size(size: Dimension, text: str) -> Dimension:
    start, stop, step = ([int(part) if part else None for part in text.split(":")] + [None])[:3]
    if start is None and stop is None and step in (None, 1, -1):
        return size
    if step == 0:
        return None
    if not is_size(size):
        return _slice_open(size, start, stop, 1 if step is None else step)
    return len(range(size)[slice(start, stop, step)])


def _slice_open(size: Dimension, start: int | None, stop: int | None, step: int) -> Dimension:
    # An open size is taken to be large enough for the slice.
    if step < 0:
        return None
    begin = add(size, start) if start is not None and start < 0 else (start or 0)
    end = size if stop is None else add(size, stop) if stop < 0 else stop
    return ceil_divide(subtract(end, begin), step)


RULES: dict[str, Rule] = {
    "GetItem": _get_item,
    **dict.fromkeys(_ELEMENTWISE, _elementwise),
    **dict.fromkeys(_REDUCING, _reduce),
    "Concatenate": _concatenate,
    "Stack": _stack,
    "ExpandDims": _expand_dims,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Reshape": _reshape,
    "Matmul": _matmul,
    "Pad": _pad,
    "Tile": _tile,
    "Repeat": _repeat,
}
