"""The graph of the model that is trained, kept with its run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from graphscope import plugins
from graphscope.graph import Graph
from graphscope.runs import LayerInfo

FILE = "graph.json"


def make_graph(model: Any) -> Graph:
    """Return the data-flow graph of a built model, which stays as it is.

    Raises:
        GraphscopeError: when the model cannot be traced.
    """
    import keras

    graph: Graph = plugins.find("tracers", keras.backend.backend())(model, ops=False)
    return graph


def place_layers(layers: Iterable[LayerInfo], graph: Graph) -> tuple[LayerInfo, ...]:
    """Return layers with the ids of the graph's layers that they are, where that is certain."""
    by_name: dict[str, list[str]] = {}
    for layer in graph.layers:
        by_name.setdefault(layer.name, []).append(layer.id)
    return tuple(replace(each, graph_layer=_choose(each, by_name)) for each in layers)


def _choose(layer: LayerInfo, by_name: dict[str, list[str]]) -> str | None:
    found = by_name.get(layer.name, [])
    if len(found) > 1:  # The innermost parts of the path tell twins apart.
        parts = layer.key.split("#")[0].split("/")
        shared = {each: _shared_end(each.split("/"), parts) for each in found}
        most = max(shared.values())
        found = [each for each in found if shared[each] == most]
    return found[0] if len(found) == 1 else None


def _shared_end(one: list[str], other: list[str]) -> int:
    count = 0
    while count < min(len(one), len(other)) and one[-1 - count] == other[-1 - count]:
        count += 1
    return count
