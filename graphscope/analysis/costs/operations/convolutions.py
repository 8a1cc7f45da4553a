"""Convolutions and pooling: 2 FLOPs for each multiply-add, 1 for each element of a window.

Multiplications with the zeros of the padding are counted, as TensorFlow's profiler does.
"""

from __future__ import annotations

from math import prod

from graphscope.analysis.costs.call import Call, Rule, as_ints
from graphscope.analysis.costs.sizes import UnknownCostError, count_elements, known


def _convolution(call: Call) -> int:
    # A kernel is (*window, input channels / groups, output channels), whatever the data format.
    return 2 * call.made * _fan_in(call)


def _fan_in(call: Call) -> int:
    return prod(known(size) for size in call.argument(1)[:-1])


def _depthwise(call: Call) -> int:
    # A kernel is (*window, channels, multiplier): each result sums over the window alone.
    return 2 * call.made * prod(known(size) for size in call.argument(1)[:-2])


def _transposed(call: Call) -> int:
    # Conv*BackpropInput(sizes, kernel, x) spreads each element of x over the window, for all
    # output channels. As a forward operation it is what Conv2DTranspose is made of.
    return 2 * count_elements(call.argument(2)) * _fan_in(call)


def _depthwise_transposed(call: Call) -> int:
    window = prod(known(size) for size in call.argument(1)[:-2])
    return 2 * count_elements(call.argument(2)) * window


def _kernel_gradient(call: Call) -> int:
    return 2 * count_elements(call.argument(2)) * prod(known(size) for size in call.result()[:-1])


def _dilation(call: Call) -> int:
    return 2 * call.made * prod(known(size) for size in call.argument(1)[:2])


def _keras_transposed(call: Call) -> int:
    return 2 * call.taken * _fan_in(call)


def _keras_separable(call: Call) -> int:
    # ops.separable_conv(x, depthwise kernel, pointwise kernel)
    *window, channels, multiplier = (known(size) for size in call.argument(1))
    filters = call.axis(2, -1)
    places = call.made // max(1, filters)
    return 2 * places * channels * multiplier * (prod(window) + filters)


def _pooling(call: Call) -> int:
    window = call.settings.get("ksize", call.settings.get("pool_size"))
    if window is None:
        raise UnknownCostError
    sizes, rank = as_ints(window), len(call.result())
    # `ksize` names every axis; a Keras `pool_size` names the spatial ones, by one number if equal.
    return call.made * prod(sizes * max(1, rank - 2) if len(sizes) == 1 else sizes)


def _adaptive_pooling(call: Call) -> int:
    return call.taken


FORWARD = ("Conv2D", "Conv3D", "DepthwiseConv2dNative")

RULES: dict[str, Rule] = {
    "Conv": _convolution,
    "Conv2D": _convolution,
    "Conv3D": _convolution,
    "DepthwiseConv": _depthwise,
    "DepthwiseConv2dNative": _depthwise,
    "Conv2DBackpropInput": _transposed,
    "Conv3DBackpropInput": _transposed,
    "Conv3DBackpropInputV2": _transposed,
    "DepthwiseConv2dNativeBackpropInput": _depthwise_transposed,
    "Conv2DBackpropFilter": _kernel_gradient,
    "Conv3DBackpropFilterV2": _kernel_gradient,
    "Dilation2D": _dilation,
    "ConvTranspose": _keras_transposed,
    "SeparableConv": _keras_separable,
    "AvgPool": _pooling,
    "AvgPool3D": _pooling,
    "MaxPool": _pooling,
    "MaxPoolV2": _pooling,
    "MaxPool3D": _pooling,
    "MaxPoolWithArgmax": _pooling,
    "AveragePool": _pooling,
    "AdaptiveAveragePool": _adaptive_pooling,
    "AdaptiveMaxPool": _adaptive_pooling,
}
