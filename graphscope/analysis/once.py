"""Answers about a graph that are worked out once, as a graph never changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from graphscope.graph import Graph

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

_KEPT = 2


def once_for_each_graph(work_out: Callable[[Graph], T]) -> Callable[[Graph], T]:
    """Keep what a function returns for a graph as long as that graph is kept.

    What it returns must not be changed, and must not hold the graph itself.
    """
    known: WeakKeyDictionary[Graph, T] = WeakKeyDictionary()

    @wraps(work_out)
    def answer(graph: Graph) -> T:
        found = known.get(graph)
        if found is None:
            found = known[graph] = work_out(graph)
        return found

    return answer


def once_for_each_graph_and(work_out: Callable[[Graph, K], T]) -> Callable[[Graph, K], T]:
    """Keep the two latest of what a function returns for a graph and something else.

    As with `once_for_each_graph`, what it returns must not be changed or hold the graph.
    """

    @once_for_each_graph
    def answers(_: Graph) -> dict[K, T]:
        return {}

    @wraps(work_out)
    def answer(graph: Graph, other: K) -> T:
        known = answers(graph)
        found = known.get(other)
        if found is None:
            found = known[other] = work_out(graph, other)
            for old in list(known)[:-_KEPT]:
                known.pop(old, None)
        return found

    return answer
