"""Dense layers, embeddings and convolutions."""

from __future__ import annotations

from functools import partial

from graphscope.readers.declared.building import Building, Rule, Sizes, UndeclaredError
from graphscope.readers.declared.einsum import einsum_weights
from graphscope.readers.weights.tree import WeightGroup


def _dense(layer: Building) -> WeightGroup:
    units = layer.settings.count("units")
    kernel = (layer.size(-1), units)
    if layer.mode == "int8":
        weights = {"kernel": kernel, **layer.bias(units), "kernel_scale": (units,)}
        return layer.group(weights, dtypes={"kernel": "int8"})
    _require_plain(layer)
    return layer.group({"kernel": kernel, **layer.bias(units)})


def _einsum_dense(layer: Building) -> WeightGroup:
    _require_plain(layer)
    settings = layer.settings
    axes = None if settings.get("bias_axes") is None else settings.text("bias_axes", "")
    return layer.group(
        einsum_weights(
            settings.text("equation", ""), layer.input(), settings.get("output_shape"), axes
        )
    )


def _embedding(layer: Building) -> WeightGroup:
    settings = layer.settings
    tokens, width = settings.count("input_dim"), settings.count("output_dim")
    if layer.mode == "int8" and settings.class_name == "Embedding":
        return layer.group(
            {"embeddings": (tokens, width), "embeddings_scale": (tokens,)},
            dtypes={"embeddings": "int8"},
        )
    _require_plain(layer)
    weights: dict[str, Sizes] = {"embeddings": (tokens, width)}
    if settings.class_name == "ReversibleEmbedding" and not settings.flag("tie_weights", True):
        weights["reverse_embeddings"] = (width, tokens)
    return layer.group(weights)


def _require_plain(layer: Building) -> None:
    if layer.mode:
        raise UndeclaredError(f"it was quantized in the mode {layer.mode[:20]}")


def _convolution(layer: Building, rank: int) -> WeightGroup:
    filters, groups = layer.settings.count("filters"), layer.settings.count("groups", 1)
    inner = layer.channels() // groups
    kernel = (*layer.settings.counts("kernel_size", rank), inner, filters)
    return layer.group({"kernel": kernel, **layer.bias(filters)})


def _transposed(layer: Building, rank: int) -> WeightGroup:
    filters = layer.settings.count("filters")
    kernel = (*layer.settings.counts("kernel_size", rank), filters, layer.channels())
    return layer.group({"kernel": kernel, **layer.bias(filters)})


def _depthwise(layer: Building, rank: int) -> WeightGroup:
    channels, multiplier = layer.channels(), layer.settings.count("depth_multiplier", 1)
    kernel = (*layer.settings.counts("kernel_size", rank), channels, multiplier)
    return layer.group({"kernel": kernel, **layer.bias(channels * multiplier)})


def _separable(layer: Building, rank: int) -> WeightGroup:
    channels, multiplier = layer.channels(), layer.settings.count("depth_multiplier", 1)
    filters = layer.settings.count("filters")
    return layer.group(
        {
            "depthwise_kernel": (
                *layer.settings.counts("kernel_size", rank),
                channels,
                multiplier,
            ),
            "pointwise_kernel": (*(1,) * rank, channels * multiplier, filters),
            **layer.bias(filters),
        }
    )


def _scale(layer: Building) -> WeightGroup:
    return layer.group({"gamma": (layer.settings.count("projection_dim"),)})


def _spectrogram(layer: Building) -> WeightGroup:
    settings = layer.settings
    length = settings.count("frame_length", 256)
    # Without a length of its own the transform takes the next power of two.
    points = 1 << (length - 1).bit_length()
    if settings.get("fft_length") is not None:
        points = settings.count("fft_length")
    shape, mode = (length, 1, points // 2 + 1), settings.text("mode", "log")
    parts = [part for part in ("real", "imag") if mode == part or mode not in ("real", "imag")]
    return layer.group({f"{part}_kernel": shape for part in parts})


RULES: dict[str, Rule] = {
    "Dense": _dense,
    "EinsumDense": _einsum_dense,
    "Embedding": _embedding,
    "ReversibleEmbedding": _embedding,
    "LayerScale": _scale,
    "STFTSpectrogram": _spectrogram,
    **{f"Conv{rank}D": partial(_convolution, rank=rank) for rank in (1, 2, 3)},
    **{f"Conv{rank}DTranspose": partial(_transposed, rank=rank) for rank in (1, 2, 3)},
    **{f"DepthwiseConv{rank}D": partial(_depthwise, rank=rank) for rank in (1, 2)},
    **{f"SeparableConv{rank}D": partial(_separable, rank=rank) for rank in (1, 2)},
}
