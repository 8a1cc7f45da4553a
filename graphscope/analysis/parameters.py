"""Parameter counts: weights are counted once, however many calls share them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from graphscope.analysis.once import once_for_each_graph
from graphscope.graph import Graph, Layer, Node, Scope


@dataclass(frozen=True, slots=True)
class Parameters:
    """Numbers of weight elements."""

    trainable: int = 0
    non_trainable: int = 0
    unknown_layers: int = 0
    """Layers that may own weights which are not counted."""

    @property
    def total(self) -> int:
        """Trainable and non-trainable together."""
        return self.trainable + self.non_trainable


@once_for_each_graph
def count_parameters(graph: Graph) -> Parameters:
    """Count all weights of the graph, those of layers that are never called included."""
    unknown = sum(layer.has_unknown_weights for layer in graph.layers)
    return replace(_Weights(graph).count(graph.weight_by_id), unknown_layers=unknown)


def count_parameters_by_layer(graph: Graph) -> dict[str, Parameters]:
    """Count the weights of each layer and its sublayers, by layer id."""
    weights = _Weights(graph)
    owned = _find_owned_weights(graph)
    return {layer: weights.count(ids) for layer, ids in owned.items()}


def count_parameters_by_call(graph: Graph) -> dict[str, Parameters]:
    """Count, by id of scope or node, the weights that the call owns or that are read in it.

    A layer that is called twice shows its weights at both calls, so the counts of calls do not
    add up to the count of the model; within one scope each weight counts once. The root scope
    also counts what no call reaches.
    """
    weights = _Weights(graph)
    owned = _find_owned_weights(graph)
    inside: dict[str, set[str]] = {scope.id: _own(scope, owned) for scope in graph.scopes}
    counts: dict[str, Parameters] = {}
    for node in graph.nodes:
        used = _own(node, owned) | set(node.weights)
        counts[node.id] = weights.count(used)
        inside[node.scope] |= used
    # Children come after their parents, so backwards each scope is complete before it is added.
    for scope in reversed(graph.scopes):
        used = inside.pop(scope.id)
        counts[scope.id] = weights.count(used)
        if scope.parent is not None:
            inside[scope.parent] |= used
    counts[graph.scopes[0].id] = count_parameters(graph)
    return counts


class _Weights:
    """Adds up sizes of weights."""

    def __init__(self, graph: Graph) -> None:
        self._size = {weight.id: weight.size for weight in graph.weights}
        frozen = {layer.id for layer in graph.layers if not layer.trainable}
        self._trainable = {
            weight.id for weight in graph.weights if weight.trainable and weight.layer not in frozen
        }

    def count(self, ids: Iterable[str]) -> Parameters:
        """Count some weights; an id that the graph does not know has no size."""
        trainable = non_trainable = 0
        for id_ in ids:
            if id_ in self._trainable:
                trainable += self._size[id_]
            else:
                non_trainable += self._size.get(id_, 0)
        return Parameters(trainable, non_trainable)


def _own(call: Node | Scope, owned: dict[str, frozenset[str]]) -> set[str]:
    return set(owned.get(call.layer, ())) if call.layer is not None else set()


def _find_owned_weights(graph: Graph) -> dict[str, frozenset[str]]:
    """Return the weights of each layer and its sublayers."""
    found: dict[str, set[str]] = {layer.id: set(layer.weights) for layer in graph.layers}
    for layer in _deepest_first(graph):
        if layer.parent in found:
            found[layer.parent] |= found[layer.id]
    return {id_: frozenset(weights) for id_, weights in found.items()}


def _deepest_first(graph: Graph) -> list[Layer]:
    depths: dict[str, int] = {}
    for layer in graph.layers:
        _measure_depth(graph, layer, depths)
    return sorted(graph.layers, key=lambda layer: -depths[layer.id])


def _measure_depth(graph: Graph, layer: Layer, depths: dict[str, int]) -> None:
    chain: list[str] = []
    current: Layer | None = layer
    while current is not None and current.id not in depths and current.id not in chain:
        chain.append(current.id)
        current = graph.layer_by_id.get(current.parent) if current.parent else None
    depth = depths.get(current.id, 0) if current is not None else -1
    for id_ in reversed(chain):
        depth += 1
        depths[id_] = depth
