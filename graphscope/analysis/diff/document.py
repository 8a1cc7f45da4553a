"""A comparison as JSON values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from graphscope.analysis.diff.result import CallSummary, Change, Fact, GraphDiff

FORMAT = "graphscope-diff"
VERSION = 1


def as_document(diff: GraphDiff) -> dict[str, Any]:
    """Return the comparison as JSON values; the schema is in `docs/diff.md`."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "before": {"name": diff.before_name, **asdict(diff.before)},
        "after": {"name": diff.after_name, **asdict(diff.after)},
        "level": diff.level,
        "batch": diff.batch,
        "differ": bool(diff),
        "summary": {
            "added": len(diff.added),
            "removed": len(diff.removed),
            "changed": len(diff.changed),
            "same": diff.same,
        },
        "changes": [_change_row(change) for change in diff.changes],
        "weights": [_drop_none(asdict(weight)) for weight in diff.weights],
        "edges": [asdict(wire) for wire in diff.wires],
        "notes": list(diff.notes),
    }


def _change_row(change: Change) -> dict[str, Any]:
    row: dict[str, Any] = {"verdict": change.verdict, "path": list(change.path)}
    if change.before is not None:
        row["before"] = _call_row(change.before)
    if change.after is not None:
        row["after"] = _call_row(change.after)
    if change.facts:
        row["facts"] = [_fact_row(fact) for fact in change.facts]
    return row


def _call_row(call: CallSummary) -> dict[str, Any]:
    return _drop_none(asdict(call))


def _fact_row(fact: Fact) -> dict[str, Any]:
    row = {"topic": fact.topic, "name": fact.name, "before": fact.before, "after": fact.after}
    if fact.delta is not None and not isinstance(fact.before, bool):
        row["delta"] = fact.delta
    return row


def _drop_none(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None and value != ()}
