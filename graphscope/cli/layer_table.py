"""The rows of the table of layers: the outline down to layer calls, equal blocks told once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from graphscope.analysis import Costs, count_parameters_by_call
from graphscope.analysis.outline import Item, Outline, fold
from graphscope.graph import Graph, Node, Scope, TensorSpec, format_shape

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
    parameters: int
    flops: int | None
    count: int = 1


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
    rows = list(table.rows(1))
    for levels in range(2, table.deepest + 1):
        more = list(table.rows(levels))
        if len(more) > PAGE:
            break
        rows = more
    return rows


class _Table:
    """Walks an outline and knows what is worth a row."""

    def __init__(self, graph: Graph, outline: Outline, costs: Costs) -> None:
        self._graph = graph
        self._outline = outline
        self._items = outline.items
        self._costs = costs
        self._parameters = count_parameters_by_call(graph)

    @cached_property
    def deepest(self) -> int:
        """The number of levels of the whole table."""
        return max((row.level + 1 for row in self.rows(len(self._items))), default=0)

    def rows(self, depth: int) -> Iterator[Row]:
        """Yield the rows of the outermost levels, in the order of the program."""
        stack = [(position, 0) for position in reversed(self._listed(0))]
        while stack:
            position, level = stack.pop()
            yield self._row(position, level)
            if level + 1 < depth:
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

    def _row(self, position: int, level: int) -> Row:
        item = self._items[position]
        return Row(
            level=level,
            name=item.name,
            type=self._items[self._member(position)].type,
            shape=self._shape(position),
            parameters=self._count_parameters(position),
            flops=self._sum_flops(position),
            count=item.count,
        )

    def _shape(self, position: int) -> str:
        """Print the first output; a group hands on what its last item does."""
        while self._items[position].subject is None:
            position = self._outline.children_of(position)[-1]
        spec = self._output(self._call(self._items[position]))
        return "" if spec is None else format_shape(spec.shape)

    def _output(self, call: Node | Scope) -> TensorSpec | None:
        if isinstance(call, Node):
            return call.outputs[0] if call.outputs else None
        has_spec = call.outputs and self._graph.node_by_id[call.outputs[0].node].outputs
        return self._graph.spec(call.outputs[0]) if has_spec else None

    def _call(self, item: Item) -> Node | Scope:
        assert item.subject is not None
        return self._graph.node_by_id.get(item.subject) or self._graph.scope_by_id[item.subject]

    def _count_parameters(self, position: int) -> int:
        """Count the weights of a call or group; those that several of its calls share once."""
        item = self._items[position]
        if item.subject is not None:
            return self._parameters[item.subject].total
        inside = self._items[position + 1 : item.end]
        weights = {weight for inner in inside if inner.subject for weight in self._weights(inner)}
        known = self._graph.weight_by_id
        return sum(known[weight].size for weight in weights if weight in known)

    def _weights(self, item: Item) -> tuple[str, ...]:
        call = self._call(item)
        layer = self._graph.layer_by_id.get(call.layer or "")
        read = call.weights if isinstance(call, Node) else ()
        return (*read, *(layer.weights if layer else ()))

    def _sum_flops(self, position: int) -> int | None:
        """Add up the known FLOPs of an item; None if none of them is known."""
        item = self._items[position]
        if item.subject is not None:
            return self._costs.flops[item.subject]
        inner = [self._sum_flops(child) for child in self._outline.children_of(position)]
        known = [flops for flops in inner if flops is not None]
        return sum(known) if known else None
