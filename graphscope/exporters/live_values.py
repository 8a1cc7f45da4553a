"""What of each item is in memory at the moment when one call of the model needs most."""

from __future__ import annotations

from typing import Any

from graphscope.analysis.memory import prepare_inference
from graphscope.analysis.outline import Outline
from graphscope.exporters.item_values import Column, to_number
from graphscope.graph import BATCH, Graph

LIVE = "live_bytes"
"""Name of the overlay."""

QUICK = 5_000
"""Nodes of a graph for which the values are made with its document: 0.1 s. Making those of 50,000
takes more than a second, so there they wait until somebody looks (see `/overlays`)."""


def measure_live(graph: Graph, outline: Outline, *, batch: int) -> Column:
    """Return for each item the bytes of inputs and results inside it that are alive at the peak
    of an inference call; None for all where the graph does not say what runs.
    """
    plan = prepare_inference(graph)
    values: list[int | float | None] = [None] * len(outline.items)
    if plan is None:
        return values
    sums = [0] * len(outline.items)
    for node, size in plan.live_at_peak({BATCH: batch}).items():
        place = _find_place(graph, outline, node)
        sums[place] += size
    for place in range(len(sums) - 1, 0, -1):
        sums[outline.items[place].parent] += sums[place]
    return [to_number(size) for size in sums]


def add_live(document: dict[str, Any], graph: Graph, outline: Outline, *, batch: int) -> None:
    """Put the values into a drawing document, instead of the promise to have them later."""
    document["values"][LIVE] = measure_live(graph, outline, batch=batch)
    for overlay in document["overlays"]:
        if overlay["name"] == LIVE:
            overlay.pop("later", None)
            overlay["absent"] = not any(document["values"][LIVE])


def _find_place(graph: Graph, outline: Outline, node: str) -> int:
    """Return the position of a node, or of the innermost shown scope around what is not drawn."""
    place = outline.positions.get(node)
    scope: str | None = graph.node_by_id[node].scope if place is None else None
    while scope is not None:
        place = outline.positions.get(scope)
        if place is not None:
            break
        scope = graph.scope_by_id[scope].parent
    return place or 0
