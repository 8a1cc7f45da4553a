"""The four kinds of nodes in a data-flow graph."""

from __future__ import annotations

from enum import StrEnum

from graphscope.analysis.calls import Calls
from graphscope.analysis.flow import input_ids, output_ids
from graphscope.graph import Graph


class Role(StrEnum):
    """What a call is to the model."""

    INPUT = "input"
    OUTPUT = "output"
    """Its tensor is returned by the model."""
    HIDDEN = "hidden"
    """It owns or reads weights."""
    INTERMEDIATE = "intermediate"
    """It only transforms: an activation, a merge, a reshape."""


def find_roles(graph: Graph) -> dict[str, Role]:
    """Return the role of every node of the data-flow graph.

    The first that fits counts: an output layer with weights is an output.
    """
    calls = Calls(graph)
    inputs, outputs = set(input_ids(graph)), set(output_ids(graph, "layers"))
    weighted = _find_weighted_calls(graph, calls)
    roles = {}
    for call in calls.ids:
        if call in inputs:
            roles[call] = Role.INPUT
        elif call in outputs:
            roles[call] = Role.OUTPUT
        else:
            roles[call] = Role.HIDDEN if call in weighted else Role.INTERMEDIATE
    return roles


def _find_weighted_calls(graph: Graph, calls: Calls) -> set[str]:
    owners = {layer.id for layer in graph.layers if layer.weights}
    found = {calls.of(node) for node in graph.nodes if node.weights or node.layer in owners}
    found.update(scope.id for scope in graph.scopes if scope.layer in owners)
    return found
