"""PyTorch's convolutions and pooling: channels first, padding on both sides in numbers."""

from __future__ import annotations

from graphscope.analysis.shape_rules.call import Rule, Shape, SizedCall, UnknownSizeError
from graphscope.graph import Dimension
from graphscope.graph.windows import slide, spread


def _convolution(call: SizedCall) -> Shape:
    source, kernel = call.argument(0), call.argument(1)
    rank = len(source) - 2
    if rank < 1 or len(kernel) != len(source):
        raise UnknownSizeError
    strides, margins = _each(call, "stride", rank), _each(call, "padding", rank)
    rates, extra = _each(call, "dilation", rank), _each(call, "output_padding", rank)
    is_transposed = call.attributes.get("transposed") is True
    sizes: list[Dimension] = []
    for place, (size, extent) in enumerate(zip(source[2:], kernel[2:], strict=True)):
        if not isinstance(extent, int):
            raise UnknownSizeError
        if is_transposed:
            reach = (extent - 1) * rates[place] + 1 + extra[place]
            sizes.append(
                spread(size, stride=strides[place], reach=reach, padding=2 * margins[place])
            )
        else:
            sizes.append(
                slide(
                    size,
                    window=extent,
                    stride=strides[place],
                    dilation=rates[place],
                    padding=2 * margins[place],
                )
            )
    return (source[0], None, *sizes)


def _pooling(call: SizedCall) -> Shape:
    source = call.argument(0)
    rank = 3 if "3d" in call.type else 2 if "2d" in call.type else 1
    if len(source) < rank or call.attributes.get("ceil_mode"):
        raise UnknownSizeError
    window = _each(call, "kernel_size", rank)
    strides = _each(call, "stride", rank, default=window)
    margins, rates = _each(call, "padding", rank), _each(call, "dilation", rank, default=(1,))
    sizes = (
        slide(size, window=extent, stride=stride, dilation=rate, padding=2 * margin)
        for size, extent, stride, rate, margin in zip(
            source[-rank:], window, strides, rates, margins, strict=True
        )
    )
    return (*source[:-rank], *sizes)


def _each(
    call: SizedCall, name: str, rank: int, default: tuple[int, ...] = (0,)
) -> tuple[int, ...]:
    value = call.attributes.get(name)
    numbers = default if value in (None, []) else call.wholes(name)
    numbers = numbers * rank if len(numbers) == 1 else numbers
    if len(numbers) != rank:
        raise UnknownSizeError
    return numbers


RULES: dict[str, Rule] = {
    "convolution": _convolution,
    **dict.fromkeys(
        (
            "avg_pool1d",
            "avg_pool2d",
            "avg_pool3d",
            "max_pool1d",
            "max_pool2d_with_indices",
            "max_pool3d_with_indices",
        ),
        _pooling,
    ),
}
