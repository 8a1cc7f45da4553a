"""What can be shown of a model whose file holds no data flow: the tree of its weights.

A subclassed model is saved as its class, the arguments of its constructor and its weights; how
data flows through it is written in its `call` method, which is code and not in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope.graph import NOTHING, ROOT, GraphBuilder, Layer, NodeKind, ScopeKind
from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.keras.ownership import Ownership, display_name
from graphscope.readers.keras.values import ValueCleaner
from graphscope.readers.text import quote


def emit_weight_tree(
    builder: GraphBuilder, ownership: Ownership, model: LayerConfig, cleaner: ValueCleaner
) -> None:
    """Add a box for each layer that owns weights, without edges, and say why there are none."""
    attributes = _describe(model, cleaner)
    emit_owners(builder, ownership, model, attributes)
    _add_note(builder, model, attributes, has_weights=bool(ownership.stored))


def emit_owners(
    builder: GraphBuilder,
    ownership: Ownership,
    model: LayerConfig,
    attributes: Mapping[str, Any] = NOTHING,
) -> None:
    """Add a box for each layer that owns weights, boxes in boxes, without edges.

    Args:
        builder: the graph that grows.
        ownership: the layers and their weights.
        model: the layer that holds all others; the attributes are for its own box, which it gets
            when it holds none.
        attributes: facts of the model.
    """
    children: dict[str | None, list[Layer]] = {}
    for layer in ownership.layers:
        children.setdefault(layer.parent, []).append(layer)
    root = ownership.layer_id(model)
    if not children.get(root):
        builder.add_node(
            display_name(model.name),
            display_name(model.class_name),
            NodeKind.LAYER,
            layer=root,
            weights=ownership.weights_of(root),
            attributes=attributes,
        )
    waiting = [(layer, ROOT) for layer in reversed(children.get(root, []))]
    while waiting:
        layer, scope = waiting.pop()
        inner = children.get(layer.id)
        if inner:
            opened = builder.open_scope(
                layer.name, layer.class_name, ScopeKind.LAYER, parent=scope, layer=layer.id
            )
            waiting += [(child, opened) for child in reversed(inner)]
        elif layer.weights:
            builder.add_node(
                layer.name,
                layer.class_name,
                NodeKind.LAYER,
                scope=scope,
                layer=layer.id,
                weights=layer.weights,
            )


def _describe(model: LayerConfig, cleaner: ValueCleaner) -> Mapping[str, Any]:
    attributes: dict[str, Any] = {}
    if model.build_config:
        attributes["build_config"] = cleaner.clean(dict(model.build_config))
    return attributes


def _add_note(
    builder: GraphBuilder, model: LayerConfig, attributes: Mapping[str, Any], *, has_weights: bool
) -> None:
    built = attributes.get("build_config", {}).get("input_shape")
    shape = f" It was built for inputs of shape {quote(built)}." if built else ""
    held = (
        "the file holds its weights but not its call method, so there is no data flow to show: the "
        "boxes are its layers and their weights."
        if has_weights
        else "the file holds neither its call method nor its weights, so there is nothing to show."
    )
    builder.add_note(
        "subclassed-archive",
        f"{quote(model.class_name)[1:-1]} is a class of its own, and {held}{shape} Open the live "
        "model instead: graphscope show path/to/module.py:attribute.",
        ROOT,
    )
