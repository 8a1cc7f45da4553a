"""How a check words what it found in a graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graphscope.doctor.findings import Diagnosis, Evidence, Place, Severity
from graphscope.doctor.static.model import Call


def diagnose(
    rule: str,
    call: Call | None,
    *facts: tuple[str, str],
    severity: Severity,
    confidence: float,
    problem: str,
    remedy: str,
) -> Diagnosis:
    """Return a diagnosis about a call.

    Args:
        rule: id of the rule.
        call: what it is about; None for the model as a whole.
        facts: kinds and texts of the evidence.
        severity: how bad it is.
        confidence: how sure it is.
        problem: what is wrong, with numbers.
        remedy: what to do.
    """
    place = place_of(call) if call is not None else None
    return Diagnosis(
        rule=rule,
        severity=severity,
        confidence=confidence,
        message=f"{problem}\n{remedy}",
        places=(place,) if place else (),
        layer=call.name if call else None,
        node=call.id if call else None,
        evidence=tuple(Evidence(kind, text, place) for kind, text in facts),
    )


def place_of(call: Call) -> Place | None:
    """Return the line that made a call, if the graph knows it."""
    if call.source is None:
        return None
    return Place(str(Path(call.source.file).resolve()), call.source.line)


def shape_text(shape: tuple[Any, ...] | None) -> str:
    """Return a shape as users of Keras write it.

    >>> shape_text(("B", 28, None))
    '(None, 28, None)'
    """
    if shape is None:
        return "unknown"
    sizes = [str(size) if isinstance(size, int) else "None" for size in shape]
    return f"({', '.join(sizes)}{',' * (len(sizes) == 1)})"
