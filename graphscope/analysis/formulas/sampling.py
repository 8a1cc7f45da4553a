"""FLOPs and bytes of a graph at many choices of sizes: equal calls are counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from graphscope.analysis.costs.equal_calls import group_equal_calls
from graphscope.analysis.costs.estimate import CallReader, count_flops, count_output_bytes
from graphscope.analysis.costs.sizes import OpenSizes
from graphscope.analysis.costs.trips import find_loops
from graphscope.graph import Dimension, Graph, Node


@dataclass(frozen=True)
class _Group:
    """Calls that cost the same at any sizes."""

    example: Node
    loops: tuple[Dimension, ...]
    """How often each of the loops around them runs."""
    count: int


class CostSampler:
    """Counts what a graph costs at some sizes.

    Args:
        graph: the graph.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._groups = _group_calls(graph)

    def flops(self, sizes: Mapping[str, int]) -> int:
        """Return the sum of the known FLOPs; loops of unknown length count once."""
        numbers = OpenSizes(1, sizes)
        calls = CallReader(self._graph, numbers)
        total = 0
        for group in self._groups:
            once = count_flops(group.example, calls)
            if once:
                trips = (numbers.get_number(loop) for loop in group.loops)
                total += once * group.count * prod(1 if each is None else each for each in trips)
        return total

    def output_bytes(self, sizes: Mapping[str, int]) -> int:
        """Return the known bytes of all tensors."""
        numbers = OpenSizes(1, sizes)
        return sum(
            (count_output_bytes(group.example, numbers) or 0) * group.count
            for group in self._groups
        )

    def has_negative_sizes(self, sizes: Mapping[str, int]) -> bool:
        """Whether some tensor has no size at these numbers, though it has names."""
        numbers = OpenSizes(1, sizes)
        return any(
            isinstance(size, str) and numbers.get_number(size) is None
            for group in self._groups
            for spec in group.example.outputs
            for size in spec.shape or ()
        )


def _group_calls(graph: Graph) -> list[_Group]:
    loops = _loops_around(graph)
    groups: list[_Group] = []
    for nodes in group_equal_calls(graph):
        around = Counter(loops[node.scope] for node in nodes)
        groups += [_Group(nodes[0], trips, count) for trips, count in around.items()]
    return groups


def _loops_around(graph: Graph) -> dict[str, tuple[Dimension, ...]]:
    known = find_loops(graph)
    around: dict[str, tuple[Dimension, ...]] = {}
    for scope in graph.scopes:
        outer = around[scope.parent] if scope.parent is not None else ()
        trips = scope.attributes.get("trip_count") if scope.id in known else None
        around[scope.id] = outer if trips is None else (*outer, trips)
    return around
