"""Layers that multiply by a matrix, look up a table, or convolve.

The figures are those of the operations that Keras runs for them; see `costs.operations`.
"""

from __future__ import annotations

from math import prod

from graphscope.analysis.costs.call import Call, Rule, as_int, as_ints, axis_size
from graphscope.analysis.costs.layers.activations import activation_flops
from graphscope.analysis.costs.operations.contractions import count_einsum
from graphscope.analysis.costs.sizes import UnknownCostError


def finish(call: Call) -> int:
    """Return the FLOPs of the bias and the activation, which many layers end with."""
    has_bias = bool(call.settings.get("use_bias", True))
    return call.made * (has_bias + activation_flops(call.settings.get("activation")))


def channel_axis(call: Call) -> int:
    """Return the axis of the channels that the config names."""
    return 1 if call.settings.get("data_format") == "channels_first" else -1


def _dense(call: Call) -> int:
    return 2 * call.made * call.axis(0, -1) + finish(call)


def _einsum_dense(call: Call) -> int:
    if not call.weights:
        raise UnknownCostError
    has_bias = call.settings.get("bias_axes") is not None
    after = call.made * (has_bias + activation_flops(call.settings.get("activation")))
    return count_einsum(call.settings.get("equation"), (call.arguments[0], call.weights[0])) + after


def _embedding(call: Call) -> int:
    # Each index is wrapped around where it is negative: a comparison, a sum, a selection.
    return 3 * call.taken


def _reversible_embedding(call: Call) -> int:
    # Backwards it multiplies by the table: the rank stays and the last axis becomes the vocabulary.
    if len(call.argument(0)) < len(call.result()):
        return _embedding(call)
    return 2 * call.made * call.axis(0, -1)


def window_size(call: Call, setting: str = "kernel_size") -> int:
    """Return the number of places in the window of a convolution or pooling."""
    sizes, spatial = as_ints(call.settings.get(setting)), len(call.argument(0)) - 2
    return prod(sizes * spatial if len(sizes) == 1 else sizes)


def _convolution(call: Call) -> int:
    channels = call.axis(0, channel_axis(call)) // max(1, as_int(call.settings.get("groups", 1)))
    return 2 * call.made * window_size(call) * channels + finish(call)


def _transposed_convolution(call: Call) -> int:
    filters = axis_size(call.result(), channel_axis(call))
    return 2 * call.taken * window_size(call) * filters + finish(call)


def _depthwise(call: Call) -> int:
    return 2 * call.made * window_size(call) + finish(call)


def _separable(call: Call) -> int:
    axis = channel_axis(call)
    filters = axis_size(call.result(), axis)
    depth = call.axis(0, axis) * as_int(call.settings.get("depth_multiplier", 1))
    places = call.made // max(1, filters)
    return 2 * places * depth * (window_size(call) + filters) + finish(call)


def _by_rank(rule: Rule, pattern: str, ranks: str = "123") -> dict[str, Rule]:
    return {pattern.format(rank): rule for rank in ranks}


RULES: dict[str, Rule] = {
    "Dense": _dense,
    "EinsumDense": _einsum_dense,
    "Embedding": _embedding,
    "ReversibleEmbedding": _reversible_embedding,
    **_by_rank(_convolution, "Conv{}D"),
    **_by_rank(_transposed_convolution, "Conv{}DTranspose"),
    **_by_rank(_depthwise, "DepthwiseConv{}D"),
    **_by_rank(_separable, "SeparableConv{}D"),
}
