"""TensorFlow's convolutions, pooling and patches: windows with names for their padding."""

from __future__ import annotations

from collections.abc import Sequence

from graphscope.analysis.shape_rules.call import Rule, Shape, SizedCall, UnknownSizeError
from graphscope.graph import Dimension
from graphscope.graph.dimensions import multiply
from graphscope.graph.windows import slide, slide_same


def _convolution(call: SizedCall) -> Shape:
    # A kernel is (*window, input channels, output channels), whatever the data format.
    kernel = call.argument(1)
    window = [_known(size) for size in kernel[:-2]]
    channels = kernel[-1]
    if call.type == "DepthwiseConv2dNative":
        channels = multiply(kernel[-2], kernel[-1])
    return _place(call, window, dilations=call.attributes.get("dilations"), channels=channels)


def _pooling(call: SizedCall) -> Shape:
    axes = _spatial_axes(call)
    sizes = call.wholes("ksize")
    if len(sizes) < len(call.argument(0)):
        raise UnknownSizeError
    window = [sizes[axis] for axis in axes]
    channels = call.argument(0)[_channel_axis(call)]
    return _place(call, window, dilations=None, channels=channels)


def _patches(call: SizedCall) -> Shape:
    window = call.wholes("ksizes")[1:-1]
    return _place(call, window, dilations=call.attributes.get("rates"), channels=None)


def _place(
    call: SizedCall, window: Sequence[int], *, dilations: object, channels: Dimension
) -> Shape:
    shape = list(call.argument(0))
    strides = call.wholes("strides")
    rates = call.wholes("dilations" if call.type != "ExtractImagePatches" else "rates", (1,))
    axes = _spatial_axes(call)
    if len(axes) != len(window) or len(strides) < len(shape):
        raise UnknownSizeError
    padding = call.attributes.get("padding")
    for axis, extent in zip(axes, window, strict=True):
        if padding == "SAME":
            shape[axis] = slide_same(shape[axis], strides[axis])
            continue
        shape[axis] = slide(
            shape[axis],
            window=extent,
            stride=strides[axis],
            dilation=rates[axis] if dilations and len(rates) == len(shape) else 1,
            padding=_explicit(call, axis) if padding == "EXPLICIT" else 0,
        )
    shape[_channel_axis(call)] = channels
    return tuple(shape)


def _explicit(call: SizedCall, axis: int) -> int:
    margins = call.wholes("explicit_paddings")
    return sum(margins[2 * axis : 2 * axis + 2])


def _spatial_axes(call: SizedCall) -> range:
    rank = len(call.argument(0))
    return range(2, rank) if _is_channels_first(call) else range(1, rank - 1)


def _channel_axis(call: SizedCall) -> int:
    return 1 if _is_channels_first(call) else len(call.argument(0)) - 1


def _is_channels_first(call: SizedCall) -> bool:
    return str(call.attributes.get("data_format", "")).startswith("NC")


def _known(size: Dimension) -> int:
    if not isinstance(size, int):
        raise UnknownSizeError
    return size


RULES: dict[str, Rule] = {
    **dict.fromkeys(("Conv2D", "Conv3D", "DepthwiseConv2dNative"), _convolution),
    **dict.fromkeys(
        ("AvgPool", "AvgPool3D", "MaxPool", "MaxPool3D", "MaxPoolWithArgmax"), _pooling
    ),
    "ExtractImagePatches": _patches,
}
