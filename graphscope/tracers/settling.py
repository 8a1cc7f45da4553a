"""Names for the sizes that differed between two trials, once a graph is complete.

A size is settled from what its operation takes: by the operation's shape rule, or else by the one
simple relation (the same, a sum, a multiple, a product, a quotient) to the sizes at its inputs.
Every name is checked against both trials, so a rule that is wrong names nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from graphscope.analysis.shape_rules import Shape, SizedCall, propose_shape
from graphscope.graph import (
    BATCH,
    Dimension,
    Edge,
    EdgeKind,
    Graph,
    Node,
    NodeKind,
    Note,
    Port,
    Scope,
    TensorSpec,
)
from graphscope.graph.dimensions import divisor_of
from graphscope.tracers.relations import Relations, Sized
from graphscope.tracers.symbols import Symbols, read_mark


def settle_sizes(graph: Graph, symbols: Symbols) -> Graph:
    """Return the graph with names, or None, in place of marked sizes.

    Args:
        graph: a graph whose specs, and trip counts, hold sizes that `Symbols.mark` made.
        symbols: the names of its open sizes.
    """
    settling = _Settling(graph, symbols)
    nodes = tuple(settling.settle_node(node) for node in graph.nodes)
    scopes = tuple(settling.settle_scope(scope) for scope in graph.scopes)
    return replace(graph, nodes=nodes, scopes=scopes, notes=(*graph.notes, *_tell_multiples(nodes)))


class _Settling:
    """Settles the nodes of one graph in program order."""

    def __init__(self, graph: Graph, symbols: Symbols) -> None:
        self._graph = graph
        self._symbols = symbols
        self._relations = Relations(symbols)
        self._shapes: dict[Port, Shape | None] = {}
        self._released: dict[TensorSpec, TensorSpec] = {}

    def settle_node(self, node: Node) -> Node:
        """Return the node with settled outputs; its producers must be settled before."""
        shapes: list[Shape | None]
        if any(map(_is_marked, node.outputs)):
            inputs = self._inputs(node)
            proposal = self._propose(node) if node.kind is NodeKind.OP else None
            shapes = [
                self._settle_shape(spec, inputs, proposal if port == 0 else None)
                for port, spec in enumerate(node.outputs)
            ]
        else:
            shapes = [spec.shape for spec in node.outputs]
        for port, shape in enumerate(shapes):
            self._shapes[Port(node.id, port)] = shape
        outputs = tuple(map(self._release, shapes, node.outputs))
        return node if outputs == node.outputs else replace(node, outputs=outputs)

    def settle_scope(self, scope: Scope) -> Scope:
        """Return the scope with a settled number of trips."""
        pair = read_mark(scope.attributes.get("trip_count"))
        if pair is None:
            return scope
        attributes = dict(scope.attributes)
        count = self._symbols.release(self._relations.find_anywhere(pair))
        if count is None:
            del attributes["trip_count"]
        else:
            attributes["trip_count"] = count
        return replace(scope, attributes=attributes)

    def _settle_shape(
        self, spec: TensorSpec, inputs: Sequence[Sized], proposal: Shape | None
    ) -> Shape | None:
        if spec.shape is None:
            return None
        fits = proposal is not None and len(proposal) == len(spec.shape)
        return tuple(
            size
            if (pair := read_mark(size)) is None
            else self._relations.find(
                pair, axis, inputs, proposal[axis] if proposal is not None and fits else None
            )
            for axis, size in enumerate(spec.shape)
        )

    def _inputs(self, node: Node) -> list[Sized]:
        shapes = (self._shape(edge) for edge in self._data_edges(node))
        return [self._relations.measure(shape) for shape in shapes if shape]

    def _propose(self, node: Node) -> Shape | None:
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
            SizedCall(node.type, _fill_gaps(arguments, weights), node.attributes, constants)
        )

    def _data_edges(self, node: Node) -> Iterable[Edge]:
        edges = self._graph.incoming.get(node.id, ())
        return (edge for edge in edges if edge.kind in (EdgeKind.DATA, EdgeKind.MASK))

    def _shape(self, edge: Edge) -> Shape | None:
        # A tensor that comes around a loop is not settled yet; the one from before the loop
        # arrives at the same port.
        return self._shapes.get(edge.tensor)

    def _release(self, shape: Shape | None, spec: TensorSpec) -> TensorSpec:
        if not _is_marked(spec) and BATCH not in (spec.shape or ()):
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


def _fill_gaps(
    arguments: Mapping[int, Shape | None], weights: Sequence[Shape]
) -> tuple[Shape | None, ...]:
    """Return all arguments in order: weights stand at the ports that no edge ends at."""
    remaining = iter(weights)
    count = max([len(arguments) + len(weights), *(port + 1 for port in arguments)])
    return tuple(
        arguments[port] if port in arguments else next(remaining, None) for port in range(count)
    )


def _tell_multiples(nodes: Iterable[Node]) -> tuple[Note, ...]:
    """Say which open sizes must be multiples of something."""
    sizes: set[Dimension] = {
        size
        for node in nodes
        for spec in node.outputs
        for size in spec.shape or ()
        if isinstance(size, str) and "/" in size
    }
    found: dict[str, int] = {}
    for size in sorted(sizes, key=str):
        for name, divisor in divisor_of(size).items():
            found[name] = max(found.get(name, 1), divisor)
    if not found:
        return ()
    told = ", ".join(f"{name} is a multiple of {count}" for name, count in sorted(found.items()))
    return (
        Note(
            "sizes-are-multiples",
            f"The model does not admit every size; shapes are those where {told}.",
        ),
    )
