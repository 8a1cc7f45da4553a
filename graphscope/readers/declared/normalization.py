"""Normalizations, and layers with one number for each feature."""

from __future__ import annotations

from graphscope.readers.declared.building import Building, Rule, Sizes, UndeclaredError
from graphscope.readers.weights.tree import WeightGroup


def _batch(layer: Building) -> WeightGroup:
    # Keras 2 writes the axis as a list.
    axes = _axes(layer)
    if len(axes) != 1:
        raise UndeclaredError("it normalizes along one axis")
    shape = (layer.size(axes[0]),)
    moving = ["moving_mean", "moving_variance"]
    if layer.settings.flag("renorm"):
        moving += ["moving_stddev", "renorm_mean", "renorm_stddev"]
    return layer.group({**_scale_and_center(layer, shape), **dict.fromkeys(moving, shape)})


def _layer(layer: Building) -> WeightGroup:
    shape = tuple(layer.size(axis) for axis in sorted(_axes(layer)))
    if layer.settings.flag("rms_scaling"):
        return layer.group({"gamma": shape})
    return layer.group(_scale_and_center(layer, shape))


def _root_mean_square(layer: Building) -> WeightGroup:
    return layer.group({"scale": tuple(layer.size(axis) for axis in sorted(_axes(layer)))})


def _axes(layer: Building) -> tuple[int, ...]:
    return layer.settings.wholes("axis") if "axis" in layer.settings.values else (-1,)


def _scale_and_center(layer: Building, shape: Sizes) -> dict[str, Sizes]:
    found = {}
    if layer.settings.flag("scale", default=True):
        found["gamma"] = shape
    if layer.settings.flag("center", default=True):
        found["beta"] = shape
    return found


def _normalization(layer: Building) -> WeightGroup:
    if layer.settings.get("mean") is not None:
        return layer.group({})
    axes = () if layer.settings.get("axis") is None else layer.settings.wholes("axis")
    rank = len(layer.input())
    in_order = sorted(axes, key=lambda axis: axis % rank if rank else axis)
    shape = tuple(layer.size(axis) for axis in in_order)
    # On other backends than TensorFlow the count has 32 bits; a config does not tell the backend.
    dtypes = {"count": "int64"}
    return layer.group({"mean": shape, "variance": shape, "count": ()}, dtypes=dtypes)


def _prelu(layer: Building) -> WeightGroup:
    shared = (
        () if layer.settings.get("shared_axes") is None else (layer.settings.wholes("shared_axes"))
    )
    axes = range(1, len(layer.input()))
    return layer.group({"alpha": tuple(1 if axis in shared else layer.size(axis) for axis in axes)})


def _attention(layer: Building) -> WeightGroup:
    weights: dict[str, Sizes] = {}
    if layer.settings.flag("use_scale"):
        weights["scale"] = ()
    if layer.settings.text("score_mode", "dot") == "concat":
        weights["concat_score_weight"] = ()
    return layer.group(weights)


def _additive_attention(layer: Building) -> WeightGroup:
    use_scale = layer.settings.flag("use_scale", default=True)
    return layer.group({"scale": (layer.size(-1),)} if use_scale else {})


RULES: dict[str, Rule] = {
    "BatchNormalization": _batch,
    "LayerNormalization": _layer,
    "GroupNormalization": _layer,
    "RMSNormalization": _root_mean_square,
    "Normalization": _normalization,
    "PReLU": _prelu,
    "Attention": _attention,
    "AdditiveAttention": _additive_attention,
}
