"""The drawing document of two graphs in one: what became of every item and every edge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope.analysis import estimate_costs
from graphscope.analysis.diff import GraphDiff
from graphscope.analysis.diff.merge import STATES, MergedGraph, State
from graphscope.analysis.outline import Outline, fold
from graphscope.errors import ExportError
from graphscope.exporters.drawing import count_totals, draw, make_safe
from graphscope.exporters.engine import render_svg
from graphscope.exporters.opening import scopes_to_open
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph

_NUMBERS = {state: number for number, state in enumerate(STATES)}


def draw_merged(merged: MergedGraph, after: Graph, found: GraphDiff) -> dict[str, Any]:
    """Return the drawing document of a merged graph.

    It has two columns more than others: `change` of its items and of its edges, both positions in
    `changes`, the list of what can become of something. Its totals are those of the later graph.
    """
    outline = fold(merged.graph)
    document = draw(merged.graph, outline, estimate_costs(merged.graph, found.batch))
    document["changes"] = list(STATES)
    document["items"]["change"] = [
        _NUMBERS[merged.states.get(item.subject or "", "same")] for item in outline.items
    ]
    document["items"]["signature"] = _tell_apart(document["items"], outline)
    document["edges"]["change"] = _edge_states(document["edges"], outline, merged)
    document["totals"] = count_totals(after, estimate_costs(after, found.batch))
    document["subtitle"] = make_safe(_describe(found))
    return document


def mark_changes(document: dict[str, Any], states: Mapping[str, State]) -> None:
    """Give a drawing document of one of the graphs the column `change`; `states` are by its ids."""
    strings, items = document["strings"], document["items"]
    document["changes"] = list(STATES)
    items["change"] = [_NUMBERS[states.get(strings[number], "same")] for number in items["id"]]


def _tell_apart(columns: dict[str, list[int]], outline: Outline) -> list[int]:
    """Return signatures that differ where changes do: blocks of one signature share a picture."""
    numbers: dict[tuple[int, tuple[int, ...]], int] = {}
    rows = zip(columns["signature"], outline.items, strict=True)
    return [
        numbers.setdefault((signature, tuple(columns["change"][place : item.end])), len(numbers))
        for place, (signature, item) in enumerate(rows)
    ]


def _edge_states(edges: dict[str, list[int]], outline: Outline, merged: MergedGraph) -> list[int]:
    items = outline.items
    ends = zip(edges["source"], edges["port"], edges["target"], strict=True)
    return [
        _NUMBERS[merged.edges.get((items[source].id, port, items[target].id), "same")]
        for source, port, target in ends
    ]


def _describe(found: GraphDiff) -> str:
    counts = (
        (len(found.added), "added"),
        (len(found.removed), "removed"),
        (len(found.changed), "changed"),
    )
    return ", ".join(f"{count:,} {what}" for count, what in counts if count) or "no difference"


def draw_merged_svg(document: dict[str, Any], options: ExportOptions) -> str:
    """Return the SVG text of a merged graph; by default everything that changed is in sight.

    Raises:
        ExportError: when the options name a scope or an overlay that it does not have.
    """
    if options.overlay != "type":
        raise ExportError("A picture of a comparison has no overlay.", "Leave the overlay out.")
    chosen = options.depth is not None or options.open
    choices = {
        "open": scopes_to_open(document, options) if chosen else _around_changes(document),
        "theme": options.theme,
        "direction": options.direction,
        "legend": options.legend,
        "caption": options.caption,
        "style": options.style,
        "width": options.width,
    }
    return render_svg(document, choices)


def _around_changes(document: dict[str, Any]) -> list[str]:
    """Return the ids of the scopes that hold something that was added, removed or changed.

    What is inside something new needs no look of its own, and of blocks that are alike, changes
    included, one look is enough.
    """
    items, strings = document["items"], document["strings"]
    whole = {_NUMBERS["added"], _NUMBERS["removed"]}
    repeat = document["kinds"].index("repeat")
    holds = _mark_holders(items, whole | {_NUMBERS["changed"]})
    open_: set[int] = {0}
    seen: set[tuple[int, int]] = set()
    for item, parent in enumerate(items["parent"]):
        if parent not in open_ or not holds[item] or items["change"][item] in whole:
            continue
        alike = (parent, items["signature"][item])
        if items["kind"][parent] != repeat or alike not in seen:
            seen.add(alike)
            open_.add(item)
    return [strings[items["id"][item]] for item in sorted(open_) if item > 0]


def _mark_holders(items: dict[str, list[int]], shown: set[int]) -> list[bool]:
    holds = [False] * len(items["parent"])
    for item in range(len(holds) - 1, 0, -1):
        if holds[item] or items["change"][item] in shown:
            holds[items["parent"][item]] = True
    return holds
