"""A graph while it grows: hands out ids and keeps the parts in program order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from graphscope.graph.graph import Graph
from graphscope.graph.making import make_all
from graphscope.graph.types import (
    NOTHING,
    ROOT,
    DeclaredEdge,
    Edge,
    EdgeKind,
    Layer,
    Node,
    NodeKind,
    Note,
    Port,
    Scope,
    ScopeKind,
    SourceLine,
    TensorSpec,
    Weight,
)

T = TypeVar("T")


class GraphBuilder:
    """Collects the parts of one graph.

    Ids are made here and nowhere else: the path of the scope, the name, and `#n` from the second
    call of that name on.

    Example:
        >>> builder = GraphBuilder("tiny")
        >>> spec = TensorSpec((4,), "float32")
        >>> x = builder.add_node("x", "Input", NodeKind.INPUT, outputs=[spec])
        >>> y = builder.add_node("relu", "Relu", NodeKind.OP, outputs=[spec])
        >>> builder.add_edge(Port(x), y, 0)
        >>> builder.build(outputs=[Port(y)])
        <Graph 'tiny': 2 nodes, 1 edges, 1 scopes, 0 layers>
    """

    def __init__(self, name: str, root_type: str = "Model") -> None:
        self.name = name
        # Rows are made into values all at once, which takes a third of the time.
        self._nodes: list[tuple[Any, ...]] = []
        self._edges: list[tuple[Any, ...]] = []
        self._scopes: dict[str, Scope] = {}
        self._layers: list[Layer] = []
        self._weights: list[Weight] = []
        self._declared: list[tuple[str, str]] = []
        self._notes: list[Note] = []
        self._used: dict[str, int] = {}
        self.put_scope(Scope(ROOT, name, root_type, ScopeKind.LAYER, None))

    def make_id(self, scope: str, name: str) -> str:
        """Return an id that no other call in this graph has."""
        path = escape_name(name) if scope == ROOT else f"{scope}/{escape_name(name)}"
        return self._unique(path)

    def open_scope(
        self,
        name: str,
        type_: str,
        kind: ScopeKind,
        *,
        parent: str = ROOT,
        layer: str | None = None,
        source: SourceLine | None = None,
    ) -> str:
        """Open a scope in `parent` and return its id."""
        scope_id = self.make_id(parent, name)
        self.put_scope(Scope(scope_id, name, type_, kind, parent, layer=layer, source=source))
        return scope_id

    def put_scope(self, scope: Scope) -> None:
        """Add a scope, or replace the one of the same id (its place in the order stays)."""
        self._scopes[scope.id] = scope

    def get_scope(self, scope_id: str) -> Scope:
        """Return a scope as it stands now."""
        return self._scopes[scope_id]

    def add_node(  # noqa: PLR0913 - one keyword for each field of a node
        self,
        name: str,
        type_: str,
        kind: NodeKind,
        *,
        scope: str = ROOT,
        outputs: tuple[TensorSpec, ...] | list[TensorSpec] = (),
        layer: str | None = None,
        weights: tuple[str, ...] = (),
        attributes: Mapping[str, Any] = NOTHING,
        source: SourceLine | None = None,
    ) -> str:
        """Add a node to `scope` and return its id."""
        node_id = self.make_id(scope, name)
        self._nodes.append(
            (
                node_id,
                name,
                type_,
                kind,
                scope,
                tuple(outputs),
                layer,
                weights,
                attributes,
                source,
            )
        )
        return node_id

    def add_edge(
        self, tensor: Port, target: str, target_port: int, kind: EdgeKind = EdgeKind.DATA
    ) -> None:
        """Lead a tensor to an input port of a node."""
        self._edges.append((tensor.node, tensor.output, target, target_port, kind))

    def add_layer(self, layer: Layer) -> None:
        """Add a layer; its id must have been made with `make_layer_id`."""
        self._layers.append(layer)

    def make_layer_id(self, path: str) -> str:
        """Return an unused id for a layer: its path in the model, prefixed so that it cannot be
        mistaken for the id of a call.
        """
        return self._unique(f"layer:{path}")

    def add_weight(self, weight: Weight) -> None:
        """Add a weight."""
        self._weights.append(weight)

    def make_weight_id(self, layer: str, name: str) -> str:
        """Return an unused id for a weight of a layer."""
        return self._unique(f"weight:{layer.removeprefix('layer:')}/{escape_name(name)}")

    def declare_edge(self, source: str, target: str) -> None:
        """Add an edge that Keras itself declares between two calls."""
        self._declared.append((source, target))

    def add_note(self, code: str, message: str, subject: str | None = None) -> None:
        """Say something that could not be known."""
        self._notes.append(Note(code, message, subject))

    def build(
        self,
        *,
        outputs: tuple[Port, ...] | list[Port] = (),
        metadata: Mapping[str, Any] = NOTHING,
    ) -> Graph:
        """Return the finished graph.

        Raises:
            GraphError: when the parts contradict each other.
        """
        return Graph(
            name=self.name,
            nodes=_make_rows(Node, self._nodes),
            edges=_make_rows(Edge, self._edges),
            scopes=tuple(self._scopes.values()),
            layers=tuple(self._layers),
            weights=tuple(self._weights),
            outputs=tuple(outputs),
            declared=_make_rows(DeclaredEdge, self._declared),
            notes=tuple(self._notes),
            metadata=metadata,
        )

    def _unique(self, path: str) -> str:
        count = self._used.get(path, 0) + 1
        self._used[path] = count
        if count == 1:
            return path
        return self._unique(f"{path}#{count}")


def _make_rows(cls: type[T], rows: Sequence[tuple[Any, ...]]) -> tuple[T, ...]:
    return make_all(cls, *zip(*rows, strict=True)) if rows else ()


def escape_name(name: str) -> str:
    """Return the name as one segment of an id: `/`, `#` and `%` are percent-encoded.

    >>> escape_name("a/b")
    'a%2Fb'
    """
    return name.replace("%", "%25").replace("/", "%2F").replace("#", "%23") or "%00"
