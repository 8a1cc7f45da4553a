"""Calls that cost the same at any sizes: large models consist of few different ones."""

from __future__ import annotations

from collections.abc import Hashable

from graphscope.analysis.call_classes import CallClasses, classify_calls
from graphscope.analysis.once import once_for_each_graph
from graphscope.graph import Edge, Graph, Node


@once_for_each_graph
def group_equal_calls(graph: Graph) -> tuple[tuple[Node, ...], ...]:
    """Return the nodes in groups of equal ones: of one type, with equal settings and weights,
    called with equal tensors. Groups and nodes keep the order of the graph.
    """
    classes, incoming = classify_calls(graph), graph.incoming
    groups: dict[Hashable, list[Node]] = {}
    for node in graph.nodes:
        key = (
            classes.by_node[node.id],
            tuple([_describe(edge, classes) for edge in incoming.get(node.id, ())]),
            _find_shapes(graph, node) if node.weights else None,
        )
        group = groups.get(key)
        if group is None:
            groups[key] = [node]
        else:
            group.append(node)
    return tuple(map(tuple, groups.values()))


def _describe(edge: Edge, classes: CallClasses) -> Hashable:
    made = classes.made[classes.by_node[edge.source]]
    # Nothing but an order is led on by an operation without outputs.
    return (edge.target_port, edge.kind, made[edge.source_port] if made else 0)


def _find_shapes(graph: Graph, node: Node) -> tuple[tuple[int, ...], ...] | None:
    known = graph.weight_by_id
    return tuple([known[weight].shape for weight in node.weights if weight in known]) or None
