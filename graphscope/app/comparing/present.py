"""What the page tells of a comparison, as plain rows."""

from __future__ import annotations

from typing import Any

from graphscope.analysis.diff import Change, GraphDiff
from graphscope.analysis.diff.groups import Group, group_changes
from graphscope.analysis.diff.merge import MergedGraph
from graphscope.analysis.diff.wording import (
    describe_call,
    describe_facts,
    list_totals,
    title_group,
)
from graphscope.exporters.drawing import make_safe
from graphscope.graph import ROOT


def present_comparison(
    found: GraphDiff, merged: MergedGraph, labels: tuple[str, str]
) -> dict[str, Any]:
    """Return the list of changes, the totals, and which call is which.

    `pairs` are ids before and after; `removed` are ids in the merged graph with those before, where
    the two differ. Rows of facts and totals are label, before, after and difference.

    Args:
        found: the comparison.
        merged: both graphs as one.
        labels: what the page calls the graphs.
    """
    places = dict(zip(map(id, found.changes), merged.places, strict=True))
    return {
        "before": make_safe(labels[0]),
        "after": make_safe(labels[1]),
        "level": found.level,
        "batch": found.batch,
        "notes": [make_safe(note) for note in found.notes],
        "counts": {
            "added": len(found.added),
            "removed": len(found.removed),
            "changed": len(found.changed),
            "same": found.same,
        },
        "totals": [list(row) for row in list_totals(found, at_least="≥ ")],
        "groups": [_present_group(group, merged, places) for group in group_changes(found)],
        "pairs": [list(pair) for pair in merged.pairs()],
        "removed": {
            place: id_
            for place, id_ in merged.before.items()
            if place not in merged.after and place != id_
        },
    }


def _present_group(
    group: Group, merged: MergedGraph, places: dict[int, str | None]
) -> dict[str, Any]:
    first = group.first
    return {
        "verdict": "follows" if group.kind == "follows" else first.verdict,
        "title": make_safe(_name(first) if len(group.changes) == 1 else title_group(group)),
        "type": make_safe(first.shown.type),
        "told": make_safe(describe_call(first.shown)) if first.verdict != "changed" else "",
        "facts": [[make_safe(each) for each in row] for row in describe_facts(first)],
        "members": [
            _present_member(change, merged, places[id(change)]) for change in group.changes
        ],
    }


def _present_member(change: Change, merged: MergedGraph, place: str | None) -> dict[str, Any]:
    return {
        "name": make_safe(_name(change)),
        "item": None if place is None else make_safe(place),
        "before": _safe(merged.before.get(place or "")),
        "after": _safe(merged.after.get(place or "")),
    }


def _name(change: Change) -> str:
    """Return the path of a call; the model has a name only."""
    return change.shown.name if change.shown.id == ROOT else change.shown.id


def _safe(text: str | None) -> str | None:
    return None if text is None else make_safe(text)
