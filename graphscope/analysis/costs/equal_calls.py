"""Calls that cost the same at any sizes: large models consist of few different ones."""

from __future__ import annotations

from collections.abc import Hashable

from graphscope.analysis.call_classes import classify_calls
from graphscope.analysis.once import once_for_each_graph
from graphscope.graph import Graph, Node

_ORDER = (0,)


@once_for_each_graph
def group_equal_calls(graph: Graph) -> tuple[tuple[Node, ...], ...]:
    """Return the nodes in groups of equal ones: of one type, with equal settings and weights,
    called with equal tensors. Groups and nodes keep the order of the graph.
    """
    classes, incoming = classify_calls(graph), graph.incoming
    numbers = classes.by_node
    # Nothing but an order is led on by an operation without outputs.
    made = [outputs or _ORDER for outputs in classes.made]
    groups: dict[Hashable, list[Node]] = {}
    for node in graph.nodes:
        id_ = node.id
        inputs = [
            (edge.target_port, edge.kind, made[numbers[edge.source]][edge.source_port])
            for edge in incoming.get(id_, ())
        ]
        key = (numbers[id_], tuple(inputs), _find_shapes(graph, node) if node.weights else None)
        group = groups.get(key)
        if group is None:
            groups[key] = [node]
        else:
            group.append(node)
    return tuple(map(tuple, groups.values()))


def _find_shapes(graph: Graph, node: Node) -> tuple[tuple[int, ...], ...] | None:
    known = graph.weight_by_id
    return tuple([known[weight].shape for weight in node.weights if weight in known]) or None
