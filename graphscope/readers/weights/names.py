"""The names of a built-in layer's weights, which files number but do not name."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from functools import lru_cache
from typing import Any

from graphscope.readers.weights.tree import StoredWeight

_KERNEL_BIAS = ("kernel", "bias")
_RECURRENT = ("kernel", "recurrent_kernel", "bias")

_NAMES: dict[str, tuple[str, ...]] = {
    "Dense": _KERNEL_BIAS,
    "EinsumDense": _KERNEL_BIAS,
    **{f"Conv{n}D": _KERNEL_BIAS for n in (1, 2, 3)},
    **{f"Conv{n}DTranspose": _KERNEL_BIAS for n in (1, 2, 3)},
    **{f"DepthwiseConv{n}D": _KERNEL_BIAS for n in (1, 2)},
    **{f"SeparableConv{n}D": ("depthwise_kernel", "pointwise_kernel", "bias") for n in (1, 2)},
    **{f"{kind}Cell": _RECURRENT for kind in ("LSTM", "GRU", "SimpleRNN")},
    "ConvLSTMCell": _RECURRENT,
    "Embedding": ("embeddings",),
    "ReversibleEmbedding": ("embeddings", "reverse_embeddings"),
    "BatchNormalization": ("gamma", "beta", "moving_mean", "moving_variance"),
    "LayerNormalization": ("gamma", "beta"),
    "GroupNormalization": ("gamma", "beta"),
    "RMSNormalization": ("scale",),
    "LayerScale": ("gamma",),
    "Normalization": ("mean", "variance", "count"),
    "SpectralNormalization": ("kernel", "vector_u"),
    "PReLU": ("alpha",),
    "Attention": ("scale", "concat_score_weight"),
    "AdditiveAttention": ("scale",),
    "STFTSpectrogram": ("real_kernel", "imag_kernel"),
}

_QUANTIZED: dict[str, tuple[str, ...]] = {
    "int8": ("kernel", "bias", "kernel_scale"),
    "int4": ("kernel", "bias", "kernel_scale", "kernel_zero", "g_idx"),
    "float8": (
        "kernel",
        "bias",
        "inputs_scale",
        "inputs_amax_history",
        "kernel_scale",
        "kernel_amax_history",
        "outputs_grad_scale",
        "outputs_grad_amax_history",
    ),
    "gptq": ("bias", "kernel", "kernel_scale", "kernel_zero", "g_idx"),
    "awq": ("bias", "kernel", "kernel_scale", "kernel_zero", "awq_scales", "g_idx"),
}

_QUANTIZED_EMBEDDINGS = {
    "int8": ("embeddings", "embeddings_scale"),
    "int4": ("embeddings", "embeddings_scale", "embeddings_zero", "g_idx"),
}

_QUANTIZED_REVERSE = {
    "int8": ("reverse_embeddings", "reverse_embeddings_scale"),
    "int4": ("reverse_embeddings", "reverse_embeddings_scale", "reverse_embeddings_zero"),
}

_OF_GROUPS = frozenset({"kernel_zero", "embeddings_zero", "reverse_embeddings_zero", "g_idx"})
"""Weights of kernels in int4 that exist only where the kernel was quantized in groups."""

_RENORM = ("moving_stddev", "renorm_mean", "renorm_stddev")

# A setting that is off takes these weights away.
_SWITCHES = {
    "use_bias": ("bias",),
    "scale": ("gamma",),
    "center": ("beta",),
    "use_scale": ("scale",),
}

_KERNELS = frozenset({"kernel", "embeddings", "reverse_embeddings"})
_PACKED = frozenset({"int8", "uint8"})
"""Dtypes of quantized kernels."""

_NEVER_TRAINED = frozenset(
    {"moving_mean", "moving_variance", "mean", "variance", "count", "vector_u", *_RENORM}
    | {"kernel_scale", "awq_scales", "embeddings_scale", "reverse_embeddings_scale", *_OF_GROUPS}
)

ALIASES = {"SpectralNormalization": frozenset({"kernel"})}
"""Weights that a wrapper saves although they are those of the layer in it."""

SUBLAYERS: dict[str, dict[str, str]] = {
    "MultiHeadAttention": dict.fromkeys(
        ("query_dense", "key_dense", "value_dense", "output_dense", "_query_dense", "_key_dense",
         "_value_dense", "_output_dense", "_gate_dense", "gate_dense"),
        "EinsumDense",
    ),
    "ConvLSTM1D": {"cell": "ConvLSTMCell"},
    "ConvLSTM2D": {"cell": "ConvLSTMCell"},
    "ConvLSTM3D": {"cell": "ConvLSTMCell"},
    "LSTM": {"cell": "LSTMCell"},
    "GRU": {"cell": "GRUCell"},
    "SimpleRNN": {"cell": "SimpleRNNCell"},
}  # fmt: skip
"""Classes of the sublayers that built-in layers make themselves, by attribute."""
SUBLAYERS["GroupQueryAttention"] = SUBLAYERS["MultiHeadAttention"]


def name_weights(class_name: str, config: Mapping[str, Any], count: int) -> list[str] | None:
    """Return the names of a built-in layer's own weights in the order of the file.

    Returns None when the file holds another number of weights than the config leads to expect.
    """
    names = _expected(class_name, config, quantization_mode(config))
    if len(names) == count:
        return names
    if "use_bias" not in config and names[-1:] == ["bias"] and count == len(names) - 1:
        # The layer that made this one knows whether it has a bias; its config does not say.
        return names[:-1]
    if quantization_mode(config) is None:
        return None
    # Keras leaves out the zero points of kernels in the modes "gptq" and "awq".
    shorter = (
        [name for name in names if name not in gone] for gone in ({"kernel_zero"}, _OF_GROUPS)
    )
    return next((found for found in shorter if len(found) == count), None)


LOOKUPS = frozenset({"IntegerLookup", "StringLookup", "TextVectorization"})
"""Layers that save the frequencies of their words, which Keras counts among no weights."""


def owns_weights(class_name: str, config: Mapping[str, Any]) -> bool:
    """Whether a built-in layer owns weights once it is built, itself or in layers it makes."""
    return class_name in SUBLAYERS or bool(_expected(class_name, config, None))


def is_trained(name: str, config: Mapping[str, Any], stored: StoredWeight) -> bool:
    """Whether a weight of this name is trained when its layer is."""
    if name in _KERNELS:
        has_factors = bool(config.get("lora_rank")) and name != "reverse_embeddings"
        return not (has_factors or stored.dtype in _PACKED)
    # The scales of float8 are single numbers, and trained in a way of their own.
    return name not in _NEVER_TRAINED or (name == "kernel_scale" and not stored.shape)


def quantization_mode(config: Mapping[str, Any]) -> str | None:
    """Return how a layer was quantized, such as `int8`; None when it was not."""
    policy = config.get("dtype")
    inner = policy.get("config") if isinstance(policy, dict) else None
    mode = inner.get("mode") if isinstance(inner, dict) else None
    # Modes with settings are written as "gptq/4/128".
    return mode.split("/")[0] if isinstance(mode, str) else None


def name_quantized(
    class_name: str, config: Mapping[str, Any], weights: Sequence[StoredWeight]
) -> list[str] | None:
    """Return the names of weights that are quantized although the config does not say it.

    Keras quantizes the projections of attention too, and keeps that in their own policies, which
    the config of the attention does not hold.
    """
    is_packed = any(weight.dtype in _PACKED for weight in weights)
    if _NAMES.get(class_name) != _KERNEL_BIAS or not (is_packed or len(weights) > 5):
        return None
    for mode in _QUANTIZED:
        names = _expected(class_name, config, mode)
        groups = [name for name in names if name not in _OF_GROUPS]
        # What made the layer knows whether it has a bias, and how its kernel was grouped.
        for found in (names, groups, _without_bias(names), _without_bias(groups)):
            if len(found) == len(weights) and _fits(mode, dict(zip(found, weights, strict=True))):
                return found
    return None


def _without_bias(names: list[str]) -> list[str]:
    return [name for name in names if name != "bias"]


def _fits(mode: str, weights: Mapping[str, StoredWeight]) -> bool:
    if mode == "float8":
        return not weights["kernel_scale"].shape and not weights["inputs_scale"].shape
    kernel = "uint8" if mode in ("gptq", "awq") else "int8"
    return weights["kernel"].dtype == kernel and weights["kernel_scale"].dtype not in _PACKED


def _expected(class_name: str, config: Mapping[str, Any], mode: str | None) -> list[str]:
    names = _NAMES.get(class_name, ())
    if mode in _QUANTIZED and names == _KERNEL_BIAS:
        names = _QUANTIZED[mode]
    if class_name in ("Embedding", "ReversibleEmbedding"):
        names = _name_embeddings(class_name, config, mode)
    if class_name == "Attention" and config.get("score_mode", "dot") != "concat":
        names = names[:1]
    if class_name == "BatchNormalization" and config.get("renorm"):
        names = (*names, *_RENORM)
    if class_name == "STFTSpectrogram" and config.get("mode") in ("real", "imag"):
        names = (f"{config['mode']}_kernel",)
    if class_name == "Normalization" and config.get("mean") is not None:
        names = ()
    off = {name for key, gone in _SWITCHES.items() if config.get(key) is False for name in gone}
    if class_name == "RMSNormalization":
        off = set()
    return [name for name in names if name not in off]


def _name_embeddings(
    class_name: str, config: Mapping[str, Any], mode: str | None
) -> tuple[str, ...]:
    names = _QUANTIZED_EMBEDDINGS.get(mode or "", ("embeddings",))
    if class_name == "Embedding" or config.get("tie_weights", True):
        return names
    return names + _QUANTIZED_REVERSE.get(mode or "", ("reverse_embeddings",))


@lru_cache(maxsize=256)
def to_snake_case(class_name: str) -> str:
    """Return the name that Keras gives the group of a class's object in a list.

    >>> to_snake_case("MultiHeadAttention"), to_snake_case("Conv2DTranspose")
    ('multi_head_attention', 'conv2d_transpose')
    """
    name = re.sub(r"\W+", "", class_name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


_BY_SNAKE_CASE = {to_snake_case(class_name): class_name for class_name in _NAMES}

_FIRST_RANKS: dict[str, Container[int]] = {
    "Dense": {2},
    "EinsumDense": range(2, 9),
    "Embedding": {2},
    "ReversibleEmbedding": {2},
    "PReLU": range(1, 9),
    **{f"{kind}Cell": {2} for kind in ("LSTM", "GRU", "SimpleRNN")},
    "ConvLSTMCell": {3, 4, 5},
    **{f"SeparableConv{n}D": {n + 2} for n in (1, 2)},
    **{f"Conv{n}D": {n + 2} for n in (1, 2, 3)},
    **{f"Conv{n}DTranspose": {n + 2} for n in (1, 2, 3)},
    **{f"DepthwiseConv{n}D": {n + 2} for n in (1, 2)},
    "BatchNormalization": {1},
    "LayerNormalization": {1},
    "RMSNormalization": {1},
    "GroupNormalization": {1},
    "Normalization": range(9),
    "LayerScale": {1},
}


def recognise(name: str, weights: list[StoredWeight]) -> str | None:
    """Return the built-in class that saved these weights, if name and shapes both say so.

    Files of subclassed models name no classes, but lists of layers are saved under the name of
    the class, and layers are called after their class unless the user named them.

    >>> recognise("dense_3", [StoredWeight("0", (4, 8), "float32")])
    'Dense'
    """
    class_name = _BY_SNAKE_CASE.get(re.sub(r"_\d+$", "", name))
    if class_name not in _FIRST_RANKS or not weights:
        return None
    names = name_weights(class_name, {}, len(weights)) or name_quantized(class_name, {}, weights)
    fits = names is not None
    return class_name if fits and len(weights[0].shape) in _FIRST_RANKS[class_name] else None
