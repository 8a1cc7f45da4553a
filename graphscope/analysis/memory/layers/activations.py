"""Activations, by the name that a layer's config gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope.analysis.memory.expansion import Expansion

_SINGLE = {
    "relu": "Relu",
    "relu6": "Relu6",
    "leaky_relu": "LeakyRelu",
    "elu": "Elu",
    "selu": "Selu",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "exponential": "Exp",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "softmax": "Softmax",
    "log_softmax": "LogSoftmax",
    "silu": "Silu",
    "swish": "Silu",
}
"""Activations that are one operation."""


def activate(call: Expansion, tensor: int, activation: Any) -> int:
    """Write an activation and return its result.

    Args:
        call: the layer.
        tensor: what is activated.
        activation: what stands in the config: a name, a serialised object, or None.
    """
    name = _name(activation)
    if name == "linear":
        return tensor
    spec = call.spec(tensor)
    if name == "gelu":
        # x / 2 * (1 + erf(x / sqrt(2))), operation by operation.
        half = call.step("Mul", [tensor], spec)
        scaled = call.step("RealDiv", [tensor], spec)
        shifted = call.step("AddV2", [call.step("Erf", [scaled], spec)], spec)
        return call.step("Mul", [half, shifted], spec)
    if name == "gelu_approximate":
        # x / 2 * (1 + tanh(c * (x + d * x**3)))
        half = call.step("Mul", [tensor], spec)
        cube = call.step("Mul", [call.step("Pow", [tensor], spec)], spec)
        inner = call.step("Mul", [call.step("AddV2", [tensor, cube], spec)], spec)
        shifted = call.step("AddV2", [call.step("Tanh", [inner], spec)], spec)
        return call.step("Mul", [half, shifted], spec)
    return call.step(_SINGLE.get(name, "Gelu"), [tensor], spec)


def _name(activation: Any) -> str:
    if isinstance(activation, Mapping):
        activation = activation.get("config")
    if activation is None:
        return "linear"
    # Functions of other packages are registered with a prefix: `keras_hub>gelu_approximate`.
    return activation.rpartition(">")[2] if isinstance(activation, str) else ""
