"""Recognising the class of a layer: from its name, its weights and what it computes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from graphscope.readers.tensorflow.unfolding.program import Variable

_NUMBER = re.compile(r"(?:_\d+)+$")

_CONVOLUTIONS = frozenset({"Conv2D", "Conv3D"})
_TRANSPOSED = frozenset({"Conv2DBackpropInput", "Conv3DBackpropInputV2"})
_TELLING = {"embeddings": "Embedding", "moving_mean": "BatchNormalization"}
"""Names of weights that one class has."""
_GATES = {4: "LSTMCell", 3: "GRUCell", 1: "SimpleRNNCell"}


def recognise_class(
    name: str, weights: Mapping[str, Variable], types: Iterable[str], known: Mapping[str, str]
) -> str:
    """Return the class of a layer; empty where nothing tells.

    Args:
        name: what the layer is called; Keras calls it after its class unless the user named it.
        weights: its own weights by name.
        types: the operations of its calls.
        known: class names of layers by their default names.
    """
    types = frozenset(types)
    named = known.get(_NUMBER.sub("", name), "")
    found = _from_weights(weights, types)
    # Names are given by users as well; what it owns and computes is no claim.
    return found or ("" if weights and named in _WEIGHTED else named)


def _from_weights(weights: Mapping[str, Variable], types: frozenset[str]) -> str:
    names = frozenset(weights)
    if "recurrent_kernel" in names:
        return _recurrent(weights["recurrent_kernel"])
    if "depthwise_kernel" in names or "DepthwiseConv2dNative" in types:
        return _depthwise(weights)
    if "kernel" in names and names <= {"kernel", "bias"}:
        return _from_kernel(_rank(weights["kernel"]), types)
    telling = (class_name for name, class_name in _TELLING.items() if name in names)
    normalizes = names and names <= {"gamma", "beta"}
    return next(telling, "LayerNormalization" if normalizes else "")


def _depthwise(weights: Mapping[str, Variable]) -> str:
    kernel = weights.get("depthwise_kernel") or weights.get("kernel")
    kind = "SeparableConv" if "pointwise_kernel" in weights else "DepthwiseConv"
    return f"{kind}{_rank(kernel) - 2}D" if _rank(kernel) > 2 else ""


def _from_kernel(rank: int, types: frozenset[str]) -> str:
    if types & _TRANSPOSED:
        return f"Conv{rank - 2}DTranspose"
    if types & _CONVOLUTIONS:
        return f"Conv{rank - 2}D"
    if "Einsum" in types:
        return "EinsumDense"
    return "Dense" if rank == 2 else ""


def _recurrent(kernel: Variable) -> str:
    shape = kernel.shape or ()
    if len(shape) != 2 or not shape[0]:
        return "ConvLSTMCell" if len(shape) > 2 else ""
    return _GATES.get(shape[1] // shape[0], "")


def _rank(variable: Variable | None) -> int:
    return 0 if variable is None or variable.shape is None else len(variable.shape)


_WEIGHTED = frozenset({"Dense", "Embedding", "BatchNormalization", "LayerNormalization"})
"""Classes that are told by their weights alone, so that a name without them is wrong."""
