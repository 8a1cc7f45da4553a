"""The target has the axes of a map or a sequence, and the output has one row per sample."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison, find_comparison
from graphscope.doctor.facts.data_part import Step
from graphscope.doctor.facts.head import recurrent_of
from graphscope.doctor.facts.output_side import OutputSide, output_side
from graphscope.doctor.facts.relation import elements
from graphscope.doctor.facts.target_data import summary_of, target_steps
from graphscope.doctor.facts.wording_targets import (
    boundary_place,
    facts,
    first_own,
    output_told,
    target_told,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.fixes.layers import insert_after, remove
from graphscope.doctor.fixes.target_edits import wrap_handed
from graphscope.doctor.origins import Stage
from graphscope.doctor.wording import at, label, place_of

ID = "output-lacks-axes"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Tell an output that is flat, and one that gave up the axes, from the target's shape."""
    comparison = find_comparison(case)
    if comparison is None or comparison.kind == "own":
        return
    if comparison.relation not in ("flat-output", "missing-axes"):
        return
    side = output_side(comparison)
    if side is None:
        return
    if comparison.relation == "flat-output":
        yield _flat(case, comparison, side)
    else:
        yield _reduced(case, comparison, side)


def _start(case: Case, comparison: Comparison, side: OutputSide, steps: list[Step]) -> str:
    given, wanted = len(comparison.prediction), len(comparison.target)
    return (
        f"The {output_told(case, comparison, side)}, rank {given}, the "
        f"{target_told(case, comparison, steps)}, rank {wanted}: {comparison.name} needs both to "
        "have the same shape."
    )


def _flat(case: Case, comparison: Comparison, side: OutputSide) -> Diagnosis:
    steps = target_steps(comparison)
    shape = comparison.target[1:]
    product = f"{' * '.join(map(str, shape))} = {elements(shape)}"
    inner = shape if len(shape) > 1 else (*shape,)
    text = f"({', '.join(map(str, inner))}{',' if len(inner) == 1 else ''})"
    fixes: list[Fix | None] = [
        insert_after(
            case,
            side.layer,
            "Reshape",
            text,
            call=side.stages[-1].call if side.layer is side.stages[-1].call.operation else None,
            title=f"Reshape the output to {text} behind {label(side.layer)}",
            likelihood=0.8,
        ),
        wrap_handed(
            case,
            comparison,
            "",
            f".reshape(-1, {elements(shape)})",
            title=f"Flatten the targets: reshape(-1, {elements(shape)})",
            likelihood=0.75,
        ),
    ]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{_start(case, comparison, side, steps)}\n"
        f"Both hold the same number of values, {product}: the output is flat, the target is not.\n"
        f"Put Reshape({text}) behind {label(side.layer)}, or flatten the targets with "
        f"reshape(-1, {elements(shape)}).",
        places=first_own(
            case, [side.place, boundary_place(comparison.boundary), *(s.place for s in steps)]
        ),
        layer=side.name,
        evidence=(
            Evidence("arithmetic", product),
            *facts(case, comparison, side, steps, summary_of(comparison)),
        ),
        fixes=tuple(fix for fix in fixes if fix is not None),
    )


def _reduced(case: Case, comparison: Comparison, side: OutputSide) -> Diagnosis:
    steps = target_steps(comparison)
    culprit = _reducing(side.stages)
    place = place_of(case, culprit.call.operation) if culprit is not None else side.place
    before = culprit.call.input_specs[0] if culprit is not None else None
    told = ""
    if culprit is not None:
        told = (
            f"{label(culprit.call.operation)}{at(case, place)} gives up the axes: it turns "
            f"{before} into {culprit.shape}{_because(culprit)}.\n"
        )
    last = f"{steps[0].text}[:, -1]" if steps else "y[:, -1]"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.85,
        f"{_start(case, comparison, side, steps)}\n{told}"
        "Either let the model put out a value for each step or position (return_sequences=True, "
        "no Flatten or pooling), or give it one target for each sample, such as the last one: "
        f"{last}.",
        places=first_own(
            case,
            [place, side.place, boundary_place(comparison.boundary), *(s.place for s in steps)],
        ),
        layer=culprit.name if culprit is not None else side.name,
        evidence=facts(case, comparison, side, steps, summary_of(comparison)),
        fixes=tuple(_reduced_fixes(case, comparison, culprit)),
    )


def _reducing(stages: list[Stage]) -> Stage | None:
    """Return the last layer that made the rank smaller."""
    for stage in reversed(stages):
        before = stage.call.input_specs[0].shape if stage.call.input_specs else None
        if before is not None and stage.shape is not None and len(before) > len(stage.shape):
            return stage
    return None


def _because(culprit: Stage) -> str:
    recurrent = recurrent_of(culprit.call.operation)
    if getattr(recurrent, "return_sequences", None) is False:
        return (
            ", because without return_sequences=True a recurrent layer returns only its last time "
            "step"
        )
    return ""


def _reduced_fixes(case: Case, comparison: Comparison, culprit: Stage | None) -> Iterator[Fix]:
    found: list[Fix | None] = []
    if culprit is not None:
        layer = culprit.call.operation
        recurrent = recurrent_of(layer)
        if getattr(recurrent, "return_sequences", None) is False:
            found.append(
                fix_creation(
                    case,
                    recurrent,
                    "return_sequences",
                    "True",
                    title=f"Give {label(layer)} return_sequences=True, one output for each step",
                    repair_class=RepairClass.B,
                    likelihood=0.85,
                )
            )
        else:
            found.append(
                remove(
                    case,
                    layer,
                    call=culprit.call,
                    title=f"Remove {label(layer)}, so that the axes stay",
                    likelihood=0.7,
                )
            )
    found.append(
        wrap_handed(
            case,
            comparison,
            "",
            "[:, -1]",
            title="Train on the last step's target only",
            likelihood=0.45,
        )
    )
    yield from (fix for fix in found if fix is not None)
