"""The graph: one immutable document that holds both projections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from graphscope import plugins
from graphscope.errors import GraphError
from graphscope.graph.types import (
    NOTHING,
    ROOT,
    DeclaredEdge,
    Edge,
    Layer,
    Node,
    Note,
    Port,
    Scope,
    TensorSpec,
    Weight,
)

ViewName = Literal["layers", "ops"]


@dataclass(frozen=True, eq=False)
class Graph:
    """A model as nodes, edges, scopes, layers, weights and notes, in program order.

    The graph checks itself when it is made, so every function may rely on it: ids are unique,
    every end of an edge and every parent exists, and scopes form a tree below `ROOT`.

    Raises:
        GraphError: when the parts contradict each other.
    """

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    scopes: tuple[Scope, ...] = ()
    """The scope `ROOT` first, every parent before its children."""
    layers: tuple[Layer, ...] = ()
    weights: tuple[Weight, ...] = ()
    outputs: tuple[Port, ...] = ()
    """The tensors that the model returns."""
    declared: tuple[DeclaredEdge, ...] = ()
    notes: tuple[Note, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    """How the graph was made (`producer`, `backend`, `format`), as JSON values."""

    def __post_init__(self) -> None:
        _check_scopes(self.scopes)
        scopes, nodes = self.scope_by_id, self.node_by_id
        if len(nodes) != len(self.nodes) or not scopes.keys().isdisjoint(nodes):
            raise GraphError(f"The graph {self.name!r} has two nodes or scopes of the same id.")
        if not {node.scope for node in self.nodes} <= scopes.keys():
            node = next(node for node in self.nodes if node.scope not in scopes)
            raise GraphError(f"Node {node.id!r} lies in scope {node.scope!r}, which is absent.")
        for edge in self.edges:
            source = nodes.get(edge.source)
            if source is None or edge.target not in nodes:
                missing = edge.target if source else edge.source
                raise GraphError(f"An edge ends at node {missing!r}, which is absent.")
            # Almost all nodes have one output, which is there also where nothing tells of it.
            if edge.source_port and not 0 <= edge.source_port < max(1, len(source.outputs)):
                raise GraphError(f"An edge leaves {source.id!r} by port {edge.source_port}.")

    @cached_property
    def node_by_id(self) -> dict[str, Node]:
        """Nodes by id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def scope_by_id(self) -> dict[str, Scope]:
        """Scopes by id."""
        return {scope.id: scope for scope in self.scopes}

    @cached_property
    def layer_by_id(self) -> dict[str, Layer]:
        """Layers by id."""
        return {layer.id: layer for layer in self.layers}

    @cached_property
    def weight_by_id(self) -> dict[str, Weight]:
        """Weights by id."""
        return {weight.id: weight for weight in self.weights}

    @cached_property
    def incoming(self) -> dict[str, list[Edge]]:
        """Edges by the node they end at, in program order; nodes without edges are absent."""
        found: dict[str, list[Edge]] = {}
        for edge in self.edges:
            found.setdefault(edge.target, []).append(edge)
        return found

    @cached_property
    def outgoing(self) -> dict[str, list[Edge]]:
        """Edges by the node they leave, in program order; nodes without edges are absent."""
        found: dict[str, list[Edge]] = {}
        for edge in self.edges:
            found.setdefault(edge.source, []).append(edge)
        return found

    @cached_property
    def child_scopes(self) -> dict[str, list[Scope]]:
        """Scopes by parent; scopes without child scopes are absent."""
        found: dict[str, list[Scope]] = {}
        for scope in self.scopes:
            if scope.parent is not None:
                found.setdefault(scope.parent, []).append(scope)
        return found

    @cached_property
    def child_nodes(self) -> dict[str, list[Node]]:
        """Nodes by the scope they lie in directly; scopes without nodes are absent."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(node.scope, []).append(node)
        return found

    def spec(self, tensor: Port) -> TensorSpec:
        """Return shape and dtype of a tensor of this graph."""
        return self.node_by_id[tensor.node].outputs[tensor.output]

    def ancestors(self, scope: str) -> Iterator[str]:
        """Yield the scope and the scopes around it, innermost first, `ROOT` last."""
        current: str | None = scope
        while current is not None:
            yield current
            current = self.scope_by_id[current].parent

    def to_networkx(self, view: ViewName = "ops") -> Any:
        """Return one projection as a `networkx.MultiDiGraph`.

        Args:
            view: `"layers"` for the data-flow graph of layer calls, `"ops"` for the computation
                graph of single operations.
        """
        return plugins.find("views", "networkx")(self, view)

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, str]:
        """Draw the graph where a notebook shows it."""
        bundle: dict[str, str] = plugins.find("views", "notebook")(self)
        return bundle

    def __repr__(self) -> str:
        return (
            f"<Graph {self.name!r}: {len(self.nodes):,} nodes, {len(self.edges):,} edges, "
            f"{len(self.scopes):,} scopes, {len(self.layers):,} layers>"
        )


def _check_scopes(scopes: tuple[Scope, ...]) -> None:
    if not scopes or scopes[0].id != ROOT or scopes[0].parent is not None:
        raise GraphError("A graph needs a first scope with the id '/'.")
    seen: set[str] = set()
    for scope in scopes:
        if scope.id in seen:
            raise GraphError(f"Two scopes have the id {scope.id!r}.")
        if scope.id != ROOT and scope.parent not in seen:
            raise GraphError(f"Scope {scope.id!r} comes before its parent {scope.parent!r}.")
        seen.add(scope.id)
