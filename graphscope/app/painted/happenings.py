"""What happened once in a run, above all the first number that was none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graphscope.app.painted.numerals import tell_number
from graphscope.app.painted.places import Rows
from graphscope.app.painted.source import tell_place
from graphscope.runs import Event, Run

_NONFINITE = "nonfinite"


def find_origin(run: Run) -> object:
    """Return the key of the layer in which the first NaN arose; None where there is none."""
    first = next((each for each in run.events if each.kind == _NONFINITE), None)
    return first.details.get("layer") if first is not None else None


def tell_event(event: Event, rows: Rows) -> dict[str, Any]:
    """Return an event as JSON values.

    Args:
        event: of the run.
        rows: the layers in the picture.
    """
    details = event.details
    return {
        "step": event.step,
        "kind": event.kind,
        "level": event.level,
        "text": event.text,
        "row": rows.of_key(details.get("layer")),
        "quantity": details.get("quantity"),
        "operation": details.get("operation"),
        "isOperation": details.get("is_operation") is True,
        "inputs": _tell_ranges(details.get("inputs")),
        "place": tell_place(details.get("file"), details.get("line")),
    }


def tell_nonfinite(run: Run, rows: Rows) -> dict[str, Any] | None:
    """Return the first NaN or infinity with all that was found out later; None without one.

    To what `tell_event` says come `firstStep`, when the loss was first seen not to be finite, and
    `unfound`, why no operation is blamed.
    """
    events = [each for each in run.events if each.kind == _NONFINITE]
    if not events:
        return None
    first = events[0]
    details = dict(first.details)
    for later in events[1:]:
        if later.details.get("is_operation") or "unfound" in later.details:
            details |= {name: value for name, value in later.details.items() if value is not None}
    merged = replace(first, details=details)
    found = next((each for each in events if each.details.get("is_operation")), first)
    return {
        **tell_event(merged, rows),
        "text": found.text,
        "firstStep": details.get("first_step") or first.step,
        "unfound": str(details.get("unfound") or ""),
    }


def _tell_ranges(inputs: object) -> list[dict[str, Any]]:
    if not isinstance(inputs, list | tuple):
        return []
    ranges = (each for each in inputs if isinstance(each, Mapping))
    return [
        {name: tell_number(each.get(name)) for name in ("min", "max", "mean")} for each in ranges
    ]
