"""What Python keeps alive where operations run at once, as on PyTorch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphscope.analysis.memory.program import Program
from graphscope.graph import ROOT, Graph


def find_retained(
    graph: Graph, program: Program, tensors: Mapping[str, Sequence[int]]
) -> dict[int, int]:
    """Return by tensor the step until which its model holds it.

    A functional model remembers the results of all its layers until its own call returns
    (`Function._run_through_graph` in `keras/src/ops/function.py`). Where a graph is traced or
    compiled first nothing comes of it; where operations run at once, no such result is freed.

    Args:
        graph: the graph.
        program: its steps.
        tensors: by node the numbers of its tensors in the program.
    """
    functional = _functional_scopes(graph)
    ends = _last_steps(graph, program)
    retained: dict[int, int] = {}
    for scope in graph.scopes:
        if scope.parent in functional and scope.parent in ends:
            for port in scope.outputs:
                known = tensors.get(port.node, ())
                if 0 <= port.output < len(known):
                    _retain(retained, known[port.output], ends[scope.parent])
    for node in graph.nodes:
        if node.layer is not None and node.scope in functional and node.scope in ends:
            for tensor in tensors.get(node.id, ())[: len(node.outputs)]:
                _retain(retained, tensor, ends[node.scope])
    return retained


def _retain(retained: dict[int, int], tensor: int, end: int) -> None:
    retained[tensor] = max(retained.get(tensor, 0), end)


def _functional_scopes(graph: Graph) -> set[str]:
    """Return the calls of functional models: Keras declares the edges inside them."""
    found = set()
    for edge in graph.declared:
        scope = graph.scope_by_id.get(edge.target)
        around = graph.node_by_id[edge.target].scope if scope is None else scope.parent
        found.add(around or ROOT)
    return found


def _last_steps(graph: Graph, program: Program) -> dict[str, int]:
    """Return the last step inside each scope; scopes without steps are absent."""
    ends: dict[str, int] = {}
    for number, name in enumerate(program.nodes):
        node = graph.node_by_id.get(name)
        if node is not None:
            ends[node.scope] = number
    # Backwards, each scope is complete before the one around it takes its end.
    for scope in reversed(graph.scopes):
        if scope.parent is not None and scope.id in ends:
            ends[scope.parent] = max(ends.get(scope.parent, 0), ends[scope.id])
    return ends
