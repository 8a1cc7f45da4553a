"""Weights belong to one layer, and are read where that layer is called."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.analysis.consistency.findings import Violation
from graphscope.graph import Graph, NodeKind, Weight


def check_weights(graph: Graph) -> Iterator[Violation]:
    """Yield weights that two layers list or none, and weights that are read in a wrong call.

    A call may read weights of other layers: tied embeddings, a variable that a model hands to a
    layer. It is wrong where it leaves a weight of its own of the same shape unread for it, or
    where the layer that owns the weight is called and reads it nowhere.
    """
    yield from _check_lists(graph)
    if any(node.kind is NodeKind.OP for node in graph.nodes):
        yield from _Reads(graph).check()


def _check_lists(graph: Graph) -> Iterator[Violation]:
    listed: dict[str, str] = {}
    for layer in graph.layers:
        for id_ in layer.weights:
            other = listed.setdefault(id_, layer.id)
            if other != layer.id:
                yield _violation(id_, f"{other!r} and {layer.id!r} both list {id_!r}.")
            elif id_ not in graph.weight_by_id:
                yield _violation(layer.id, f"{layer.id!r} lists {id_!r}, which is absent.")
    for weight in graph.weights:
        owner = listed.get(weight.id)
        if owner != weight.layer:
            told = "no layer" if owner is None else repr(owner)
            yield _violation(
                weight.id, f"{weight.id!r} belongs to {weight.layer!r}, but {told} lists it."
            )
    for node in graph.nodes:
        for id_ in node.weights:
            if id_ not in graph.weight_by_id:
                yield _violation(node.id, f"{node.id!r} reads {id_!r}, which is absent.")


class _Reads:
    """Which weights are read in the calls of which layers."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._inside: dict[str, set[str]] = {}
        """By id of layer, the weights that its calls read."""
        self._foreign: dict[tuple[str, str], str] = {}
        """By layer and weight of another one that its calls read themselves, the first node."""
        self._called = {scope.layer for scope in graph.scopes}
        self._opaque = {node.layer for node in graph.nodes if node.kind is NodeKind.LAYER}
        holders = {layer.id: tuple(self._holders(layer.id)) for layer in graph.layers}
        around: dict[str, tuple[str, ...]] = {}
        for node in graph.nodes:
            if not node.weights:
                continue
            if node.scope not in around:
                around[node.scope] = tuple(self._layers_around(node.scope))
            callers = around[node.scope]
            for layer in callers:
                self._inside.setdefault(layer, set()).update(node.weights)
            for id_ in node.weights if callers else ():
                weight = graph.weight_by_id.get(id_)
                if weight and callers[0] not in holders.get(weight.layer, (weight.layer,)):
                    self._foreign.setdefault((callers[0], id_), node.id)

    def check(self) -> Iterator[Violation]:
        """Yield the reads that cannot be right."""
        for (reader, id_), node in self._foreign.items():
            weight = self._graph.weight_by_id[id_]
            left = self._find_left(reader, weight)
            if left is not None:
                yield _violation(
                    node,
                    f"{node!r} in a call of {reader!r} reads {id_!r} of another layer, while "
                    f"{left!r} of its own, of the same shape, is not read.",
                )
            elif self._is_called(weight.layer) and id_ not in self._inside.get(weight.layer, ()):
                yield _violation(
                    node,
                    f"{node!r} in a call of {reader!r} reads {id_!r}, which no call of its own "
                    f"layer {weight.layer!r} reads.",
                )

    def _find_left(self, reader: str, taken: Weight) -> str | None:
        read = self._inside.get(reader, set())
        for id_ in self._graph.layer_by_id[reader].weights:
            weight = self._graph.weight_by_id.get(id_)
            if weight and id_ not in read and weight.shape == taken.shape:
                return id_
        return None

    def _is_called(self, layer: str) -> bool:
        return layer in self._called and layer not in self._opaque

    def _layers_around(self, scope: str) -> Iterator[str]:
        for each in self._graph.ancestors(scope):
            layer = self._graph.scope_by_id[each].layer
            if layer is not None and layer in self._graph.layer_by_id:
                yield layer

    def _holders(self, layer_id: str) -> Iterator[str]:
        """Yield a layer and those that hold it."""
        seen: set[str] = set()
        layer = self._graph.layer_by_id.get(layer_id)
        while layer is not None and layer.id not in seen:
            seen.add(layer.id)
            yield layer.id
            layer = self._graph.layer_by_id.get(layer.parent or "")


def _violation(subject: str, message: str) -> Violation:
    return Violation("misplaced weight", message, subject)
