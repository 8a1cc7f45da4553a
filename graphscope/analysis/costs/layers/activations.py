"""FLOPs of an activation for each element, by the name that a layer's config gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope.analysis.costs.sizes import UnknownCostError

# As many as the operations that Keras composes them of, on TensorFlow.
_PER_ELEMENT = {
    "linear": 0,
    "relu": 1,
    "relu6": 1,
    "leaky_relu": 1,
    "elu": 1,
    "selu": 1,
    "celu": 6,
    "exponential": 1,
    "sigmoid": 1,
    "tanh": 1,
    "softplus": 1,
    "softsign": 1,
    "softmax": 5,
    "log_softmax": 5,
    "gelu": 5,
    "silu": 3,
    "swish": 3,
    "mish": 3,
    "hard_sigmoid": 3,
    "hard_silu": 4,
    "hard_swish": 4,
    "hard_tanh": 2,
    "log_sigmoid": 3,
    "tanh_shrink": 2,
    "threshold": 1,
    "squareplus": 5,
}


def activation_flops(activation: Any) -> int:
    """Return the FLOPs for each element; no activation costs nothing.

    Args:
        activation: what stands in the config: a name, a serialised object, or None.

    Raises:
        UnknownCostError: when it is none of Keras's own.
    """
    if activation is None:
        return 0
    name = _name(activation)
    if name not in _PER_ELEMENT:
        raise UnknownCostError
    return _PER_ELEMENT[name]


def _name(activation: Any) -> str:
    if isinstance(activation, str):
        return activation
    if isinstance(activation, Mapping):
        # Keras writes {"class_name": "function", "config": "relu"}, or a class and its config.
        config = activation.get("config")
        return config if isinstance(config, str) else _snake_case(activation.get("class_name"))
    raise UnknownCostError


def _snake_case(class_name: Any) -> str:
    known = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu", "Softmax": "softmax"}
    return known.get(class_name, "") if isinstance(class_name, str) else ""
