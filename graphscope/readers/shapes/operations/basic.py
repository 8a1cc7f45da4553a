"""Shape rules of operations element by element, of sums, slices and what joins tensors."""

from __future__ import annotations

import re
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
from graphscope.readers.shapes.operations.operands import (
    are_wholes,
    find_setting,
    is_whole,
    parse_axes,
    shape_of_constant,
)
from graphscope.readers.shapes.reshaping import fill

_ELEMENTWISE = """
    Abs Absolute Add Arccos Arccosh Arcsin Arcsinh Arctan Arctan2 Arctanh Cast Ceil Celu Clip Cos
    Cosh Divide Elu Equal Erf Erfinv Exp Exp2 Expm1 Floor FloorDivide Gelu Greater GreaterEqual
    HardShrink HardSigmoid HardSilu HardTanh Identity IsFinite Isfinite Isinf Isnan LeakyRelu Less
    LessEqual Log Log10 Log1p Log2 LogSigmoid LogSoftmax Logaddexp LogicalAnd LogicalNot LogicalOr
    LogicalXor Maximum Minimum Mod Multiply Negative NotEqual Power Reciprocal Relu Relu6 Round
    Rsqrt Selu Sigmoid Sign Silu Sin Sinh SoftShrink Softmax Softplus Softsign SparsePlus Sqrt
    Square SquaredDifference StopGradient Subtract Tan Tanh TanhShrink Threshold TrueDivide Where
    ZerosLike OnesLike Normalize LayerNorm RMSNorm Angle BitwiseAnd BitwiseLeftShift BitwiseNot
    BitwiseOr BitwiseRightShift BitwiseXor Conj Conjugate Fmax Fmin FullLike Gcd Heaviside Hypot
    Imag Isclose Isneginf Isposinf Isreal LeftShift LogicalRightShift NanToNum Polar Real
    RightShift SaturateCast Sinc Sparsemax Tril Triu Trunc
""".split()  # noqa: SIM905 - a paragraph of names reads better than a column

_REDUCING = """
    Sum Mean Max Min Prod Any All Std Var Median Logsumexp Amax Amin Argmax Argmin Average
    CountNonzero Nanmax Nanmean Nanmin Nanprod Nanstd Nansum Nanvar Norm Ptp
""".split()  # noqa: SIM905 - a paragraph of names reads better than a column

BATCH_MOVING = frozenset(
    """
    Reshape Transpose Swapaxes Moveaxis Ravel ExpandDims Squeeze Stack Sum Mean Max Min Prod Any
    All Std Var GetItem Take Concatenate Tile Repeat Roll Rot90 Diag Diagonal Einsum Matmul Dot
    Tensordot Flip Split Unstack VectorizedMap Map Scan Slice Gather SegmentSum SegmentMax Outer
    Vstack Append Meshgrid Linspace Scatter Quantile Trace Cumsum Cumprod Argmax Argmin Amax Amin
    BroadcastTo Sort Argsort CountNonzero Average Norm
    """.split()  # noqa: SIM905 - a paragraph of names reads better than a column
)
"""Operations whose first output dimension need not be the batch, even if it is unknown."""


_SLICE = re.compile(r"(-?[0-9]{1,18})?:(-?[0-9]{1,18})?(:(-?[0-9]{1,18})?)?")
"""A slice as text: `1:5`, `::2`."""


def _elementwise(call: LayerCall) -> list[Shape] | None:
    shapes = [*call.inputs]
    for value in call.arguments.values():
        if isinstance(value, (list, dict)):
            # A constant tensor or a list among the arguments may enlarge the result.
            constant = shape_of_constant(value)
            if constant is None:
                return None
            shapes.append(constant)
    return [reduce(broadcast, shapes, ())] if call.inputs else None


def _reduce(call: LayerCall) -> list[Shape] | None:
    shape, keep = call.input(), call.settings.flag("keepdims")
    axes = parse_axes(find_setting(call, "axis", 1), len(shape))
    if axes is None:
        return None
    if keep:
        return [tuple(1 if index in axes else size for index, size in enumerate(shape))]
    return [tuple(size for index, size in enumerate(shape) if index not in axes)]


def _concatenate(call: LayerCall) -> list[Shape] | None:
    axis = find_setting(call, "axis", 1)
    return [join(call.inputs, axis if isinstance(axis, int) else 0)]


def _stack(call: LayerCall) -> list[Shape] | None:
    axis = find_setting(call, "axis", 1)
    if len(set(call.inputs)) != 1:
        return None
    return [_insert(call.input(), len(call.inputs), axis if isinstance(axis, int) else 0)]


def _expand_dims(call: LayerCall) -> list[Shape] | None:
    axis = find_setting(call, "axis", 1)
    axes = axis if isinstance(axis, list) else [axis]
    if not are_wholes(axes):
        return None
    shape, rank = call.input(), len(call.input()) + len(axes)
    for place in sorted(axis_of(each, rank) for each in axes):
        shape = (*shape[:place], 1, *shape[place:])
    return [shape]


def _insert(shape: Shape, size: Dimension, axis: int) -> Shape:
    position = axis_of(axis, len(shape) + 1)
    return (*shape[:position], size, *shape[position:])


def _squeeze(call: LayerCall) -> list[Shape] | None:
    shape, axis = call.input(), find_setting(call, "axis", 1)
    if axis is None:
        return None if None in shape else [tuple(size for size in shape if size != 1)]
    axes = parse_axes(axis, len(shape)) or set()
    if any(is_size(shape[index]) and shape[index] != 1 for index in axes):
        raise IncompatibleError("it squeezes a dimension that is not 1")
    return [tuple(size for index, size in enumerate(shape) if index not in axes)]


def _transpose(call: LayerCall) -> list[Shape] | None:
    shape, axes = call.input(), find_setting(call, "axes", 1)
    if axes is None:
        return [shape[::-1]]
    if not are_wholes(axes) or sorted(axes) != list(range(len(shape))):
        return None
    return [tuple(shape[axis] for axis in axes)]


def _reshape(call: LayerCall) -> list[Shape] | None:
    target, shape = find_setting(call, "newshape", 1), call.input()
    if isinstance(target, list) and target[:1] == [None] and are_wholes(target[1:]):
        # The shape of a tensor with an open batch stands there.
        return [(shape[0] if shape else None, *target[1:])] if -1 not in target else None
    return [fill(shape, tuple(target))] if are_wholes(target) else None


def _get_item(call: LayerCall) -> list[Shape] | None:
    if len(call.inputs) > 1:
        return None  # a tensor picks what it holds
    key = call.arguments.get("1", call.arguments.get("key"))
    keys = key if isinstance(key, list) else [key]
    known = all(item is None or item == "..." or _is_index(item) for item in keys)
    if not known or keys.count("...") > 1:
        return None
    rest = len(call.input()) - sum(item is not None and item != "..." for item in keys)
    if rest < 0:
        raise IncompatibleError("it has more indices than the tensor has dimensions")
    place = keys.index("...") if "..." in keys else len(keys)
    full = [*keys[:place], *[":"] * rest, *keys[place + 1 :]]
    left = iter(call.input())
    sizes: list[Dimension] = []
    for item in full:
        # None stands for a new axis; a number takes its axis away.
        size = 1 if item is None else next(left)
        if item is None:
            sizes.append(size)
        elif isinstance(item, str):
            sizes.append(_slice_size(size, item))
    return [tuple(sizes)]


def _pad(call: LayerCall) -> list[Shape] | None:
    shape, margins = call.input(), find_setting(call, "pad_width", 1)
    if is_whole(margins):
        margins = [[margins, margins]] * len(shape)
    elif are_wholes(margins, 2):
        margins = [margins] * len(shape)
    elif isinstance(margins, list) and len(margins) == 1:
        margins = margins * len(shape)
    pairs = margins if isinstance(margins, list) else []
    if len(pairs) != len(shape) or not all(are_wholes(pair, 2) for pair in pairs):
        return None
    return [tuple(add(size, sum(pair)) for size, pair in zip(shape, pairs, strict=True))]


def _tile(call: LayerCall) -> list[Shape] | None:
    shape, times = call.input(), find_setting(call, "repeats", 1)
    times = [times] if is_whole(times) else times
    if not are_wholes(times):
        return None
    rank = max(len(shape), len(times))
    shape = (*(1,) * (rank - len(shape)), *shape)
    times = [*(1,) * (rank - len(times)), *times]
    return [tuple(multiply(size, count) for size, count in zip(shape, times, strict=True))]


def _repeat(call: LayerCall) -> list[Shape] | None:
    shape, times = call.input(), find_setting(call, "repeats", 1)
    axis = find_setting(call, "axis", 2)
    if axis is None:
        shape, axis = (multiply(*shape),), 0
    if not is_whole(axis):
        return None
    place = axis_of(axis, len(shape))
    if is_whole(times):
        size = multiply(shape[place], times)
    elif are_wholes(times):
        size = sum(times) if len(times) > 1 else multiply(shape[place], *times)
    else:
        return None
    return [(*shape[:place], size, *shape[place + 1 :])]


def _is_index(item: Any) -> bool:
    if isinstance(item, str):
        return _SLICE.fullmatch(item) is not None
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
    "Pad": _pad,
    "Tile": _tile,
    "Repeat": _repeat,
}
