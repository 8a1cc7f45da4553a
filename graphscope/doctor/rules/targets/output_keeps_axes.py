"""The output still has the axes of a map or a sequence, and the target has one value per sample."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison, find_comparison
from graphscope.doctor.facts.data_part import Step
from graphscope.doctor.facts.head import Head, head_of, pooling_for, recurrent_of, reduce_before
from graphscope.doctor.facts.output_side import OutputSide, output_side
from graphscope.doctor.facts.target_data import summary_of, target_steps
from graphscope.doctor.facts.wording_targets import (
    boundary_place,
    facts,
    first_own,
    output_told,
    target_told,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation, make_fix
from graphscope.doctor.fixes.layers import insert_after
from graphscope.doctor.fixes.placement import creation_call, placement_of
from graphscope.doctor.origins import Stage
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, label, place_of

ID = "output-keeps-axes"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look back from the output for the layer behind which the axes should have gone."""
    comparison = find_comparison(case)
    if comparison is None or comparison.relation != "surplus-axes" or comparison.kind == "own":
        return
    side = output_side(comparison)
    head = head_of(side.stages) if side is not None else None
    if side is None or head is None:
        return
    sequence = _last_sequence(side.stages, head)
    if sequence is not None:
        yield _keeps_steps(case, comparison, side, sequence, head)
    else:
        yield _keeps_map(case, comparison, side, head)


def _last_sequence(stages: list[Stage], head: Head) -> Stage | None:
    """Return the recurrent layer whose steps reach the output unchanged."""
    for stage in reversed(stages):
        if getattr(recurrent_of(stage.call.operation), "return_sequences", None) is True:
            return stage
        if stage is head.before and stage.class_name not in _PASSING:
            return None
    return None


_PASSING = {"Dropout", "SpatialDropout1D", "BatchNormalization", "LayerNormalization", "Activation"}


def _keeps_steps(
    case: Case, comparison: Comparison, side: OutputSide, sequence: Stage, head: Head
) -> Diagnosis:
    recurrent = recurrent_of(sequence.call.operation)
    place = place_of(case, sequence.call.operation)
    steps = target_steps(comparison)
    fixes = [
        fix_creation(
            case,
            recurrent,
            "return_sequences",
            None,
            title=f"Take return_sequences=True from {label(sequence.call.operation)}",
            repair_class=RepairClass.A,
            likelihood=0.9,
        )
    ]
    if head.first is not None:
        fixes.append(reduce_before(case, head.first, "average", likelihood=0.5, rank=3))
        fixes.append(reduce_before(case, head.first, "flatten", likelihood=0.4, rank=3))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{_start(case, comparison, side, steps)}\n"
        f"{label(sequence.call.operation)}{at(case, place)} has return_sequences=True and hands on "
        f"every time step: {sequence.shape}. The layers behind it keep the time axis, so that the "
        "model predicts once per step.\n"
        "The last recurrent layer must not return sequences when there is one target for each "
        "sequence: set return_sequences=False, or pool over time (GlobalAveragePooling1D).",
        places=first_own(
            case, [place, side.place, *_code(steps), boundary_place(comparison.boundary)]
        ),
        layer=sequence.name,
        evidence=(
            Evidence("shape", f"{label(sequence.call.operation)} returns {sequence.shape}", place),
            *facts(case, comparison, side, steps, summary_of(comparison)),
        ),
        fixes=tuple(fix for fix in fixes if fix is not None),
    )


def _start(case: Case, comparison: Comparison, side: OutputSide, steps: list[Step]) -> str:
    given, wanted = len(comparison.prediction), len(comparison.target)
    return (
        f"The {output_told(case, comparison, side)}, rank {given}, the "
        f"{target_told(case, comparison, steps)}, rank {wanted}: rank {given} versus rank "
        f"{wanted}; {comparison.name} cannot compare them."
    )


def _code(steps: list[Step]) -> list[Place]:
    return [step.place for step in steps]


def _keeps_map(case: Case, comparison: Comparison, side: OutputSide, head: Head) -> Diagnosis:
    steps, rank = target_steps(comparison), len(comparison.prediction)
    start = head.first or head.last
    body = head.before
    layer = start.call.operation
    top = _without_top(case, side.stages)
    pooling = pooling_for(rank) or "a pooling layer"
    applied = placement_of(case, layer, start.call)
    here = applied.place if applied is not None and applied.kind == "applied" else None
    where_made = place_of(case, layer)
    fixes = list(_fixes(case, head, top, rank))
    best = top[0] if top is not None else None
    notes = ""
    if top is not None:
        notes = (
            " include_top=False keeps the spatial axes: the base model ends in a map unless it is "
            'given pooling="avg".'
        )
    axes = comparison.prediction[1:-1]
    flat = ""
    if body.shape is not None and None not in body.shape[1:]:
        size = 1
        for each in body.shape[1:]:
            size *= each or 1
        flat = f" (Flatten makes {' * '.join(map(str, body.shape[1:]))} = {size} features)"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{_start(case, comparison, side, steps)}\n"
        f"{_why(case, head, here, axes)}{notes}\n"
        f"Flatten or {pooling} is missing {'before' if head.first is not None else 'behind'} "
        f"{label(layer)}{flat}: put one there, or reshape the map to one row for each sample.",
        places=first_own(
            case,
            [
                best,
                here,
                where_made,
                body.place,
                side.place,
                *_code(steps),
                boundary_place(comparison.boundary),
            ],
        ),
        layer=start.name,
        evidence=(
            Evidence("shape", f"{label(body.call.operation)} makes {body.shape}", body.place),
            *facts(case, comparison, side, steps, summary_of(comparison)),
        ),
        fixes=tuple(fixes),
    )


def _why(case: Case, head: Head, here: Place | None, axes: tuple[int | None, ...]) -> str:
    body = head.before
    made = f"{label(body.call.operation)} makes {(None, *(body.shape or ())[1:])}"
    if head.first is None:
        return f"{made}: nothing behind it takes the axes {axes} away."
    return (
        f"{made}, and {label(head.first.call.operation)}{at(case, here)} is applied to every "
        f"position of it: Dense works on the last axis only, the axes {axes} stay."
    )


def _without_top(case: Case, stages: list[Stage]) -> tuple[Place, ast.Call] | None:
    """Return the call `SomeNet(include_top=False)` that made the base model."""
    for stage in reversed(stages):
        made = creation_call(case, stage.call.operation)
        given = {each.arg: each.value for each in made[1].keywords} if made is not None else {}
        top = given.get("include_top")
        if made is None or not (isinstance(top, ast.Constant) and top.value is False):
            continue
        return None if "pooling" in given else (Place(made[0].path, made[1].lineno), made[1])
    return None


def _fixes(
    case: Case,
    head: Head,
    top: tuple[Place, ast.Call] | None,
    rank: int,
) -> Iterator[Fix]:
    found: list[Fix | None] = []
    if top is not None:
        file = case.program.file(top[0].file)
        if file is not None and case.program.is_own(file.path):
            found.append(
                make_fix(
                    Editor(file).set_keyword(top[1], "pooling", '"avg"'),
                    'Give the base model pooling="avg", so that it ends in one vector per image',
                    repair_class=RepairClass.B,
                    likelihood=0.9,
                )
            )
    if head.first is not None:
        found.append(reduce_before(case, head.first, "average", likelihood=0.8, rank=rank))
        found.append(reduce_before(case, head.first, "flatten", likelihood=0.75, rank=rank))
    elif (pooling := pooling_for(rank)) is not None:
        last = head.last
        found.append(
            insert_after(
                case,
                last.call.operation,
                pooling,
                call=last.call,
                title=f"Put {pooling}() behind {label(last.call.operation)}",
                likelihood=0.8,
            )
        )
    yield from (fix for fix in found if fix is not None)
