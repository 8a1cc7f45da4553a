"""The data-flow graph without what a backend adds: the same model is the same on all of them.

`collapse_layers` keeps single operations that stand between layer calls; they are the backend's.
Here they are seen through: of an operation outside of every layer call only remains that its
results follow from what it took. Loops and branches are transparent, and so is how a recurrent
layer runs its cell: such a layer is a leaf.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from graphscope.analysis.call_tree import CallTree
from graphscope.analysis.costs.call import names
from graphscope.graph import (
    ROOT,
    Edge,
    EdgeKind,
    Graph,
    GraphBuilder,
    Node,
    NodeKind,
    Port,
    Scope,
)

_FLOWS = (EdgeKind.DATA, EdgeKind.MASK)

SHAPE_TYPES = frozenset(
    names("""
        Shape ShapeN Size Rank BroadcastArgs ZerosLike OnesLike
        zeros_like ones_like full_like empty_like new_zeros new_ones new_full new_empty
    """)
)
"""Operations of all backends whose results follow from shapes, which others know beforehand."""


@dataclass(frozen=True, slots=True)
class DataFlow:
    """Layer calls and the tensors between them.

    Attributes:
        graph: input nodes, a node for each innermost call, scopes for the calls around them.
        calls: by id of a node or scope in it, the id of the call in the original graph.
    """

    graph: Graph
    calls: Mapping[str, str]


def find_data_flow(graph: Graph) -> DataFlow:
    """Return the data-flow graph of a traced model, in a form that all backends share.

    Weights of a call stand in the order in which the model holds them, its arguments in the order
    of the calls that made them. Notes, declared edges and the backend's name are left out.
    """
    return _Finder(graph).find()


class _Finder:
    """Builds one data-flow graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._calls = CallTree(graph)
        self._builder = GraphBuilder(graph.name, graph.scope_by_id[ROOT].type)
        self._new_ids: dict[str, str] = {ROOT: ROOT}
        self._ports: dict[Port, Port] = {}
        self._sources: dict[str, tuple[Port, ...]] = {}
        self._masks = {edge.tensor for edge in graph.edges if edge.kind is EdgeKind.MASK}
        self._order = {weight.id: index for index, weight in enumerate(graph.weights)}
        self._leaving: dict[str, dict[Port, None]] = {}
        self._places: dict[str, int] = {}

    def find(self) -> DataFlow:
        for node in self._graph.nodes:
            if node.kind is NodeKind.INPUT:
                self._new_ids[node.id] = self._builder.add_node(
                    node.name, node.type, node.kind, outputs=node.outputs
                )
        self._collect_leaving()
        self._add_calls()
        self._see_through()
        self._connect()
        self._fill_scopes()
        for layer in self._graph.layers:
            self._builder.add_layer(layer)
        for weight in self._graph.weights:
            self._builder.add_weight(weight)
        root = self._graph.scope_by_id[ROOT]
        self._builder.put_scope(replace(self._builder.get_scope(ROOT), layer=root.layer))
        built = self._builder.build(
            outputs=self._map(self._graph.outputs),
            metadata={
                key: value
                for key, value in self._graph.metadata.items()
                if key in ("format", "producer")
            },
        )
        return DataFlow(built, {new: old for old, new in self._new_ids.items()})

    # Calls ---------------------------------------------------------------------------------

    def _collect_leaving(self) -> None:
        """Find the tensors that leave each leaf: what it returned, then what goes beside that."""
        home, leaving = self._calls.home, self._leaving
        for leaf in self._calls.leaves:
            outputs = self._graph.scope_by_id[leaf].outputs
            leaving[leaf] = {port: None for port in outputs if home[port.node] == leaf}
        for edge in self._graph.edges:
            source = home[edge.source]
            if edge.kind in _FLOWS and source in leaving and source != home[edge.target]:
                leaving[source][edge.tensor] = None

    def _add_calls(self) -> None:
        weights = self._calls.weights()
        for each in self._calls.in_order():
            parent = self._new_ids[self._calls.parent(each)]
            if isinstance(each, Node) or each.id in self._calls.leaves:
                self._add_leaf(each, parent, weights.get(each.id, {}))
            elif each.id != ROOT:
                self._new_ids[each.id] = self._builder.open_scope(
                    each.name,
                    each.type,
                    each.kind,
                    parent=parent,
                    layer=each.layer,
                    source=each.source,
                )
                self._put_weights(self._new_ids[each.id], weights.get(each.id, {}))
        self._put_weights(ROOT, weights.get(ROOT, {}))

    def _add_leaf(self, call: Scope | Node, parent: str, weights: Iterable[str]) -> None:
        if isinstance(call, Node):
            tensors = [Port(call.id, index) for index in range(len(call.outputs))]
        else:
            tensors = list(self._leaving[call.id])
        node = self._new_ids[call.id] = self._builder.add_node(
            call.name,
            call.type,
            NodeKind.LAYER,
            scope=parent,
            outputs=[self._graph.spec(tensor) for tensor in tensors],
            layer=call.layer,
            weights=tuple(sorted(weights, key=lambda weight: self._order.get(weight, -1))),
            source=call.source,
        )
        for index, tensor in enumerate(tensors):
            self._ports[tensor] = Port(node, index)

    def _put_weights(self, scope_id: str, weights: Iterable[str]) -> None:
        """Tell which weights a call reads outside of the calls in it."""
        if weights:
            listed = sorted(weights, key=lambda weight: self._order.get(weight, -1))
            scope = self._builder.get_scope(scope_id)
            self._builder.put_scope(replace(scope, attributes={"weights": listed}))

    # Tensors -------------------------------------------------------------------------------

    def _see_through(self) -> None:
        """Find out which tensors of calls each single operation between them depends on."""
        self._places = {new: index for index, new in enumerate(self._new_ids.values())}
        for node in self._graph.nodes:
            if node.kind is NodeKind.INPUT:
                for index in range(len(node.outputs)):
                    self._ports[Port(node.id, index)] = Port(self._new_ids[node.id], index)
            elif self._calls.home[node.id] is None and node.type not in SHAPE_TYPES:
                edges = self._graph.incoming.get(node.id, ())
                found = (self._map([edge.tensor]) for edge in edges if edge.kind in _FLOWS)
                # An operation's own order of arguments is the backend's.
                together = {port for ports in found for port in ports}
                self._sources[node.id] = tuple(sorted(together, key=self._place))

    def _place(self, port: Port) -> tuple[int, int]:
        return self._places[port.node], port.output

    def _map(self, tensors: Iterable[Port]) -> tuple[Port, ...]:
        """Return the tensors of calls that some tensors are, or follow from."""
        found: dict[Port, None] = {}
        for tensor in tensors:
            if tensor in self._ports:
                found[self._ports[tensor]] = None
            else:
                found.update(dict.fromkeys(self._sources.get(tensor.node, ())))
        return tuple(found)

    def _connect(self) -> None:
        taken: dict[str, dict[Port, EdgeKind]] = {}
        for leaf in self._calls.leaves:
            for port in self._map(self._graph.scope_by_id[leaf].inputs):
                taken.setdefault(self._new_ids[leaf], {})[port] = EdgeKind.DATA
        masks = set(self._map(self._masks))
        for edge in self._graph.edges:
            target = self._calls.home[edge.target]
            if self._is_crossing(edge, target):
                assert target is not None, "it is checked"
                for port in self._map([edge.tensor]):
                    kind = EdgeKind.MASK if port in masks else EdgeKind.DATA
                    taken.setdefault(self._new_ids[target], {}).setdefault(port, kind)
        for node in self._new_ids.values():
            kinds = taken.get(node, {})
            for index, port in enumerate(sorted(kinds, key=self._place)):
                self._builder.add_edge(port, node, index, kinds[port])

    def _is_crossing(self, edge: Edge, target: str | None) -> bool:
        return (
            target is not None
            and edge.kind in _FLOWS
            and self._calls.home[edge.source] != target
            and self._graph.node_by_id[edge.target].type not in SHAPE_TYPES
        )

    def _fill_scopes(self) -> None:
        for scope in self._graph.scopes:
            new = self._new_ids.get(scope.id)
            if new is not None and scope.id not in self._calls.leaves:
                opened = self._builder.get_scope(new)
                self._builder.put_scope(
                    replace(
                        opened, inputs=self._map(scope.inputs), outputs=self._map(scope.outputs)
                    )
                )
