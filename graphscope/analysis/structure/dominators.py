"""Dominators: the call that everything on the way to another has to go through last."""

from __future__ import annotations

from graphscope.analysis.flow import Flow, flow_of, input_ids, within_one_trip
from graphscope.analysis.order import sort_positions
from graphscope.analysis.reach import mark_reachable
from graphscope.graph import Graph, ViewName

_START = -1


def find_dominators(graph: Graph, view: ViewName = "layers") -> dict[str, str | None]:
    """Return the immediate dominator of every call, or leaf node; None where there is none.

    A call dominates another if every path from the model's inputs to the other runs through it; the
    immediate one is the closest. What does not depend on an input (a table of positions) makes no
    path. What a loop hands to its next trip is left out, so the graph has no circles, and one pass
    in topological order is enough: the dominator of a call is the closest common ancestor of its
    sources in the tree of dominators (Cooper, Harvey and Kennedy, "A simple, fast dominance
    algorithm", 2001).

    Raises:
        GraphError: when the edges form a cycle.
    """
    flow = within_one_trip(flow_of(graph, view))
    starts = [flow.position[id_] for id_ in input_ids(graph) if id_ in flow.position]
    dominators = dominate(flow, mark_reachable(flow.successors, starts))
    return {
        id_: None if dominator == _START else flow.ids[dominator]
        for id_, dominator in zip(flow.ids, dominators, strict=True)
    }


def dominate(flow: Flow, counts: list[bool]) -> list[int]:
    """Return the position of the immediate dominator by position; -1 where there is none.

    Args:
        flow: the graph, without circles.
        counts: by position, whether paths may run through it.
    """
    found = [_START] * len(flow.ids)
    depth = [0] * len(flow.ids)
    for position in sort_positions(flow):
        sources = [source for source in flow.predecessors[position] if counts[source]]
        common = sources[0] if sources else _START
        for source in sources[1:]:
            common = _closest_common(common, source, found, depth)
        found[position] = common
        depth[position] = 0 if common == _START else depth[common] + 1
    return found


def _closest_common(one: int, other: int, found: list[int], depth: list[int]) -> int:
    while one != other:
        if _START in (one, other):
            return _START
        if depth[one] >= depth[other]:
            one = found[one]
        else:
            other = found[other]
    return one


def count_dominated(dominators: dict[str, str | None]) -> dict[str, int]:
    """Return for each call how many others it dominates: what is lost if it breaks."""
    children: dict[str | None, list[str]] = {}
    for id_, dominator in dominators.items():
        children.setdefault(dominator, []).append(id_)
    order: list[str] = []
    waiting = list(children.get(None, []))
    while waiting:
        id_ = waiting.pop()
        order.append(id_)
        waiting += children.get(id_, [])
    counts = dict.fromkeys(dominators, 0)
    for id_ in reversed(order):
        above = dominators[id_]
        if above is not None:
            counts[above] += counts[id_] + 1
    return counts
