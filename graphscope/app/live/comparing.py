"""Two runs side by side, as the page tells it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphscope.app.live.live_run import LiveRun
from graphscope.app.live.values import as_json
from graphscope.runs.compare import Change, LayerChange, compare_runs


def tell_comparison(before: LiveRun, after: LiveRun) -> dict[str, Any]:
    """Return what changed from one run to another, as JSON values.

    Raises:
        GraphscopeError: when one of them is gone.
    """
    runs = [each.source.store.outline(each.row.key) for each in (before, after)]
    found = compare_runs(*runs)
    return {
        "before": as_json(before.row.name),
        "after": as_json(after.row.name),
        "config": _tell_changes(found.config),
        "environment": _tell_changes(found.environment),
        "layers": [_tell_layer(each) for each in found.layers],
        "notes": [as_json(note) for note in found.notes],
    }


def _tell_changes(changes: Iterable[Change]) -> list[dict[str, Any]]:
    return [
        {"path": as_json(each.path), "before": as_json(each.before), "after": as_json(each.after),
         "kind": each.kind}
        for each in changes
    ]  # fmt: skip


def _tell_layer(change: LayerChange) -> dict[str, Any]:
    layer = change.after or change.before
    assert layer is not None, "a change is of a layer"
    return {
        "kind": change.kind,
        "layer": as_json(layer.key),
        "type": as_json(layer.class_name),
        "facts": [as_json(str(each)) for each in change.changes],
    }
