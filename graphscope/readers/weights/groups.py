"""Which group of the weight tree belongs to which layer.

Keras saves the layers of a model as `layers/<class in snake case>`, numbered from the second of a
class on, and the layers that a layer holds under the names of its attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphscope.errors import ReadError
from graphscope.readers.keras.config import LayerConfig, ModelConfig
from graphscope.readers.keras.parse import parse_layer
from graphscope.readers.weights.holders import recognise_holder
from graphscope.readers.weights.named import NamedGroup
from graphscope.readers.weights.names import SUBLAYERS, recognise, to_snake_case
from graphscope.readers.weights.tree import WeightGroup

LAYER_LISTS = ("layers", "_layer_checkpoint_dependencies")
"""The name of the list of layers, today and in files of Keras 2.13."""

_ATTRIBUTES = {"Bidirectional": {"forward_layer": "layer"}}
"""Attributes that the config knows by another name."""


def groups_of_layers(
    model: ModelConfig, group: WeightGroup | None
) -> dict[LayerConfig, WeightGroup]:
    """Return the groups of a model's layers; layers without a group are absent."""
    if isinstance(group, NamedGroup):
        names = group.children
        return {layer: names[layer.name] for layer in model.layers if layer.name in names}
    container = next(
        (group.children[name] for name in LAYER_LISTS if group and name in group.children), None
    )
    if container is None:
        return {}
    keys = saved_layers(model)
    found = {layer: container.children[key] for key, layer in keys if key in container.children}
    taken = {id(match) for match in found.values()}
    left = [child for child in container.children.values() if id(child) not in taken]
    if left and len(found) < len(keys):
        # Should another Keras number differently, the saved names still tell.
        by_saved_name = {child.saved_name: child for child in left}
        for _, layer in keys:
            if layer not in found and layer.name in by_saved_name:
                found[layer] = by_saved_name[layer.name]
    return found


def saved_layers(model: ModelConfig) -> list[tuple[str, LayerConfig]]:
    """Return the layers that a model saves, each with the name under which it does."""
    # Operations own nothing; a sequential model does not save its input layer.
    sequential = model.kind == "sequential"
    layers = [
        layer
        for layer in model.layers
        if not layer.is_operation and not (sequential and layer.is_input)
    ]
    return list(zip(numbered(layer.class_name for layer in layers), layers, strict=True))


def numbered(class_names: Iterable[str]) -> list[str]:
    """Return the names under which Keras saves the objects of a list.

    >>> numbered(["Dense", "ReLU", "Dense"])
    ['dense', 're_lu', 'dense_1']
    """
    used: dict[str, int] = {}
    names = []
    for class_name in class_names:
        name = to_snake_case(class_name)
        count = used.get(name, 0)
        used[name] = count + 1
        names.append(f"{name}_{count}" if count else name)
    return names


@dataclass(frozen=True)
class Sublayer:
    """A layer that another layer holds, as far as file and config describe it."""

    name: str
    class_name: str
    config: Mapping[str, Any]
    module: str
    group: WeightGroup
    config_entry: LayerConfig | None = None


def sublayers(
    group: WeightGroup, class_name: str, config: Mapping[str, Any], *, builtin: bool
) -> list[Sublayer]:
    """Return the layers that own weights directly below a layer's group.

    Lists and dictionaries of layers are passed through; their members are named by their place.
    """
    found: list[Sublayer] = []
    for attribute, child in ordered(group):
        if child.is_empty:
            continue
        entry = _configured(config, class_name, attribute)
        known = SUBLAYERS.get(class_name, {}).get(attribute, "") if builtin else ""
        # Some Keras versions leave no trace of an object without weights of its own.
        if entry or known or child.is_object or not child.children:
            found.append(_describe(attribute, child, entry, known))
        else:
            found += _members(attribute, child, config)
    return found


def _members(attribute: str, container: WeightGroup, config: Mapping[str, Any]) -> list[Sublayer]:
    entries = config.get(attribute)
    parsed = [parse_entry(entry) for entry in entries] if isinstance(entries, list) else []
    layers = [layer for layer in parsed if layer]
    by_key = dict(zip(numbered(layer.class_name for layer in layers), layers, strict=True))
    found: list[Sublayer] = []
    for key, child in ordered(container):
        if child.is_empty:
            continue
        if child.is_object or not child.children:
            found.append(_describe(f"{attribute}.{key}", child, by_key.get(key), ""))
        else:
            found += _members(f"{attribute}.{key}", child, {})
    return found


def _describe(place: str, group: WeightGroup, entry: LayerConfig | None, known: str) -> Sublayer:
    if entry is not None:
        return Sublayer(entry.name, entry.class_name, entry.config, entry.module, group, entry)
    name = group.saved_name or place
    class_name = known or recognise(group.name, group.weights) or recognise(name, group.weights)
    class_name = class_name or recognise_holder(name, group)
    return Sublayer(name, class_name or "Layer", {}, "", group)


def _configured(config: Mapping[str, Any], class_name: str, attribute: str) -> LayerConfig | None:
    key = _ATTRIBUTES.get(class_name, {}).get(attribute, attribute)
    found = parse_entry(config.get(key))
    if found is None and (class_name, attribute) == ("Bidirectional", "backward_layer"):
        # The backward layer is a copy of the forward one unless it was given.
        return parse_entry(config.get("layer"))
    return found


def parse_entry(entry: Any) -> LayerConfig | None:
    """Return a layer that the config of another one holds; None when it is no layer."""
    if not isinstance(entry, dict) or not isinstance(entry.get("config"), dict):
        return None
    try:
        return parse_layer(entry)
    except ReadError:
        # An object that is no layer, such as an initializer; its config stays with its owner.
        return None


def ordered(group: WeightGroup) -> list[tuple[str, WeightGroup]]:
    """Return the children by name, numbers in the order of their value.

    Named groups keep the order of the model.

    >>> root = WeightGroup("")
    >>> for name in ("block_10", "block_2", "block"):
    ...     root.children[name] = WeightGroup(name)
    >>> [name for name, _ in ordered(root)]
    ['block', 'block_2', 'block_10']
    """
    if isinstance(group, NamedGroup):
        return list(group.children.items())
    return sorted(group.children.items(), key=lambda item: _natural(item[0]))


def _natural(name: str) -> list[tuple[int, int, str]]:
    return [
        (1, int(part[:18]), "") if part.isdecimal() else (0, 0, part)
        for part in re.split(r"([0-9]+)", name)
        if part
    ]
