"""On which devices the weights of a live model lie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from graphscope.graph import Graph, Node, Scope


def find_placement(model: Any, graph: Graph) -> dict[str, str]:
    """Return in words where the own weights of each called layer lie, by the ids of its calls.

    Empty where every weight lies whole on one and the same device, and for weights that have no
    value yet. Layers that share class and name with another one are left out.

    Args:
        model: a live Keras model or layer.
        graph: traced from it.
    """
    placed = _place_layers(model)
    if len(set(placed.values())) < 2:
        return {}
    layers = _match_layers(graph, placed)
    calls: list[Node | Scope] = [*graph.scopes, *graph.nodes]
    return {call.id: layers[call.layer] for call in calls if call.layer in layers}


def _place_layers(model: Any) -> dict[tuple[str, str], str]:
    """Return where the weights of each layer lie, by class and name."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    # Private in Keras, so that a release may lack it: then nothing is known.
    flatten = getattr(model, "_flatten_layers", tuple)
    for layer in flatten():
        words = [_describe(variable) for variable in layer._trainable_variables]
        words += [_describe(variable) for variable in layer._non_trainable_variables]
        known = list(dict.fromkeys(word for word in words if word))
        if known:
            found[type(layer).__name__, layer.name].append(" + ".join(known))
    return {key: words[0] for key, words in found.items() if len(words) == 1}


def _match_layers(graph: Graph, placed: Mapping[tuple[str, str], str]) -> dict[str | None, str]:
    ids: dict[tuple[str, str], list[str]] = defaultdict(list)
    for layer in graph.layers:
        ids[layer.class_name, layer.name].append(layer.id)
    return {found[0]: placed[key] for key, found in ids.items() if key in placed if len(found) == 1}


def _describe(variable: Any) -> str:
    """Return where a variable lies; nothing when it has no value."""
    value = getattr(variable, "_value", None)
    sharding = getattr(value, "sharding", None)
    if sharding is not None:
        return _describe_sharding(sharding)
    device = getattr(value, "device", None)
    return str(device).rpartition("device:")[2].lower() if device is not None else ""


def _describe_sharding(sharding: Any) -> str:
    devices = sharding.device_set
    if len(devices) == 1:
        [device] = devices
        return f"{device.platform}:{device.id}"
    if sharding.is_fully_replicated:
        return f"whole on each of {len(devices)} devices"
    axes = ", ".join(_name_axis(axis) for axis in getattr(sharding, "spec", ()))
    return f"split ({axes}) over {len(devices)} devices"


def _name_axis(axis: Any) -> str:
    if axis is None:
        return "-"
    return "+".join(axis) if isinstance(axis, tuple) else str(axis)
