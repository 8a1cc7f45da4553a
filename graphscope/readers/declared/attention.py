"""Attention with several heads."""

from __future__ import annotations

from graphscope.readers.declared.building import Building, Rule, Sizes, UndeclaredError, named
from graphscope.readers.weights.tree import WeightGroup


def _multi_head(layer: Building) -> WeightGroup:
    settings = layer.settings
    heads, width = settings.count("num_heads"), settings.count("key_dim")
    value_width = width if not settings.get("value_dim") else settings.count("value_dim")
    query, value = layer.size(-1), layer.size(-1, 1)
    given = settings.get("output_shape")
    output = settings.wholes("output_shape") if given else (query,)
    parts: dict[str, tuple[Sizes, int]] = {
        "query": ((query, heads, width), 1),
        "key": ((_key_size(layer), heads, width), 1),
        "value": ((value, heads, value_width), 1),
        "attention_output": ((heads, value_width, *output), 2),
    }
    if settings.flag("use_gate"):
        parts["gate"] = ((query, heads, value_width), 1)
    return _of_parts(layer, parts, {"attention_output": "output_dense", "gate": "_gate_dense"}, "")


def _grouped_query(layer: Building) -> WeightGroup:
    settings = layer.settings
    heads, groups = settings.count("num_query_heads"), settings.count("num_key_value_heads")
    width, query = settings.count("head_dim"), layer.size(-1)
    parts: dict[str, tuple[Sizes, int]] = {
        "query": ((query, heads, width), 1),
        "key": ((_key_size(layer), groups, width), 1),
        "value": ((layer.size(-1, 1), groups, width), 1),
        "attention_output": ((heads, width, query), 2),
    }
    if settings.flag("use_gate"):
        parts["gate"] = ((query, heads, width), 1)
    return _of_parts(layer, parts, {"attention_output": "_output_dense"}, "_")


def _key_size(layer: Building) -> int:
    # Without a key of its own, the value is the key as well.
    has_key = layer.inputs is not None and len(layer.inputs) > 2
    return layer.size(-1, 2 if has_key else 1)


def _of_parts(
    layer: Building,
    parts: dict[str, tuple[Sizes, int]],
    attributes: dict[str, str],
    prefix: str,
) -> WeightGroup:
    """Return the group of a layer of projections.

    Args:
        layer: the attention.
        parts: by name, the kernel of a projection and how many of its axes come in.
        attributes: by name, what holds it where that is not its name.
        prefix: of the attributes that are called after the names.
    """
    if layer.mode:
        raise UndeclaredError(f"it was quantized in the mode {layer.mode[:20]}")
    children = {
        attributes.get(name, f"{prefix}{name}_dense"): named(
            layer.group({"kernel": kernel, **layer.bias(*kernel[axes:])}), name
        )
        for name, (kernel, axes) in parts.items()
    }
    return layer.group({}, children)


RULES: dict[str, Rule] = {
    "MultiHeadAttention": _multi_head,
    "GroupQueryAttention": _grouped_query,
    "GroupedQueryAttention": _grouped_query,
}
