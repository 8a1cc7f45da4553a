"""Calls that cost the same at any sizes: large models consist of few different ones."""

from __future__ import annotations

from collections.abc import Hashable

from graphscope.analysis.once import once_for_each_graph
from graphscope.analysis.signatures import Signer
from graphscope.graph import Graph, Node


@once_for_each_graph
def group_equal_calls(graph: Graph) -> tuple[tuple[Node, ...], ...]:
    """Return the nodes in groups of equal ones: of one type, with equal settings and weights,
    called with equal tensors. Groups and nodes keep the order of the graph.
    """
    signer = Signer()
    groups: dict[Hashable, list[Node]] = {}
    for node in graph.nodes:
        groups.setdefault(_key(graph, node, signer), []).append(node)
    return tuple(tuple(nodes) for nodes in groups.values())


def _key(graph: Graph, node: Node, signer: Signer) -> Hashable:
    nodes, weights, number = graph.node_by_id, graph.weight_by_id, signer.number_spec
    layer = graph.layer_by_id.get(node.layer) if node.layer else None
    inputs: list[Hashable] = []
    for edge in graph.incoming.get(node.id, ()):
        made = nodes[edge.source].outputs
        # Nothing but an order is led on by an operation without outputs.
        spec = number(made[edge.source_port]) if made else 0
        inputs.append((edge.target_port, edge.kind, spec))
    return (
        node.type,
        node.kind,
        # A call with a layer that is not known is none of an operation.
        None if node.layer is None else 0 if layer is None else signer.number_config(layer),
        signer.number_settings(node.attributes) if node.attributes else 0,
        tuple([number(spec) for spec in node.outputs]),
        tuple(inputs),
        tuple([weights[weight].shape for weight in node.weights if weight in weights]),
    )
