"""The converse of explicit edges: what a call was given should be used inside it."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.analysis.consistency.findings import UnusedArgument
from graphscope.graph import Graph, ScopeKind


def find_unused_arguments(graph: Graph) -> Iterator[UnusedArgument]:
    """Yield the tensors that a call took, that nothing inside consumes and that it does not return.

    A layer may ignore an argument (or read only its shape), so this is no violation.
    """
    taken = {scope.id: set(scope.inputs) - set(scope.outputs) for scope in graph.scopes}
    around: dict[str, tuple[str, ...]] = {}
    for edge in graph.edges:
        scope = graph.node_by_id[edge.target].scope
        if scope not in around:
            around[scope] = tuple(each for each in graph.ancestors(scope) if taken[each])
        for each in around[scope]:
            taken[each].discard(edge.tensor)
    for call in graph.scopes:
        if call.kind is not ScopeKind.SUBGRAPH:
            left = (tensor for tensor in dict.fromkeys(call.inputs) if tensor in taken[call.id])
            yield from (UnusedArgument(call.id, tensor.node, tensor.output) for tensor in left)
