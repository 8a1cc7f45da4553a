"""Layers of a few operations: products, look-ups, normalization, dropout, merges."""

from __future__ import annotations

from graphscope.analysis.memory.expansion import Expand, Expansion
from graphscope.analysis.memory.layers.activations import activate
from graphscope.graph import TensorSpec


def product(type_: str) -> Expand:
    """Return the way to write a product with a kernel, its bias and activation."""

    def expand(call: Expansion) -> int:
        made = call.step(type_, call.inputs[:1], weights=1)
        has_bias = call.config.get("use_bias", call.config.get("bias_axes", True) is not None)
        if has_bias:
            made = call.step("BiasAdd", [made], weights=1)
        return activate(call, made, call.config.get("activation"))

    return expand


def convolve_separably(call: Expansion) -> int:
    """Write a convolution of each channel and one that mixes them."""
    source = call.spec(call.inputs[0]).shape
    depth = call.config.get("depth_multiplier", 1)
    channels = source[-1] if source else None
    wide = channels * depth if isinstance(channels, int) and isinstance(depth, int) else None
    shape = call.result.shape
    between = call.like(*shape[:-1], wide) if shape else call.result
    middle = call.step("DepthwiseConv2dNative", call.inputs[:1], between, weights=1)
    made = call.step("Conv2D", [middle], weights=1)
    if call.config.get("use_bias", True):
        made = call.step("BiasAdd", [made], weights=1)
    return activate(call, made, call.config.get("activation"))


def look_up(call: Expansion) -> int:
    """Write an embedding; one that is called backwards multiplies by its table."""
    if len(call.spec(call.inputs[0]).shape or ()) == len(call.result.shape or ()):
        return call.step("MatMul", call.inputs[:1], weights=1)
    indices = call.step("SelectV2", call.inputs[:1], call.spec(call.inputs[0]))
    return call.step("GatherV2", [indices], weights=1)


def normalize_batch(call: Expansion) -> int:
    """Write a batch normalization, in training with the moments of the batch."""
    x = call.inputs[0]
    if call.is_training():
        call.program.add_moments(x, call.node, call.loops)
    scaled = call.step("Mul", [x], weights=1)
    return call.step("AddV2", [scaled], weights=1)


def normalize_rows(call: Expansion) -> int:
    """Write a layer normalization, or one like it."""
    x = call.inputs[0]
    shape = call.spec(x).shape
    row = call.like(*shape[:-1], 1) if shape else call.result
    mean = call.step("Mean", [x], row)
    squares = call.step("SquaredDifference", [x, mean])
    variance = call.step("Mean", [squares], row)
    inverse = call.step("Rsqrt", [variance], row)
    # With a scale the factor has every element.
    factor = call.step("Mul", [inverse], weights=1)
    scaled = call.step("Mul", [x, factor])
    shift = call.step("Mul", [mean, factor])
    return call.step("AddV2", [scaled, call.step("Sub", [shift], weights=1)])


def dropout(call: Expansion) -> int:
    """Write a layer that drops elements or adds noise; at inference it hands its input on."""
    if call.is_training():
        return drop(call, call.inputs[0])
    return call.step("Identity", call.inputs[:1])


def drop(call: Expansion, tensor: int) -> int:
    """Write the operations of dropout and return their result."""
    spec = call.spec(tensor)
    chances = call.step("RandomUniform", [], spec)
    mask = call.step("GreaterEqual", [chances], TensorSpec(spec.shape, "bool"))
    return call.step("SelectV2", [mask, call.step("Mul", [tensor], spec)], spec)


def activation_layer(call: Expansion) -> int:
    """Write an `Activation`."""
    return activate(call, call.inputs[0], call.config.get("activation", "relu"))


def single(type_: str) -> Expand:
    """Return the way to write a layer that is one operation."""

    def expand(call: Expansion) -> int:
        return call.step(type_, call.inputs)

    return expand


def merge(type_: str) -> Expand:
    """Return the way to write a layer that merges its inputs two by two."""

    def expand(call: Expansion) -> int:
        total = call.inputs[0]
        for other in call.inputs[1:]:
            total = call.step(type_, [total, other])
        return total if len(call.inputs) > 1 else call.step("Identity", [total])

    return expand
