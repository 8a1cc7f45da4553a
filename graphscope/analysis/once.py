"""Answers about a graph that are worked out once, as a graph never changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from graphscope.graph import Graph

T = TypeVar("T")


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
