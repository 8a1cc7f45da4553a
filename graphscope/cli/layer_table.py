"""The rows of the table of layers: the outline down to layer calls, equal blocks told once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from graphscope.analysis import Costs
from graphscope.analysis.outline import Item, Outline, fold
from graphscope.exporters.item_values import measure_items
from graphscope.graph import Graph, format_shape

PAGE = 60
"""Rows that fit on a page: the table opens as many levels as stay below."""

_CALLS = frozenset({"layer", "node_layer", "input", "operation"})
_GROUPS = frozenset({"block", "repeat"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `level` counts from 0, and `count` is above 1 for a run of equal blocks."""

    level: int
    name: str
    type: str
    shape: str
    parameters: float
    flops: float | None
    count: int = 1
    is_shared: bool = False
    """Whether a layer of an earlier row is called again; its weights stand there."""


def make_rows(graph: Graph, costs: Costs, *, depth: int | None = None) -> list[Row]:
    """Return the rows of a graph.

    Args:
        graph: the graph.
        costs: its costs.
        depth: how many levels are listed; None for as many as fit on a page, at least one.
    """
    table = _Table(graph, fold(graph), costs)
    if depth is not None:
        return list(table.rows(depth))
    return list(table.rows(table.find_depth(PAGE)))


class _Table:
    """Walks an outline and knows what is worth a row."""

    def __init__(self, graph: Graph, outline: Outline, costs: Costs) -> None:
        self._graph = graph
        self._outline = outline
        self._items = outline.items
        self._format = lru_cache(maxsize=None)(format_shape)
        self._values = measure_items(graph, outline, costs)
        # A sum of the few calls without open sizes would be taken for the whole.
        self._open = frozenset() if costs.unknown_types else frozenset(costs.unknown)

    def find_depth(self, most: int) -> int:
        """Return how many levels can be listed in so many rows, at least one."""
        depth = 1
        while True:
            places = list(islice(self._walk(depth + 1), most + 1))
            if len(places) > most or all(level < depth for _, level, _ in places):
                return depth
            depth += 1

    def rows(self, depth: int) -> Iterator[Row]:
        """Yield the rows of the outermost levels, in the order of the program."""
        for position, level, is_shared in self._walk(depth):
            yield self._row(position, level, is_shared=is_shared)

    def _walk(self, depth: int) -> Iterator[tuple[int, int, bool]]:
        """Yield for each row its item, its level and whether its layer has a row already."""
        stack = [(position, 0) for position in reversed(self._listed(0))]
        told: set[str] = set()
        while stack:
            position, level = stack.pop()
            layer = self._layer(position)
            is_shared = layer in told
            yield position, level, is_shared
            if layer is not None:
                told.add(layer)
            if level + 1 < depth and not is_shared:
                inner = self._listed(self._member(position))
                stack += [(child, level + 1) for child in reversed(inner)]

    def _listed(self, position: int) -> list[int]:
        """Return the children of an item that get a row; those of a plain layer call get none."""
        if not self._holds_calls[position]:
            return []
        return [child for child in self._outline.children_of(position) if self._is_listed(child)]

    def _is_listed(self, position: int) -> bool:
        kind = self._items[position].kind
        return kind in _CALLS or (kind in _GROUPS and self._has_rows[position])

    def _member(self, position: int) -> int:
        """Return the item whose children tell the inside: the first member of a run for all."""
        return position + 1 if self._items[position].kind == "repeat" else position

    @cached_property
    def _holds_calls(self) -> list[bool]:
        """For each item whether layer calls lie in it; the root is always opened."""
        return self._find_holders(frozenset({"layer", "node_layer"}))

    @cached_property
    def _has_rows(self) -> list[bool]:
        return self._find_holders(_CALLS)

    def _find_holders(self, kinds: frozenset[str]) -> list[bool]:
        found = [position == 0 for position in range(len(self._items))]
        for position in range(len(self._items) - 1, 0, -1):
            item = self._items[position]
            if item.kind in kinds or found[position]:
                found[item.parent] = True
        return found

    def _layer(self, position: int) -> str | None:
        """Return the id of the layer that an item calls, if it calls one."""
        subject = self._items[position].subject or ""
        call = self._graph.node_by_id.get(subject) or self._graph.scope_by_id.get(subject)
        return call.layer if call else None

    def _row(self, position: int, level: int, *, is_shared: bool) -> Row:
        item = self._items[position]
        return Row(
            level=level,
            name=item.name,
            type=self._items[self._member(position)].type,
            shape=self._describe_shapes(item),
            parameters=0 if is_shared else self._values["parameters"][position] or 0,
            flops=None if item.subject in self._open else self._values["flops"][position],
            count=item.count,
            is_shared=is_shared,
        )

    def _describe_shapes(self, item: Item) -> str:
        if not item.made:
            return ""
        shape = self._format(self._graph.spec(item.made[0]).shape)
        return shape if len(item.made) == 1 else f"{shape} +{len(item.made) - 1}"
