"""Topological order and the critical path, without recursion."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from graphscope.analysis.costs import Costs
from graphscope.analysis.flow import Flow, flow_of, within_one_trip
from graphscope.errors import GraphError
from graphscope.graph import Graph, ViewName

_CYCLE_SHOWN = 12


def topological_order(graph: Graph, view: ViewName = "layers") -> tuple[str, ...]:
    """Return the ids of a view so that every tensor comes before its consumers.

    Program order is kept wherever the edges allow it. What a loop hands to its next trip does not
    count: within one trip it comes too late.

    Raises:
        GraphError: when the edges form a cycle; the message names it.
    """
    flow = within_one_trip(flow_of(graph, view))
    return tuple(flow.ids[position] for position in sort_positions(flow))


def sort_positions(flow: Flow) -> list[int]:
    """Return the positions of a flow in topological order.

    Raises:
        GraphError: when the links form a cycle; the message names it.
    """
    waiting = [len(sources) for sources in flow.predecessors]
    ready = [position for position, count in enumerate(waiting) if not count]
    heapify(ready)
    order: list[int] = []
    while ready:
        position = heappop(ready)
        order.append(position)
        for target in flow.successors[position]:
            waiting[target] -= 1
            if not waiting[target]:
                heappush(ready, target)
    if len(order) < len(flow.ids):
        raise GraphError(_describe_cycle(flow, waiting), "Remove one of its edges.")
    return order


def _describe_cycle(flow: Flow, waiting: list[int]) -> str:
    names = [flow.ids[position] for position in _find_cycle(flow, waiting)]
    shown = names if len(names) <= _CYCLE_SHOWN else [*names[: _CYCLE_SHOWN - 1], "…"]
    return f"The edges form a cycle: {' -> '.join([*shown, names[0]])}."


def _find_cycle(flow: Flow, waiting: list[int]) -> list[int]:
    # Every position that still waits has a predecessor that still waits: walking backwards must
    # come around.
    position = next(index for index, count in enumerate(waiting) if count)
    seen: dict[int, int] = {}
    walk: list[int] = []
    while position not in seen:
        seen[position] = len(walk)
        walk.append(position)
        position = next(source for source in flow.predecessors[position] if waiting[source])
    cycle = walk[seen[position] :][::-1]
    first = cycle.index(min(cycle))
    return cycle[first:] + cycle[:first]


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """The chain of dependent calls that holds the most work."""

    ids: tuple[str, ...]
    flops: int
    """Sum over the path; nodes of unknown FLOPs count as none."""
    share: float
    """Part of the FLOPs of the whole graph that lies on the path, from 0 to 1."""
    unknown: int
    """How many nodes on the path have unknown FLOPs."""


def critical_path(graph: Graph, costs: Costs, view: ViewName = "layers") -> CriticalPath:
    """Return the path with the most FLOPs; the work that more parallel hardware cannot shorten.

    Raises:
        GraphError: when the edges form a cycle.
    """
    flow = within_one_trip(flow_of(graph, view))
    weights = [costs.flops.get(id_) for id_ in flow.ids]
    path = _heaviest_path(flow, [weight or 0 for weight in weights])
    flops = sum(weights[position] or 0 for position in path)
    total = costs.total_flops
    return CriticalPath(
        ids=tuple(flow.ids[position] for position in path),
        flops=flops,
        share=flops / total if total else 0.0,
        unknown=sum(weights[position] is None for position in path),
    )


def _heaviest_path(flow: Flow, weights: list[int]) -> list[int]:
    # Of equally heavy paths the longer one is shown: a path should begin at an input.
    best: list[tuple[int, int]] = [(0, 0)] * len(weights)
    came_from: list[int | None] = [None] * len(weights)
    for position in sort_positions(flow):
        heaviest = (0, 0)
        for source in flow.predecessors[position]:
            if best[source] > heaviest:
                heaviest, came_from[position] = best[source], source
        best[position] = (heaviest[0] + weights[position], heaviest[1] + 1)
    if not best:
        return []
    return _walk_back(max(range(len(best)), key=best.__getitem__), came_from)


def _walk_back(end: int, came_from: list[int | None]) -> list[int]:
    path, position = [end], came_from[end]
    while position is not None:
        path.append(position)
        position = came_from[position]
    return path[::-1]
