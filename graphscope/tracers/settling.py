"""Names for the sizes that differed between two trials, once a graph is complete.

A size is settled from what its operation takes: by the operation's shape rule, or else by the one
simple relation (the same, a sum, a multiple, a product, a quotient) to the sizes at its inputs.
Every name is checked against both trials, so a rule that is wrong names nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from graphscope.analysis.shape_rules import (
    Shape,
    SizedCall,
    propose_shape,
    propose_spatial_sizes,
)
from graphscope.graph import (
    BATCH,
    Dimension,
    Edge,
    EdgeKind,
    Graph,
    Node,
    NodeKind,
    Port,
    Scope,
    ScopeKind,
    TensorSpec,
)
from graphscope.graph.open_sizes import tell_multiples
from graphscope.tracers.relations import Relations, Sized
from graphscope.tracers.symbols import Pair, Symbols, read_mark

NOTHING_WISHED: Mapping[Pair, Dimension] = MappingProxyType({})


def settle_sizes(graph: Graph, symbols: Symbols) -> Graph:
    """Return the graph with names, or None, in place of marked sizes.

    Args:
        graph: a graph whose specs, and trip counts, hold sizes that `Symbols.mark` made.
        symbols: the names of its open sizes.
    """
    settling = _Settling(graph, symbols)
    nodes = tuple(settling.settle_node(node) for node in graph.nodes)
    scopes = tuple(settling.settle_scope(scope) for scope in graph.scopes)
    return replace(graph, nodes=nodes, scopes=scopes, notes=(*graph.notes, *tell_multiples(nodes)))


class _Settling:
    """Settles the nodes of one graph in program order."""

    def __init__(self, graph: Graph, symbols: Symbols) -> None:
        self._graph = graph
        self._symbols = symbols
        self._relations = Relations(symbols)
        self._shapes: dict[Port, Shape | None] = {}
        self._released: dict[TensorSpec, TensorSpec] = {}
        self._wished: dict[str, Mapping[Pair, Dimension]] = {}

    def settle_node(self, node: Node) -> Node:
        """Return the node with settled outputs; its producers must be settled before."""
        is_open = any(_is_marked(spec) or not spec.is_known for spec in node.outputs)
        inputs = self._inputs(node) if is_open else []
        wishes = self._wishes(node.scope) if is_open else {}
        attributes = self._settle_attributes(node.attributes, inputs, wishes)
        is_op = is_open and node.kind is NodeKind.OP
        proposal = self._propose(node, attributes) if is_op else None
        for port, spec in enumerate(node.outputs):
            shape = self._settle_shape(spec, inputs, wishes, proposal if port == 0 else None)
            self._shapes[Port(node.id, port)] = shape
        outputs = tuple(
            self._release(self._shapes[Port(node.id, port)], spec)
            for port, spec in enumerate(node.outputs)
        )
        if outputs == node.outputs and attributes is node.attributes:
            return node
        released = self._release_attributes(attributes, node.attributes)
        return replace(node, outputs=outputs, attributes=released)

    def settle_scope(self, scope: Scope) -> Scope:
        """Return the scope with a settled number of trips."""
        attributes = self._settle_attributes(scope.attributes)
        if attributes is scope.attributes:
            return scope
        return replace(scope, attributes=self._release_attributes(attributes, scope.attributes))

    def _settle_attributes(
        self,
        attributes: Mapping[str, Any],
        inputs: Sequence[Sized] = (),
        wishes: Mapping[Pair, Dimension] = NOTHING_WISHED,
    ) -> Mapping[str, Any]:
        """Return attributes with names for sizes; one that stays unknown is left out."""
        if not any(map(_holds_mark, attributes.values())):
            return attributes

        def settle(value: Any, axis: int) -> Any:
            if isinstance(value, list | tuple):
                items = [settle(item, place) for place, item in enumerate(value)]
                lost = (
                    new is None and old is not None for new, old in zip(items, value, strict=True)
                )
                return None if any(lost) else items
            pair = read_mark(value)
            if pair is None:
                return value
            return wishes.get(pair) or self._relations.find(pair, axis, inputs, None)

        settled = {name: settle(value, 0) for name, value in attributes.items()}
        return {
            name: value
            for name, value in settled.items()
            if value is not None or attributes[name] is None
        }

    def _wishes(self, scope_id: str) -> Mapping[Pair, Dimension]:
        """Return the sizes that the layer around a node makes, by their numbers."""
        for ancestor in self._graph.ancestors(scope_id):
            scope = self._graph.scope_by_id[ancestor]
            if scope.kind is ScopeKind.LAYER:
                break
        if scope.id not in self._wished:
            self._wished[scope.id] = self._wishes_of(scope)
        return self._wished[scope.id]

    def _wishes_of(self, scope: Scope) -> Mapping[Pair, Dimension]:
        layer = self._graph.layer_by_id.get(scope.layer or "")
        shape = self._shapes.get(scope.inputs[0]) if scope.inputs else None
        if layer is None or not shape:
            return NOTHING_WISHED
        sizes = propose_spatial_sizes(layer.class_name, layer.config, shape) or ()
        pairs = {self._symbols.pair_of(size): size for size in sizes}
        return {pair: size for pair, size in pairs.items() if pair is not None}

    def _settle_shape(
        self,
        spec: TensorSpec,
        inputs: Sequence[Sized],
        wishes: Mapping[Pair, Dimension],
        proposal: Shape | None,
    ) -> Shape | None:
        if spec.shape is None:
            return proposal
        if spec.is_known and not _is_marked(spec):
            return spec.shape
        fitting = proposal if proposal is not None and len(proposal) == len(spec.shape) else None
        sizes: list[Dimension] = []
        for axis, size in enumerate(spec.shape):
            proposed = None if fitting is None else fitting[axis]
            pair = read_mark(size)
            if pair is None:
                sizes.append(proposed if size is None else size)
            else:
                wished = wishes.get(pair)
                sizes.append(
                    self._relations.find(pair, axis, inputs, wished if wished else proposed)
                )
        return tuple(sizes)

    def _inputs(self, node: Node) -> list[Sized]:
        shapes = (self._shape(edge) for edge in self._data_edges(node))
        return [self._relations.measure(shape) for shape in shapes if shape]

    def _propose(self, node: Node, attributes: Mapping[str, Any]) -> Shape | None:
        arguments: dict[int, Shape | None] = {}
        constants: dict[int, Any] = {}
        for edge in self._data_edges(node):
            arguments[edge.target_port] = self._shape(edge)
            source = self._graph.node_by_id[edge.source]
            if "value" in source.attributes:
                constants[edge.target_port] = source.attributes["value"]
        weights = [
            weight.shape
            for name in node.weights
            if (weight := self._graph.weight_by_id.get(name)) is not None
        ]
        return propose_shape(
            SizedCall(node.type, _fill_gaps(arguments, weights), attributes, constants)
        )

    def _data_edges(self, node: Node) -> Iterable[Edge]:
        edges = self._graph.incoming.get(node.id, ())
        return (edge for edge in edges if edge.kind in (EdgeKind.DATA, EdgeKind.MASK))

    def _shape(self, edge: Edge) -> Shape | None:
        # A tensor that comes around a loop is not settled yet; the one from before the loop
        # arrives at the same port.
        return self._shapes.get(edge.tensor)

    def _release_attributes(
        self, settled: Mapping[str, Any], marked: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        if settled is marked:
            return settled
        return {
            name: self._release_value(value) if _holds_mark(marked[name]) else value
            for name, value in settled.items()
        }

    def _release_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._release_value(item) for item in value]
        return self._symbols.release(value)

    def _release(self, shape: Shape | None, spec: TensorSpec) -> TensorSpec:
        if shape == spec.shape and BATCH not in (spec.shape or ()):
            return spec
        settled = TensorSpec(shape, spec.dtype)
        if settled not in self._released:
            released = None if shape is None else tuple(map(self._symbols.release, shape))
            self._released[settled] = TensorSpec(released, spec.dtype)
        return self._released[settled]


def _is_marked(spec: TensorSpec) -> bool:
    return spec.shape is not None and any(
        isinstance(size, str) and size.startswith("?") for size in spec.shape
    )


def _holds_mark(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_holds_mark, value))
    return read_mark(value) is not None


def _fill_gaps(
    arguments: Mapping[int, Shape | None], weights: Sequence[Shape]
) -> tuple[Shape | None, ...]:
    """Return all arguments in order: weights stand at the ports that no edge ends at."""
    remaining = iter(weights)
    count = max([len(arguments) + len(weights), *(port + 1 for port in arguments)])
    return tuple(
        arguments[port] if port in arguments else next(remaining, None) for port in range(count)
    )
