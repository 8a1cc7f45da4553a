"""Names for the sizes that differed between two trials, once a graph is complete.

A size is settled from what its operation takes: by the operation's shape rule, or else by the one
simple relation (the same, a sum, a multiple, a product, a quotient) to the sizes at its inputs.
Every name is checked against both trials, so a rule that is wrong names nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    Scope,
    ScopeKind,
    TensorSpec,
)
from graphscope.graph.open_sizes import tell_multiples
from graphscope.tracers.marks import holds_mark, is_marked
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


@dataclass(frozen=True, slots=True)
class _Settled:
    """What became of a node: unreleased shapes, outputs, and attributes if they are others."""

    shapes: list[Shape | None]
    outputs: tuple[TensorSpec, ...]
    attributes: Mapping[str, Any] | None


class _Settling:
    """Settles the nodes of one graph in program order."""

    def __init__(self, graph: Graph, symbols: Symbols) -> None:
        self._graph = graph
        self._symbols = symbols
        self._relations = Relations(symbols)
        self._shapes: dict[tuple[str, int], Shape | None] = {}
        self._released: dict[tuple[Shape | None, TensorSpec], TensorSpec] = {}
        self._wished: dict[str, Mapping[Pair, Dimension]] = {}
        self._is_open: dict[TensorSpec, bool] = {}
        self._settled: dict[object, _Settled] = {}
        self._specs: dict[TensorSpec, TensorSpec] = {}

    def settle_node(self, node: Node) -> Node:
        """Return the node with settled outputs; its producers must be settled before."""
        is_open = any(map(self._looks_open, node.outputs))
        if not (is_open or node.attributes):
            self._keep(node.id, [spec.shape for spec in node.outputs])
            outputs: tuple[TensorSpec, ...] = tuple(
                self._release(spec.shape, spec) for spec in node.outputs
            )
            return node if outputs == node.outputs else _with_outputs(node, outputs)
        key = self._key(node, is_open=is_open)
        settled = self._settled.get(key)
        if settled is None:
            settled = self._settled[key] = self._settle(node, is_open=is_open)
        self._keep(node.id, settled.shapes)
        if settled.outputs == node.outputs and settled.attributes is None:
            return node
        return _with_outputs(node, settled.outputs, settled.attributes)

    def _key(self, node: Node, *, is_open: bool) -> object:
        """Return all that decides what becomes of a node: blocks of a model are alike.

        Attributes are told apart by the objects that hold them, which the graph keeps.
        """
        attributes = id(node.attributes) if node.attributes else 0
        if not is_open:
            return node.outputs, attributes
        edges = tuple(
            (edge.target_port, self._shape(edge), self._constant(edge))
            for edge in self._data_edges(node)
        )
        return (
            node.type,
            node.kind,
            node.outputs,
            attributes,
            edges,
            self._weight_shapes(node),
            tuple(self._wishes(node.scope).items()),
        )

    def _settle(self, node: Node, *, is_open: bool) -> _Settled:
        inputs = self._inputs(node) if is_open else []
        wishes = self._wishes(node.scope) if is_open else NOTHING_WISHED
        attributes = self._settle_attributes(node.attributes, inputs, wishes)
        is_op = is_open and node.kind is NodeKind.OP
        proposal = self._propose(node, attributes) if is_op else None
        shapes = [
            self._settle_shape(spec, inputs, wishes, proposal if port == 0 else None)
            for port, spec in enumerate(node.outputs)
        ]
        outputs = tuple(map(self._release, shapes, node.outputs))
        if attributes is node.attributes:
            return _Settled(shapes, outputs, None)
        return _Settled(shapes, outputs, self._release_attributes(attributes, node.attributes))

    def _keep(self, node_id: str, shapes: Sequence[Shape | None]) -> None:
        for port, shape in enumerate(shapes):
            self._shapes[node_id, port] = shape

    def _looks_open(self, spec: TensorSpec) -> bool:
        found = self._is_open.get(spec)
        if found is None:
            found = self._is_open[spec] = is_marked(spec) or not spec.is_known
        return found

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
        if not any(map(holds_mark, attributes.values())):
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
        known = self._wished.get(scope_id)
        if known is not None:
            return known
        for ancestor in self._graph.ancestors(scope_id):
            scope = self._graph.scope_by_id[ancestor]
            if scope.kind is ScopeKind.LAYER:
                break
        if scope.id not in self._wished:
            self._wished[scope.id] = self._wishes_of(scope)
        self._wished[scope_id] = self._wished[scope.id]
        return self._wished[scope_id]

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
        if spec.is_known and not is_marked(spec):
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
        weights = self._weight_shapes(node)
        return propose_shape(
            SizedCall(node.type, _fill_gaps(arguments, weights), attributes, constants)
        )

    def _constant(self, edge: Edge) -> int | None:
        """Return which value a tensor has, if it is known."""
        attributes = self._graph.node_by_id[edge.source].attributes
        return id(attributes["value"]) if "value" in attributes else None

    def _weight_shapes(self, node: Node) -> tuple[Shape, ...]:
        if not node.weights:
            return ()
        weights = map(self._graph.weight_by_id.get, node.weights)
        return tuple(weight.shape for weight in weights if weight is not None)

    def _data_edges(self, node: Node) -> Iterable[Edge]:
        edges = self._graph.incoming.get(node.id, ())
        return (edge for edge in edges if edge.kind in (EdgeKind.DATA, EdgeKind.MASK))

    def _shape(self, edge: Edge) -> Shape | None:
        # A tensor that comes around a loop is not settled yet; the one from before the loop
        # arrives at the same port.
        return self._shapes.get((edge.source, edge.source_port))

    def _release_attributes(
        self, settled: Mapping[str, Any], marked: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        if settled is marked:
            return settled
        return {
            name: self._release_value(value) if holds_mark(marked[name]) else value
            for name, value in settled.items()
        }

    def _release_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._release_value(item) for item in value]
        return self._symbols.release(value)

    def _release(self, shape: Shape | None, spec: TensorSpec) -> TensorSpec:
        released = self._released.get((shape, spec))
        if released is None:
            released = self._released[shape, spec] = self._make_released(shape, spec)
        return released

    def _make_released(self, shape: Shape | None, spec: TensorSpec) -> TensorSpec:
        if shape == spec.shape and BATCH not in (spec.shape or ()):
            return spec
        released = None if shape is None else tuple(map(self._symbols.release, shape))
        settled = TensorSpec(released, spec.dtype)
        return self._specs.setdefault(settled, settled)


def _with_outputs(
    node: Node, outputs: tuple[TensorSpec, ...], attributes: Mapping[str, Any] | None = None
) -> Node:
    """Return the node with other outputs; `dataclasses.replace` takes four times as long."""
    return Node(
        node.id,
        node.name,
        node.type,
        node.kind,
        node.scope,
        outputs,
        node.layer,
        node.weights,
        node.attributes if attributes is None else attributes,
        node.source,
    )


def _fill_gaps(
    arguments: Mapping[int, Shape | None], weights: Sequence[Shape]
) -> tuple[Shape | None, ...]:
    """Return all arguments in order: weights stand at the ports that no edge ends at."""
    remaining = iter(weights)
    count = max([len(arguments) + len(weights), *(port + 1 for port in arguments)])
    return tuple(
        arguments[port] if port in arguments else next(remaining, None) for port in range(count)
    )
