"""Sizes after the layers that slide windows over lengths and images, or change their extent.

Backends pad and cut these in their own ways, with amounts that they compute from the numbers of one
call. What holds for all numbers is in the layer's configuration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from graphscope.analysis.shape_rules.call import Shape, UnknownSizeError, as_wholes
from graphscope.graph import Dimension
from graphscope.graph.dimensions import add, multiply
from graphscope.graph.windows import slide, slide_same, spread

_NAME = re.compile(
    r"(?P<kind>Conv|SeparableConv|DepthwiseConv|MaxPooling|AveragePooling|UpSampling|ZeroPadding"
    r"|Cropping)(?P<rank>[123])D(?P<transposed>Transpose)?"
)


def propose_spatial_sizes(class_name: str, config: Mapping[str, Any], shape: Shape) -> Shape | None:
    """Return the spatial sizes that a built-in layer makes of its input's, None without a rule.

    >>> propose_spatial_sizes("MaxPooling2D", {"pool_size": 2, "padding": "same"}, ("B", "H", 7, 3))
    ('ceil(H/2)', 4)
    """
    found = _NAME.fullmatch(class_name)
    if found is None or len(shape) != int(found["rank"]) + 2:
        return None
    is_first = config.get("data_format") == "channels_first"
    sizes = shape[2:] if is_first else shape[1:-1]
    try:
        return _RULES[found["kind"] + ("Transpose" if found["transposed"] else "")](sizes, config)
    except UnknownSizeError:
        return None


def _convolution(sizes: Shape, config: Mapping[str, Any]) -> Shape:
    return _windows(sizes, config, _each(config.get("kernel_size"), len(sizes)))


def _pooling(sizes: Shape, config: Mapping[str, Any]) -> Shape:
    window = _each(config.get("pool_size", 2), len(sizes))
    # Without strides a pool steps by its own size.
    strides = config.get("strides")
    return _windows(sizes, {**config, "strides": window if strides is None else strides}, window)


def _windows(sizes: Shape, config: Mapping[str, Any], window: Sequence[int]) -> Shape:
    strides = _each(config.get("strides", 1), len(sizes))
    rates = _each(config.get("dilation_rate", 1), len(sizes))
    if config.get("padding") != "valid":  # "causal" pads as much, but all of it before
        return tuple(map(slide_same, sizes, strides))
    return tuple(
        slide(size, window=extent, stride=stride, dilation=rate)
        for size, extent, stride, rate in zip(sizes, window, strides, rates, strict=True)
    )


def _transposed(sizes: Shape, config: Mapping[str, Any]) -> Shape:
    window = _each(config.get("kernel_size"), len(sizes))
    strides = _each(config.get("strides", 1), len(sizes))
    if config.get("output_padding") is not None or config.get("dilation_rate", 1) not in (
        1,
        *([1] * rank for rank in (1, 2, 3)),
    ):
        raise UnknownSizeError
    if config.get("padding") == "same":
        return tuple(map(multiply, sizes, strides))
    return tuple(
        spread(size, stride=stride, reach=max(extent, stride))
        for size, extent, stride in zip(sizes, window, strides, strict=True)
    )


def _up_sampling(sizes: Shape, config: Mapping[str, Any]) -> Shape:
    return tuple(map(multiply, sizes, _each(config.get("size", 2), len(sizes))))


def _padding(sizes: Shape, config: Mapping[str, Any]) -> Shape:
    return _grow(sizes, config.get("padding", 1), 1)


def _cropping(sizes: Shape, config: Mapping[str, Any]) -> Shape:
    return _grow(sizes, config.get("cropping", 0), -1)


def _grow(sizes: Shape, margins: Any, sign: int) -> Shape:
    pairs = [margins] if len(sizes) == 1 and isinstance(margins, list | tuple) else margins
    if not isinstance(pairs, list | tuple):
        pairs = [pairs] * len(sizes)
    grown: list[Dimension] = []
    for size, pair in zip(sizes, pairs, strict=False):
        before, after = _each(pair, 2)
        grown.append(add(size, sign * (before + after)))
    return tuple(grown)


def _each(value: Any, count: int) -> tuple[int, ...]:
    """Return one number for each of `count` dimensions; a single one stands for all."""
    numbers = as_wholes(value)
    numbers = numbers * count if len(numbers) == 1 else numbers
    if len(numbers) != count or min(numbers) < 0:
        raise UnknownSizeError
    return numbers


_RULES = {
    **dict.fromkeys(("Conv", "SeparableConv", "DepthwiseConv"), _convolution),
    **dict.fromkeys(("MaxPooling", "AveragePooling"), _pooling),
    "ConvTranspose": _transposed,
    "UpSampling": _up_sampling,
    "ZeroPadding": _padding,
    "Cropping": _cropping,
}
