"""The output's map or sequence has another size than the target's."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison, find_comparison
from graphscope.doctor.facts.data_part import Step
from graphscope.doctor.facts.output_side import OutputSide, output_side
from graphscope.doctor.facts.size_flow import SizeStep, steps_along
from graphscope.doctor.facts.target_data import summary_of, target_steps
from graphscope.doctor.facts.target_lengths import length_fixes
from graphscope.doctor.facts.wording_targets import (
    best_place,
    boundary_place,
    facts,
    first_own,
    others_affected,
    output_told,
    target_told,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, Severity
from graphscope.doctor.fixes.size_repairs import Conflict, Repair, repairs
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import trace_dimension
from graphscope.doctor.wording import at, label, where

ID = "output-size"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Follow the size that differs from the input to the output, and play other settings."""
    comparison = find_comparison(case)
    if comparison is None or comparison.role != "loss" or comparison.relation != "sizes":
        return
    side = output_side(comparison)
    conflict = _conflict(case, comparison, side) if side is not None else None
    if conflict is not None:
        yield _diagnosis(case, comparison, conflict)


def _conflict(case: Case, comparison: Comparison, side: OutputSide) -> Conflict | None:
    target, prediction = comparison.target, comparison.prediction
    axis = next(
        (
            index
            for index in range(1, min(len(target), len(prediction)))
            if None not in (target[index], prediction[index]) and target[index] != prediction[index]
        ),
        None,
    )
    if axis is None:
        return None
    needed, got = target[axis], prediction[axis]
    assert needed is not None
    assert got is not None
    steps = steps_along(side.stages, axis)
    merged = _merged(side, got, needed) if not steps or steps[-1].before == got else None
    if merged is not None:
        steps, got, needed, axis = merged
    source = _source(side, axis)
    rank = len(side.stages[-1].shape or ())
    return Conflict(case, side, steps, got, needed, rank, axis, source)


def _merged(side: OutputSide, got: int, needed: int) -> tuple[list[SizeStep], int, int, int] | None:
    """Look through a reshape that made one axis of the places of a map.

    Returns:
        what the layers before do to the map's side, that side, and the one the target stands for.
    """
    for index in range(len(side.stages) - 1, -1, -1):
        stage = side.stages[index]
        before = stage.call.input_specs[0].shape if stage.call.input_specs else None
        if before is None or stage.shape is None or len(before) == len(stage.shape):
            continue
        spatial = before[1:-1]
        if len(before) < len(stage.shape) or None in spatial or len(set(spatial)) != 1:
            return None
        length, per_place = spatial[0], got // (math.prod(each or 1 for each in spatial))
        whole = round((needed / max(per_place, 1)) ** (1 / len(spatial)))
        if per_place < 1 or whole ** len(spatial) * per_place != needed or length is None:
            return None
        return steps_along(side.stages[:index], 1), length, whole, 1
    return None


def _source(side: OutputSide, axis: int) -> int | None:
    first = side.stages[0].call.input_specs
    shape = first[0].shape if first else None
    return shape[axis] if shape is not None and axis < len(shape) else None


def _diagnosis(case: Case, comparison: Comparison, conflict: Conflict) -> Diagnosis:
    steps = target_steps(comparison)
    found = [*length_fixes(comparison, steps, conflict), *repairs(conflict)]
    found.sort(key=lambda each: -each.fix.likelihood)
    fixes: list[Fix] = []
    for each in found:
        if all(each.fix.edits != other.edits for other in fixes):
            fixes.append(each.fix)
    if not fixes:
        fixes = _at_the_origin(case, conflict)
    padded = next((each.padded for each in found if each.padded), ())
    best = best_place(fixes)
    side = conflict.side
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92 if fixes else 0.8,
        _message(case, comparison, conflict, steps, found),
        places=first_own(
            case,
            [
                best,
                *(step.stage.place for step in padded),
                *(place for fix in fixes[1:3] for place in fix.places[:1]),
                side.place,
                *(step.place for step in steps),
                boundary_place(comparison.boundary),
            ],
        ),
        layer=padded[0].stage.name if padded else side.name,
        evidence=(
            *_evidence(case, comparison, conflict, padded),
            *facts(case, comparison, side, steps, summary_of(comparison)),
        ),
        fixes=tuple(fixes[:6]),
    )


def _at_the_origin(case: Case, conflict: Conflict) -> list[Fix]:
    """Change what fixed the output's size, where no layer computes it from the input's."""
    origin = trace_dimension(case, conflict.side.tensor, conflict.axis)
    if origin.value != conflict.got:
        return []
    return toward(
        case, origin, conflict.needed, likelihood=0.88, limit=3,
        purpose=f"so that the output has the {conflict.needed} of the targets",
    )  # fmt: skip


def _message(
    case: Case,
    comparison: Comparison,
    conflict: Conflict,
    steps: Sequence[Step],
    found: Sequence[Repair],
) -> str:
    side = conflict.side
    told = target_told(case, comparison, list(steps))
    unit = "steps" if conflict.rank == 3 else "places"
    lines = [
        f"The {output_told(case, comparison, side)}, the {told}: targets have {conflict.needed} "
        f"{unit} along axis {conflict.axis}, predictions {conflict.got}.",
    ]
    way = _way(conflict.steps)
    if way:
        lines.append(f"On the way through the model the size is {way}.")
    lines += _divisions(conflict)
    lines += [told] if (told := others_affected(comparison)) else []
    padded = next((each.padded for each in found if each.padded), ())
    if padded:
        names = ", ".join(dict.fromkeys(_named(case, step) for step in padded))
        lines.append(
            f"{names} lack{'s' if len(padded) == 1 else ''} padding='same': a valid-padded "
            f"convolution loses {padded[0].before - padded[0].after} at its edges, which later "
            "upsampling doubles."
        )
    if found:
        lines.append(f"{found[0].fix.title}.")
    else:
        lines.append(
            "Make the layers undo each other's strides, crop or resize the output, or make the "
            "targets of the output's size."
        )
    return "\n".join(lines)


def _named(case: Case, step: SizeStep) -> str:
    return f"{label(step.stage.call.operation)}{at(case, step.stage.place)}"


def _way(steps: Sequence[SizeStep]) -> str:
    sizes: list[int] = []
    for step in steps:
        if not sizes:
            sizes.append(step.before)
        if step.after != sizes[-1]:
            sizes.append(step.after)
    return " -> ".join(map(str, sizes)) if len(sizes) > 1 else ""


def _divisions(conflict: Conflict) -> Iterator[str]:
    """Say which factor the size would have to be divisible by."""
    down = math.prod(round(1 / step.factor) for step in conflict.steps if step.factor < 1)
    up = math.prod(round(step.factor) for step in conflict.steps if step.factor > 1)
    factor = max(down, up)
    if factor > 1 and conflict.needed % factor and conflict.got % factor == 0:
        part = conflict.needed // factor
        yield (
            f"{conflict.needed} is not divisible by {factor}: {conflict.needed} // {factor} = "
            f"{part}, and {part} * {factor} = {part * factor} "
            f"({sum(step.factor != 1 for step in conflict.steps)} layers change it)."
        )
    source = conflict.source
    if source and down > 1 and up == 1 and source % conflict.needed == 0:
        strides = [f"{1 / step.factor:.0f}" for step in conflict.steps if step.factor < 1]
        yield (
            f"{len(strides)} layers with stride {' * '.join(strides)} = {down} make {source} / "
            f"{down} = {conflict.got}; the targets are made for {source} / "
            f"{source // conflict.needed} = {conflict.needed}."
        )


def _evidence(
    case: Case, comparison: Comparison, conflict: Conflict, padded: Sequence[SizeStep]
) -> Iterator[Evidence]:
    for step in padded:
        layer = step.stage.call.operation
        yield Evidence("arithmetic", f"{label(layer)} without padding: {step.told}",
                       step.stage.place)  # fmt: skip
    shape, target = comparison.prediction[1:], comparison.target[1:]
    index = conflict.axis - 1
    if index < len(shape) and (shape[index], target[index]) != (conflict.got, conflict.needed):
        spatial = conflict.rank  # the merged axis holds the places of a map
        per = (shape[index] or 1) // conflict.got**2 if spatial else 1
        got, needed = conflict.got, conflict.needed
        yield Evidence(
            "arithmetic",
            f"{target[index]} = {needed}*{needed}*{per} places (anchors) in the targets, "
            f"{shape[index]} = {got}*{got}*{per} in the model",
        )
    for step in [each for each in conflict.steps if each.before != each.after][:10]:
        yield Evidence(
            "arithmetic",
            f"{step.stage.name}: {step.told or f'{step.before} -> {step.after}'}"
            f"{_line(case, step.stage.place)}",
            step.stage.place,
        )


def _line(case: Case, place: Place | None) -> str:
    return f" {where(case, place)}" if place is not None else ""
