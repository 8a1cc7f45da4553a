"""The output has another number of units than the targets have columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison, find_comparison
from graphscope.doctor.facts.data_part import Step
from graphscope.doctor.facts.output_side import OutputSide, output_side, target_side
from graphscope.doctor.facts.target_data import summary_of, target_steps
from graphscope.doctor.facts.units import columns_of, find_encoding, layer_name, width_place
from graphscope.doctor.facts.wording_targets import (
    best_place,
    boundary_place,
    facts,
    first_own,
    output_told,
    target_told,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.encodings import Encoding
from graphscope.doctor.fixes.target_edits import (
    needs_parentheses,
)
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import trace_value
from graphscope.doctor.records import DataSummary
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, label

ID = "units-and-classes"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the last axis of the output with that of the target."""
    comparison = find_comparison(case)
    if comparison is None or comparison.role != "loss" or comparison.relation != "width":
        return
    if target_side(comparison) is None:
        yield _widths(case, comparison)


def _widths(case: Case, comparison: Comparison) -> Diagnosis:
    side, steps = output_side(comparison), target_steps(comparison)
    encoding, summary = find_encoding(steps), summary_of(comparison)
    used = _used_columns(summary)
    needed, given = columns_of(comparison.target), comparison.prediction[-1]
    from_one = bool(used and used[0] > 0 and needed is not None and given == needed - used[0])
    coded = Place(encoding.file.path, encoding.node.lineno) if encoding else None
    width = width_place(side)
    counted = _counted_otherwise(used, given, needed)
    places = [coded, width] if from_one or counted else [width, coded]
    fixes = [
        *_width_fixes(case, side, needed, from_one),
        *_column_fixes(case, encoding, given, used, from_one),
    ]
    fixes.sort(key=lambda fix: -fix.likelihood)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95 if comparison.kind == "own" else 0.92,
        _widths_told(case, comparison, side, steps, encoding, used),
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
        evidence=(
            *facts(case, comparison, side, steps, summary),
            *_encoding_facts(encoding, used, needed),
        ),
        fixes=tuple(fixes),
    )


def _used_columns(summary: DataSummary | None) -> list[int]:
    """Return the columns of one-hot rows that are ever 1; empty when they are not one-hot."""
    sample = summary.sample if summary is not None else None
    if summary is None or sample is None or getattr(sample, "ndim", 0) < 2:
        return []
    if summary.minimum != 0 or summary.maximum != 1 or not summary.is_integral:
        return []
    rows = sample.reshape(-1, sample.shape[-1])
    if not bool((rows.sum(axis=1) == 1).all()):
        return []
    return [index for index in range(rows.shape[1]) if bool(rows[:, index].any())]


def _counted_otherwise(used: list[int], given: int | None, needed: int | None) -> bool:
    """Whether the one-hot rows have more columns than there are classes, and the output has not."""
    return bool(used) and used[-1] + 1 == given != needed


def _widths_told(
    case: Case,
    comparison: Comparison,
    side: OutputSide | None,
    steps: list[Step],
    encoding: Encoding | None,
    used: list[int],
) -> str:
    needed, given = columns_of(comparison.target), comparison.prediction[-1]
    noun = _noun(side)
    lines = [
        f"The {output_told(case, comparison, side)}, the {target_told(case, comparison, steps)}: "
        f"{comparison.name} needs the last axes to be equal.",
        f"The output has {given} {noun}, the targets have {needed} columns or channels.",
    ]
    if side is not None and side.width is not None:
        lines.append(f"{side.width.text}{at(case, side.width.place)} fixed the output's {given}.")
    if encoding is not None:
        place = Place(encoding.file.path, encoding.node.lineno)
        lines.append(f"{encoding.text}{at(case, place)} made the {needed} columns.")
    if used and used[0] > 0:
        first, last = used[0], used[-1]
        lines.append(
            f"The labels are {first}..{last} and do not start at 0, so that {_maker(encoding)} "
            f"adds an empty class 0: subtract {first}, or give the output {needed} {noun}."
        )
    else:
        lines.append(
            f"The {noun} must equal the number of classes or columns ({needed}): use {needed} "
            f"{noun}, or convert the targets to {given} column(s)."
        )
    return "\n".join(lines)


def _maker(encoding: Encoding | None) -> str:
    return encoding.name if encoding is not None else "one-hot encoding"


def _noun(side: OutputSide | None) -> str:
    if side is not None and hasattr(side.width_layer, "filters"):
        return "channels (filters)"
    return "units"


def _encoding_facts(
    encoding: Encoding | None, used: list[int], needed: int | None
) -> Iterator[Evidence]:
    if encoding is not None:
        place = Place(encoding.file.path, encoding.node.lineno)
        yield Evidence("code", f"the targets' columns come from {encoding.text}", place)
    if used and needed is not None and len(used) < needed:
        yield Evidence("data", f"of {needed} columns only {used[0]}..{used[-1]} are ever 1")


_UNRELATED = re.compile(r"(epoch|batch|step|seed|worker|patience|\.count\b)\S* (instead|to )")
"""Names of settings that have the number by chance."""


def _width_fixes(
    case: Case, side: OutputSide | None, needed: int | None, from_one: bool
) -> list[Fix]:
    if side is None or needed is None:
        return []
    layer = label(side.width_layer or side.layer)
    purpose = f"so that {layer} has the {needed} columns of the targets"
    origin = side.width.origin if side.width is not None else side.width_origin
    if origin is None:
        return []
    fixes = toward(
        case,
        origin,
        needed,
        purpose=purpose,
        repair_class=RepairClass.B if from_one else RepairClass.A,
        likelihood=0.6 if from_one else 0.85,
    )
    return [fix for fix in fixes if not _UNRELATED.search(fix.title)]


def _column_fixes(
    case: Case,
    encoding: Encoding | None,
    given: int | None,
    used: list[int],
    from_one: bool,
) -> Iterator[Fix]:
    """Change how the one-hot rows are made."""
    if encoding is None or given is None or not case.program.is_own(encoding.file.path):
        return
    if from_one:
        text = encoding.file.segment(encoding.labels)
        text = f"({text})" if needs_parentheses(encoding.labels) else text
        fix = make_fix(
            Editor(encoding.file).replace(encoding.labels, f"{text} - {used[0]}"),
            f"Let the labels start at 0: subtract {used[0]}",
            repair_class=RepairClass.B,
            likelihood=0.8,
        )
        if fix is not None:
            yield fix
    if encoding.count is not None:
        origin = trace_value(case, encoding.count, None, file=encoding.file)
        yield from toward(
            case, origin, given, purpose="to match the output", likelihood=0.55, limit=2
        )
    elif used and used[-1] < given and encoding.name == "to_categorical":
        editor = Editor(encoding.file)
        assert encoding.node is not None
        call = encoding.node
        fix = make_fix(
            editor.append_argument(call, str(given)),  # type: ignore[arg-type]
            f"Make {given} columns: {encoding.name}(..., {given})",
            repair_class=RepairClass.C,
            likelihood=0.35,
        )
        if fix is not None:
            yield fix
