"""Recognising the class of a layer: from its name, its weights and what it computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphscope.readers.tensorflow.scoping.names import DEFAULT_NAMES, plain_name
from graphscope.readers.tensorflow.unfolding.program import Variable

_CELLS = frozenset({"LSTMCell", "GRUCell", "SimpleRNNCell"})
COMPUTING = frozenset(DEFAULT_NAMES.values()) | _CELLS
"""Built-in classes."""

_ATTENTION = frozenset(
    {"query", "key", "value", "attention_output", "softmax", "dropout", "masked_softmax"}
)
_HOLDING = frozenset(
    {"Bidirectional", "TimeDistributed", "MultiHeadAttention", "GroupQueryAttention", "RNN"}
    | {"GroupedQueryAttention"}
    | {"ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "LSTM", "GRU", "SimpleRNN", "StackedRNNCells"}
    | {"SpectralNormalization", "Pipeline"}
)
"""Built-in classes that hold layers."""
_CONVOLUTIONS = frozenset({"Conv2D", "Conv3D"})
_TRANSPOSED = frozenset({"Conv2DBackpropInput", "Conv3DBackpropInputV2"})
_TURNING = frozenset({"MatMul", "BatchMatMulV2", "Einsum"})
"""How an embedding is turned into scores of words."""
_LOOKUPS = frozenset({"Gather", "GatherV2", "ResourceGather"})
_CONSTANT = frozenset({"Const"})
_POOLING = {
    frozenset({"MaxPool"}): "MaxPooling2D",
    frozenset({"AvgPool"}): "AveragePooling2D",
    frozenset({"MaxPool3D"}): "MaxPooling3D",
    frozenset({"AvgPool3D"}): "AveragePooling3D",
}
"""Classes of layers that compute one operation, which no other class does alone."""
_ALIKE = {
    "Dense": {"EinsumDense"},
    "Embedding": {"ReversibleEmbedding"},
    "LayerNormalization": {"GroupNormalization"},
    "MultiHeadAttention": {"GroupQueryAttention", "GroupedQueryAttention"},
}
"""Classes that own and hold the same as others, so that only the name tells them apart."""
_QUANTIZED = frozenset(
    {"kernel_scale", "kernel_zero", "embeddings_scale", "embeddings_zero", "inputs_scale"}
    | {"outputs_scale", "outputs_grad_scale", "kernel_amax_history", "inputs_amax_history"}
    | {"outputs_grad_amax_history", "g_idx"}
)
"""Weights that a layer has beside its own where it is quantized."""
_ADAPTED = "lora_"
"""How weights begin that a layer has beside its own where it is adapted."""
_GATES = {4: "LSTMCell", 3: "GRUCell", 1: "SimpleRNNCell"}


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a layer.

    Attributes:
        name: what it is called; Keras calls it after its class unless the user named it.
        weights: its own weights by name.
        types: the operations of its calls, without those of the layers it holds.
        layers: classes of the layers it holds, by their names.
    """

    name: str
    weights: Mapping[str, Variable]
    types: frozenset[str]
    layers: Mapping[str, str]


def recognise_class(traits: Traits) -> str:
    """Return the class of a layer; empty where nothing tells.

    Names are given by users as well, so what a layer owns, holds and computes comes first.
    """
    weights = {name: each for name, each in traits.weights.items() if not _is_added(name)}
    found = _from_weights(weights, traits.types) or _from_layers(traits.layers)
    named = DEFAULT_NAMES.get(plain_name(traits.name), "")
    if named in _ALIKE.get(found, ()):
        return named
    if not found and not traits.weights and not traits.layers:
        found = _POOLING.get(traits.types - _CONSTANT, "")
    if found:
        return found
    if traits.weights and named in _WEIGHTED:
        return ""
    return named if not traits.layers or named in _HOLDING else ""


def _is_added(weight: str) -> bool:
    return weight in _QUANTIZED or weight.startswith(_ADAPTED)


def _from_layers(layers: Mapping[str, str]) -> str:
    """Return the class of a layer that makes its sublayers itself."""
    names = frozenset(map(plain_name, layers))
    if {"query", "key", "value"} <= names <= _ATTENTION:
        return "MultiHeadAttention"
    if {name.partition("_")[0] for name in names} == {"forward", "backward"} and len(names) == 2:
        return "Bidirectional"
    # A recurrent layer holds the cell it is named for.
    cells = {class_name for class_name in layers.values() if class_name in COMPUTING}
    cell = cells.pop() if len(cells) == 1 and len(layers) == 1 else ""
    return cell.removesuffix("Cell") if cell in _CELLS else ""


def _from_weights(weights: Mapping[str, Variable], types: frozenset[str]) -> str:
    names = frozenset(weights)
    if "recurrent_kernel" in names:
        return _recurrent(weights["recurrent_kernel"])
    if "depthwise_kernel" in names or "DepthwiseConv2dNative" in types:
        return _depthwise(weights)
    if "kernel" in names and names <= {"kernel", "bias"}:
        return _from_kernel(_rank(weights["kernel"]), types)
    if names == {"embeddings", "reverse_embeddings"}:
        return "ReversibleEmbedding"
    return _from_embeddings(types) if names == {"embeddings"} else _normalization(names, types)


def _normalization(names: frozenset[str], types: frozenset[str]) -> str:
    if "moving_mean" in names:
        return "BatchNormalization"
    if names == {"scale"} and "Rsqrt" in types:
        return "RMSNormalization"
    return "LayerNormalization" if names and names <= {"gamma", "beta"} else ""


def _from_embeddings(types: frozenset[str]) -> str:
    if types and not types & _LOOKUPS:
        return ""
    return "ReversibleEmbedding" if types & _TURNING else "Embedding"


def _depthwise(weights: Mapping[str, Variable]) -> str:
    kernel = weights.get("depthwise_kernel") or weights.get("kernel")
    kind = "SeparableConv" if "pointwise_kernel" in weights else "DepthwiseConv"
    return f"{kind}{_rank(kernel) - 2}D" if _rank(kernel) > 2 else ""


def _from_kernel(rank: int, types: frozenset[str]) -> str:
    if types & _TRANSPOSED:
        return f"Conv{rank - 2}DTranspose"
    if types & _CONVOLUTIONS:
        return f"Conv{rank - 2}D"
    return "EinsumDense" if "Einsum" in types or rank > 2 else "Dense"


def _recurrent(kernel: Variable) -> str:
    shape = kernel.shape or ()
    if len(shape) != 2 or not shape[0]:
        return "ConvLSTMCell" if len(shape) > 2 else ""
    return _GATES.get(shape[1] // shape[0], "")


def _rank(variable: Variable | None) -> int:
    return 0 if variable is None or variable.shape is None else len(variable.shape)


_WEIGHTED = frozenset({"Dense", "Embedding", "BatchNormalization", "LayerNormalization"})
"""Classes that are told by their weights alone, so that a name without them is wrong."""
