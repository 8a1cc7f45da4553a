"""Where a tensor comes from and where it goes, in either projection."""

from __future__ import annotations

from graphscope.analysis.calls import Calls
from graphscope.errors import GraphError
from graphscope.graph import Graph, Port, ViewName


def producer_of(graph: Graph, tensor: Port, view: ViewName = "layers") -> str:
    """Return the id of the call (or leaf node) that makes a tensor.

    Raises:
        GraphError: when the graph has no such tensor.
    """
    node = graph.node_by_id.get(tensor.node)
    if node is None or not 0 <= tensor.output < max(1, len(node.outputs)):
        raise GraphError(
            f"The graph has no output {tensor.output} of a node {tensor.node!r}.",
            "Name a tensor by the id of a leaf node and the number of its output.",
        )
    return node.id if view == "ops" else Calls(graph).of(node)


def consumers_of(graph: Graph, tensor: Port, view: ViewName = "layers") -> tuple[str, ...]:
    """Return the ids of the calls (or leaf nodes) that take a tensor, each once.

    Consumers inside the call that makes the tensor do not show in the data-flow graph.

    Raises:
        GraphError: when the graph has no such tensor.
    """
    producer = producer_of(graph, tensor, view)
    edges = graph.outgoing.get(tensor.node, [])
    targets = [graph.node_by_id[edge.target] for edge in edges if edge.tensor == tensor]
    if view == "ops":
        return tuple(dict.fromkeys(node.id for node in targets))
    calls = Calls(graph)
    found = dict.fromkeys(calls.of(node) for node in targets)
    return tuple(call for call in found if call != producer)
