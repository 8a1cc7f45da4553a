"""JAX's convolutions and pooling: windows with their padding in numbers."""

from __future__ import annotations

from typing import Any

from graphscope.analysis.shape_rules.call import Rule, Shape, SizedCall, UnknownSizeError, as_wholes
from graphscope.graph import Dimension
from graphscope.graph.windows import slide, spread


def _convolution(call: SizedCall) -> Shape:
    source, kernel = call.argument(0), call.argument(1)
    order = call.attributes.get("dimension_numbers")
    if not isinstance(order, dict):
        raise UnknownSizeError
    given, window, made = (as_wholes(order.get(f"{name}_spec")) for name in ("lhs", "rhs", "out"))
    if len(given) != len(source) or len(window) != len(kernel) or len(made) != len(source):
        raise UnknownSizeError
    strides, spreads = call.wholes("window_strides"), call.wholes("lhs_dilation")
    rates, margins = call.wholes("rhs_dilation"), _margins(call.attributes.get("padding"))
    result: list[Dimension] = [None] * len(source)
    # The batch and the channels come first in a specification, then the spatial axes.
    for place, (axis, extent, target) in enumerate(
        zip(given[2:], window[2:], made[2:], strict=True)
    ):
        reach = _known(kernel[extent])
        size = source[axis]
        if spreads[place] > 1:
            size = spread(size, stride=spreads[place], reach=1)
        result[target] = slide(
            size,
            window=reach,
            stride=strides[place],
            dilation=rates[place],
            padding=margins[place],
        )
    return tuple(result)


def _pooling(call: SizedCall) -> Shape:
    source = call.argument(0)
    window, strides = call.wholes("window_dimensions"), call.wholes("window_strides")
    margins = _margins(call.attributes.get("padding"))
    if not len(source) == len(window) == len(strides) == len(margins):
        raise UnknownSizeError
    return tuple(
        size if (extent, stride, margin) == (1, 1, 0) else _slide(size, extent, stride, margin)
        for size, extent, stride, margin in zip(source, window, strides, margins, strict=True)
    )


def _slide(size: Dimension, window: int, stride: int, padding: int) -> Dimension:
    return slide(size, window=window, stride=stride, padding=padding)


def _margins(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list | tuple):
        raise UnknownSizeError
    return tuple(sum(as_wholes(pair)) for pair in value)


def _known(size: Dimension) -> int:
    if not isinstance(size, int):
        raise UnknownSizeError
    return size


RULES: dict[str, Rule] = {
    "conv_general_dilated": _convolution,
    **dict.fromkeys(
        ("reduce_window", "reduce_window_max", "reduce_window_min", "reduce_window_sum"), _pooling
    ),
}
