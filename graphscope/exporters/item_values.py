"""One number per overlay for every item of the outline."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from graphscope.analysis import Costs, count_parameters
from graphscope.analysis.outline import Outline
from graphscope.graph import Graph

Column = list[int | float | None]

_LARGEST = 10**300
"""A number beyond this is no number in the browser."""


def measure_items(graph: Graph, outline: Outline, costs: Costs) -> dict[str, Column]:
    """Return parameters, FLOPs and output bytes by item; None where nothing is known.

    Parameters inside an item count once, however many calls share them.
    """
    return {
        "parameters": _to_numbers(_count_parameters(graph, outline)),
        "flops": _to_numbers(_sum_up(outline, costs.flops)),
        "output_bytes": _to_numbers(_sum_up(outline, costs.output_bytes)),
    }


def _to_numbers(values: Column) -> Column:
    whole = [value for value in values if value.__class__ is int]
    is_safe = not whole or (max(whole) < _LARGEST and min(whole) > -_LARGEST)
    if is_safe and len(whole) + values.count(None) == len(values):
        return values
    return [to_number(value) for value in values]


def to_number(value: float | None) -> int | float | None:
    """Return the value as every reader of JSON can hold it, None if that cannot be."""
    if value is None or not -_LARGEST < value < _LARGEST:
        return None
    return value if isinstance(value, int) or isfinite(value) else None


def _sum_up(outline: Outline, known: Mapping[str, int | None]) -> Column:
    """Return the known values of nodes and scopes, and sums for blocks and repeats."""
    items = outline.items
    values: Column = [known.get(item.subject) if item.subject else None for item in items]
    for place in range(len(items) - 1, 0, -1):
        parent, value = items[place].parent, values[place]
        if items[parent].subject is None and value is not None:
            values[parent] = (values[parent] or 0) + value
    return values


def _count_parameters(graph: Graph, outline: Outline) -> Column:
    sizes = {weight.id: weight.size for weight in graph.weights}
    owned = _find_owned(graph)
    calls = graph.node_by_id | graph.scope_by_id
    inside: list[set[str] | None] = [None] * len(outline.items)
    counts: Column = [0] * len(outline.items)
    for place in range(len(outline.items) - 1, -1, -1):
        item = outline.items[place]
        used = inside[place] or set()
        inside[place] = None
        if item.subject is not None:
            call = calls[item.subject]
            if call.layer in owned:
                used |= owned[call.layer]
            used.update(getattr(call, "weights", ()))
        if not used:
            continue
        counts[place] = sum([sizes.get(weight, 0) for weight in used])
        if place:
            above = inside[item.parent]
            if above is None:
                inside[item.parent] = used
            else:
                above |= used
    counts[0] = count_parameters(graph).total
    return counts


def _find_owned(graph: Graph) -> dict[str, set[str]]:
    """Return the weights of each layer and its sublayers."""
    owned: dict[str, set[str]] = {}
    for layer in graph.layers:
        above: str | None = layer.id
        seen: set[str] = set()
        while above is not None and above not in seen and above in graph.layer_by_id:
            owned.setdefault(above, set()).update(layer.weights)
            seen.add(above)
            above = graph.layer_by_id[above].parent
    return owned
