"""How often loops run, as far as the tracer could tell."""

from __future__ import annotations

from graphscope.analysis.costs.sizes import OpenSizes
from graphscope.graph import ROOT, Graph, Scope, ScopeKind


def find_loops(graph: Graph, sizes: OpenSizes | None = None) -> dict[str, int | None]:
    """Return the loops of a graph and how many times each runs; None where that is open.

    A loop is a scope with the attribute `trip_count`, or one with a condition inside. The count is
    a dimension: a number, or a text in open sizes.

    Args:
        graph: the graph.
        sizes: numbers for open sizes.
    """
    numbers = OpenSizes() if sizes is None else sizes
    loops: dict[str, int | None] = {}
    for scope in graph.scopes:
        if is_condition(scope) and scope.parent is not None:
            loops.setdefault(scope.parent, None)
        trips = scope.attributes.get("trip_count")
        if isinstance(trips, int | str):
            loops[scope.id] = numbers.get_number(trips)
    return loops


def is_condition(scope: Scope) -> bool:
    """Whether the scope decides if the loop around it goes on."""
    return scope.kind is ScopeKind.SUBGRAPH and scope.type == "cond"


def multiply_trips(graph: Graph, loops: dict[str, int | None]) -> dict[str, int]:
    """Return how many times the inside of each scope runs; loops of open length run once."""
    trips = {ROOT: 1}
    for scope in graph.scopes:
        if scope.parent is not None:
            count = loops.get(scope.id)
            trips[scope.id] = trips[scope.parent] * (1 if count is None else count)
    return trips
