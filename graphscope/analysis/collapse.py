"""The data-flow graph as a graph document of its own: layers without their inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graphscope.graph import ROOT, Edge, Graph, Node, NodeKind, Port, Scope, ScopeKind


def collapse_layers(graph: Graph) -> Graph:
    """Return the graph with every innermost layer call as one node.

    Operations that no innermost layer call contains (`x + y` in a model's own `call`) stay nodes,
    because data flows through them. Constants that only collapsed calls read disappear.
    """
    leaves = _innermost_calls(graph)
    home = {node.id: _find_leaf(graph, node.scope, leaves) for node in graph.nodes}
    ports = _renamed_ports(graph, leaves, home)
    nodes = _collapsed_nodes(graph, home, ports)
    present = {node.id for node in nodes}
    scopes = tuple(
        replace(
            scope,
            inputs=_rename(scope.inputs, ports, present),
            outputs=_rename(scope.outputs, ports, present),
            attributes=_without_ports(scope.attributes),
        )
        for scope in graph.scopes
        if _find_leaf(graph, scope.id, leaves) is None
    )
    return replace(
        graph,
        nodes=nodes,
        edges=tuple(_collapsed_edges(graph, home, ports)),
        scopes=scopes,
        outputs=_rename(graph.outputs, ports, present),
    )


def _without_ports(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out what a loop carries: it names ports of operations that are now inside calls."""
    if "carries" not in attributes:
        return attributes
    return {key: value for key, value in attributes.items() if key != "carries"}


def _innermost_calls(graph: Graph) -> set[str]:
    """Return scopes of layer or operation calls that contain no further such call."""
    calls = {scope.id for scope in graph.scopes if scope.kind is not ScopeKind.SUBGRAPH}
    around: set[str] = set()
    leaves = (node for node in graph.nodes if node.kind is NodeKind.LAYER)
    inside: list[Scope | Node] = [*graph.scopes, *leaves]
    for inner in inside:
        outer = inner.parent if isinstance(inner, Scope) else inner.scope
        if outer is None or (isinstance(inner, Scope) and inner.id not in calls):
            continue
        around.update(graph.ancestors(outer))
    return calls - around - {ROOT}


def _find_leaf(graph: Graph, scope: str, leaves: set[str]) -> str | None:
    return next((outer for outer in graph.ancestors(scope) if outer in leaves), None)


def _renamed_ports(graph: Graph, leaves: set[str], home: dict[str, str | None]) -> dict[Port, Port]:
    """Map tensors made inside a collapsed call to output ports of its node."""
    outputs: dict[str, dict[Port, None]] = {leaf: {} for leaf in leaves}
    for leaf in leaves:
        for tensor in graph.scope_by_id[leaf].outputs:
            if home[tensor.node] == leaf:
                outputs[leaf][tensor] = None
    for edge in graph.edges:
        # A tensor may leave a call beside its outputs, as masks do.
        source = home[edge.source]
        if source is not None and source != home[edge.target]:
            outputs[source][edge.tensor] = None
    return {
        tensor: Port(leaf, index)
        for leaf, tensors in outputs.items()
        for index, tensor in enumerate(tensors)
    }


def _collapsed_nodes(
    graph: Graph, home: dict[str, str | None], ports: dict[Port, Port]
) -> tuple[Node, ...]:
    tensors: dict[str, list[Port]] = {}
    for tensor, port in ports.items():
        tensors.setdefault(port.node, []).append(tensor)
    weights: dict[str, dict[str, None]] = {}
    for node in graph.nodes:
        leaf = home[node.id]
        if leaf is not None:
            weights.setdefault(leaf, {}).update(dict.fromkeys(node.weights))
    placed: set[str] = set()
    nodes = []
    for node in graph.nodes:
        leaf = home[node.id]
        if leaf is None:
            nodes.append(node)
        elif leaf not in placed:
            placed.add(leaf)
            nodes.append(_as_node(graph, leaf, tensors.get(leaf, []), tuple(weights.get(leaf, ()))))
    return tuple(nodes)


def _as_node(graph: Graph, leaf: str, tensors: list[Port], weights: tuple[str, ...]) -> Node:
    scope = graph.scope_by_id[leaf]
    assert scope.parent is not None, "the root is never collapsed"
    return Node(
        scope.id,
        scope.name,
        scope.type,
        NodeKind.LAYER,
        scope.parent,
        outputs=tuple(graph.spec(tensor) for tensor in tensors),
        layer=scope.layer,
        weights=weights,
        attributes=scope.attributes,
        source=scope.source,
    )


def _collapsed_edges(
    graph: Graph, home: dict[str, str | None], ports: dict[Port, Port]
) -> list[Edge]:
    edges: dict[tuple[Port, str], Edge] = {}
    input_count: dict[str, int] = {}
    kept = []
    for edge in graph.edges:
        source, target = home[edge.source], home[edge.target]
        if source is not None and source == target:
            continue
        tensor = ports.get(edge.tensor, edge.tensor)
        if target is None:
            kept.append(replace(edge, source=tensor.node, source_port=tensor.output))
        elif (tensor, target) not in edges:
            port = input_count.get(target, 0)
            input_count[target] = port + 1
            edges[tensor, target] = Edge(tensor.node, tensor.output, target, port, edge.kind)
            kept.append(edges[tensor, target])
    return kept


def _rename(
    tensors: tuple[Port, ...], ports: dict[Port, Port], present: set[str]
) -> tuple[Port, ...]:
    renamed = (ports.get(tensor, tensor) for tensor in tensors)
    return tuple(tensor for tensor in renamed if tensor.node in present)
