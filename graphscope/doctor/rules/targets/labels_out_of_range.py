"""Class numbers are larger than the output has units, or do not start at 0."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison, find_comparison
from graphscope.doctor.facts.data_part import Step
from graphscope.doctor.facts.output_side import OutputSide, output_side
from graphscope.doctor.facts.target_data import summary_of, target_steps
from graphscope.doctor.facts.units import Labels, layer_name, of_values, width_place
from graphscope.doctor.facts.wording_targets import (
    best_place,
    boundary_place,
    facts,
    first_own,
    values_told,
    whole_told,
)
from graphscope.doctor.findings import Diagnosis, Fix, RepairClass, Severity
from graphscope.doctor.fixes.target_edits import (
    change_made,
    label_maker,
    wrap_handed,
)
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.wording import at, label, where

ID = "labels-out-of-range"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the labels' least and greatest value with the number of units."""
    comparison = find_comparison(case)
    if comparison is None or comparison.role != "loss":
        return
    if comparison.kind == "sparse" and comparison.relation == "fits":
        yield from _range(case, comparison)


def _range(case: Case, comparison: Comparison) -> Iterator[Diagnosis]:
    given, summary = comparison.prediction[-1], summary_of(comparison)
    labels = of_values(summary)
    if labels.high is None:
        labels = _named_in_message(case)
    if given is None or labels.low is None or labels.high is None:
        return
    if labels.high < given and labels.low >= 0:
        return
    yield _out_of_range(case, comparison, labels, given)


def _named_in_message(case: Case) -> Labels:
    """Read the labels that TensorFlow names when the data come from a stream."""
    text = case.failure.message if case.failure else ""
    found = re.search(r"Label values:\s*([-\d ]+)", text)
    numbers = [int(each) for each in found.group(1).split()] if found else []
    return Labels(min(numbers), max(numbers)) if numbers else Labels(None, None)


def _out_of_range(case: Case, comparison: Comparison, labels: Labels, given: int) -> Diagnosis:
    assert labels.low is not None
    assert labels.high is not None
    side, steps = output_side(comparison), target_steps(comparison)
    shifted = labels.low != 0 and labels.high - labels.low < given
    maker = label_maker(case, steps)
    fixes = [
        *_shift_fixes(case, comparison, maker, labels, shifted),
        *_more_units(case, side, labels, shifted),
    ]
    fixes.sort(key=lambda fix: -fix.likelihood)
    width = width_place(side)
    made = maker.place if maker is not None else (steps[0].place if steps else None)
    places = [made, width] if shifted or labels.low < 0 else [width, made]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        _range_told(case, comparison, side, steps, labels, given, shifted=shifted),
        places=first_own(
            case,
            [
                best_place(fixes),
                *places,
                *(s.place for s in steps),
                boundary_place(comparison.boundary),
            ],
        ),
        layer=layer_name(side),
        evidence=facts(case, comparison, side, steps, summary_of(comparison)),
        fixes=tuple(fixes),
    )


def _range_told(
    case: Case,
    comparison: Comparison,
    side: OutputSide | None,
    steps: list[Step],
    labels: Labels,
    given: int,
    *,
    shifted: bool,
) -> str:
    summary, text = summary_of(comparison), steps[0].text if steps else "the targets"
    assert labels.high is not None
    layer = label(side.width_layer or side.layer) if side is not None else "The output"
    place = at(case, width_place(side))
    values = values_told(summary) or f"{labels.low} to {labels.high}"
    lines = [
        f"A label value is out of range: the labels `{text}`{whole_told(summary)} hold {values}; "
        f"they go from {labels.low} to {labels.high}.",
        f"{layer}{place} has {given} units, so that the valid range is [0, {given}): labels 0 to "
        f"{given - 1}.",
    ]
    if side is not None and side.width is not None:
        lines.append(f"{side.width.text} at {where(case, side.width.place)} fixed the {given}.")
    if shifted:
        lines.append(
            f"There are {labels.count} classes, but they do not start at 0: subtract {labels.low} "
            f"from the labels, or give the layer max + 1 = {labels.high + 1} units."
        )
    elif labels.low is not None and labels.low < 0:
        lines.append("Labels must not be negative: number the classes from 0.")
    else:
        lines.append(
            f"The layer needs max + 1 = {labels.high + 1} units for {labels.high + 1} distinct "
            "classes, or the labels must be renumbered."
        )
    return "\n".join(lines)


def _shift_fixes(
    case: Case, comparison: Comparison, maker: Step | None, labels: Labels, shifted: bool
) -> Iterator[Fix]:
    low = labels.low or 0
    if low == 0:
        return
    before, change = "", f" - {low}" if low > 0 else f" + {-low}"
    title = f"Let the labels start at 0: {'subtract' if low > 0 else 'add'} {abs(low)}"
    likelihood = 0.85 if shifted else 0.4
    summary = summary_of(comparison)
    if (low, labels.high) == (-1, 1) and summary is not None and summary.distinct == 2:
        before, change, likelihood = "(", " + 1) // 2", 0.85
        title = "Make 0 and 1 of the labels -1 and 1: (labels + 1) // 2"
    if maker is not None:
        fix = change_made(case, maker, before, change, title=title, likelihood=likelihood)
        if fix is not None:
            yield fix
    handed = wrap_handed(
        case,
        comparison,
        before,
        change,
        title=f"{title} where the targets are handed over",
        likelihood=likelihood - 0.15,
    )
    if handed is not None:
        yield handed


def _more_units(case: Case, side: OutputSide | None, labels: Labels, shifted: bool) -> list[Fix]:
    if side is None or labels.high is None or (labels.low or 0) < 0:
        return []
    origin = side.width.origin if side.width is not None else side.width_origin
    if origin is None:
        return []
    return toward(
        case,
        origin,
        labels.high + 1,
        purpose=f"so that labels up to {labels.high} are valid",
        repair_class=RepairClass.B if shifted else RepairClass.A,
        likelihood=0.55 if shifted else 0.9,
    )
