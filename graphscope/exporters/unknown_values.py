"""What is not known of an item, which must not look like nothing."""

from __future__ import annotations

from graphscope.analysis.outline import Outline
from graphscope.graph import Graph, Node, Scope

Columns = dict[str, list[int | float | None]]


def leave_out_unknown(values: Columns, graph: Graph, outline: Outline) -> Columns:
    """Return the values with None for the parameters of items that may own some and show none.

    Args:
        values: by overlay, a number for each item of the outline; see `measure_items`.
        graph: the graph.
        outline: of the graph.
    """
    unknown = _find_unknown_layers(graph)
    if not unknown:
        return values
    calls: dict[str, Node | Scope] = {**graph.scope_by_id, **graph.node_by_id}
    is_unknown = [
        item.subject in calls and calls[item.subject].layer in unknown for item in outline.items
    ]
    for place in range(len(is_unknown) - 1, 0, -1):
        is_unknown[outline.items[place].parent] |= is_unknown[place]
    parameters = [
        None if lacks and not count else count
        for lacks, count in zip(is_unknown, values["parameters"], strict=True)
    ]
    return {**values, "parameters": parameters}


def _find_unknown_layers(graph: Graph) -> set[str]:
    """Return the layers whose weights are not all known, or those of a layer inside."""
    found: set[str] = set()
    for layer in graph.layers:
        above: str | None = layer.id if layer.has_unknown_weights else None
        while above is not None and above not in found and above in graph.layer_by_id:
            found.add(above)
            above = graph.layer_by_id[above].parent
    return found
