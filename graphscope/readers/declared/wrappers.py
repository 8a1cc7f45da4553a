"""Layers around other layers, which are built for the same input."""

from __future__ import annotations

from graphscope.readers.declared.building import PATH, Building, Rule, UndeclaredError
from graphscope.readers.weights.groups import numbered
from graphscope.readers.weights.tree import WeightGroup


def _wrapper(layer: Building) -> WeightGroup:
    return layer.group({}, {"layer": layer.declare(layer.settings.get("layer"), layer.inputs)})


def _spectral(layer: Building) -> WeightGroup:
    inner = layer.declare(layer.settings.get("layer"), layer.inputs)
    kernels = [each for each in inner.weights if each.key in ("kernel", "embeddings")]
    if not kernels:
        raise UndeclaredError("the kernel that it normalizes is not known")
    weights = {f"layer{PATH}kernel": kernels[0].shape, "vector_u": (1, kernels[0].shape[-1])}
    return layer.group(weights, {"layer": inner})


def _pipeline(layer: Building) -> WeightGroup:
    entries = layer.entries("layers")
    keys = numbered(str(entry.get("class_name")) for entry in entries)
    groups = [layer.declare(entry, None) for entry in entries]
    return layer.group(
        {}, {"layers": WeightGroup("", children=dict(zip(keys, groups, strict=True)))}
    )


RULES: dict[str, Rule] = {
    "Wrapper": _wrapper,
    "SpectralNormalization": _spectral,
    "Pipeline": _pipeline,
}
