"""The outputs of two models are compared, and one has another number of units."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison, find_comparison
from graphscope.doctor.facts.output_side import OutputSide, output_side, target_side
from graphscope.doctor.facts.units import of_values, width_place
from graphscope.doctor.facts.wording_targets import (
    first_own,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, Severity
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import Origin, as_evidence
from graphscope.doctor.records import DataSummary
from graphscope.doctor.wording import at, label

ID = "two-outputs-differ"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at losses whose target is itself the output of a model: a teacher's."""
    comparison = find_comparison(case)
    if comparison is None or comparison.role != "loss" or comparison.relation != "width":
        return
    side, other = output_side(comparison), target_side(comparison)
    if side is not None and other is not None:
        yield _two_models(case, comparison, side, other)


def _two_models(
    case: Case, comparison: Comparison, side: OutputSide, other: OutputSide
) -> Diagnosis:
    labels = of_values(_label_summary(comparison))
    mine, theirs = comparison.prediction[-1], comparison.target[-1]
    wrong, right = side, other
    value, wanted = mine, theirs
    if labels.count is not None and labels.count == mine != theirs:
        wrong, right, value, wanted = other, side, theirs, mine
    told = "" if labels.count is None else f" The labels hold {labels.count} classes."
    origin = wrong.width.origin if wrong.width is not None else wrong.width_origin
    fixes: list[Fix] = []
    if origin is not None and wanted is not None:
        fixes = toward(
            case,
            origin,
            wanted,
            purpose=f"so that {label(wrong.layer)} has as many units as {label(right.layer)}",
            likelihood=0.85,
        )
    best = fixes[0].places[0] if fixes else None
    chain = as_evidence(case, origin)[:5] if origin is not None else ()
    given = next((e.place for e in chain if e.place and e.place != width_place(wrong)), None)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{comparison.name}{at(case, _frame_place(comparison))} compares the outputs of two models "
        f"that differ: {comparison.target} of {label(other.layer)}{at(case, other.place)} and "
        f"{comparison.prediction} of {label(side.layer)}{at(case, side.place)}.\n"
        f"{_model(other)}: {theirs} units (logits), {_model(side)}: {mine}.{told}\n"
        f"{_defaulted(case, origin)}"
        f"{label(wrong.layer)} is the odd one out: give it {wanted} units instead of {value}.",
        places=first_own(
            case, [best, given, width_place(wrong), width_place(right), _frame_place(comparison)]
        ),
        layer=getattr(wrong.width_layer or wrong.layer, "name", None),
        evidence=(
            Evidence("shape", f"{label(other.layer)} puts out {comparison.target}", other.place),
            Evidence("shape", f"{label(side.layer)} puts out {comparison.prediction}", side.place),
            *chain,
            *(as_evidence(case, right.width_origin)[:4] if right.width_origin else ()),
        ),
        fixes=tuple(fixes),
    )


def _model(side: OutputSide) -> str:
    """Return the model that a layer belongs to, with the layer."""
    parent = side.stages[-1].call.parent
    return f"{parent.name} {side.name}" if parent is not None else str(side.name)


def _defaulted(case: Case, origin: Origin | None) -> str:
    """Say which call left an argument to its default, when that is where a value came from."""
    end = origin.end if origin is not None else None
    if end is None or end.kind != "default" or end.file is None or end.node is None:
        return ""
    function = next(
        (e for e in end.file.ancestors(end.node) if isinstance(e, ast.FunctionDef)), None
    )
    if function is None:
        return ""
    return (
        f"{function.name} is called without the argument and keeps its default {end.text}"
        f"{at(case, end.place)}.\n"
    )


def _label_summary(comparison: Comparison) -> DataSummary | None:
    data = comparison.boundary.data.get("y") if comparison.boundary else None
    return data if isinstance(data, DataSummary) else None


def _frame_place(comparison: Comparison) -> Place | None:
    frame = comparison.frame
    return Place(frame.position.file, frame.position.line) if frame is not None else None
