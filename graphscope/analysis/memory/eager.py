"""What Python keeps alive where operations run at once, as on PyTorch."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope.analysis.memory.program import Program
from graphscope.graph import ROOT, Graph, Port


def find_retained(graph: Graph, program: Program, tensors: Mapping[Port, int]) -> dict[int, int]:
    """Return by tensor the step until which its model holds it.

    A functional model remembers the results of all its layers until its own call returns
    (`Function._run_through_graph` in `keras/src/ops/function.py`). Where a graph is traced or
    compiled first nothing comes of it; where operations run at once, no such result is freed.

    Args:
        graph: the graph.
        program: its steps.
        tensors: the number of each tensor of the graph in the program.
    """
    functional = _functional_scopes(graph)
    ends = _last_steps(graph, program)
    retained: dict[int, int] = {}
    calls = [(scope.parent, scope.outputs) for scope in graph.scopes]
    calls += [
        (node.scope, tuple(Port(node.id, port) for port in range(len(node.outputs))))
        for node in graph.nodes
        if node.layer is not None
    ]
    for around, results in calls:
        if around not in functional or around not in ends:
            continue
        for port in results:
            tensor = tensors.get(port)
            if tensor is not None:
                retained[tensor] = max(retained.get(tensor, 0), ends[around])
    return retained


def _functional_scopes(graph: Graph) -> set[str]:
    """Return the calls of functional models: Keras declares the edges inside them."""
    found = set()
    for edge in graph.declared:
        scope = graph.scope_by_id.get(edge.target)
        around = graph.node_by_id[edge.target].scope if scope is None else scope.parent
        found.add(around or ROOT)
    return found


def _last_steps(graph: Graph, program: Program) -> dict[str, int]:
    ends: dict[str, int] = {}
    for number, step in enumerate(program.steps):
        node = graph.node_by_id.get(step.node)
        if node is not None:
            for scope in graph.ancestors(node.scope):
                ends[scope] = number
    return ends
