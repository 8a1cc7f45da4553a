"""How targets and outputs are told: shapes, values and where they were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison
from graphscope.doctor.facts.data_part import Step
from graphscope.doctor.facts.output_side import OutputSide
from graphscope.doctor.findings import Evidence, Fix, Place
from graphscope.doctor.origins import as_evidence
from graphscope.doctor.records import DataSummary, Shape
from graphscope.doctor.wording import at, label, where


def output_told(case: Case, comparison: Comparison, side: OutputSide | None) -> str:
    """Return what the model puts out: `the output of Dense 'd' at net.py:9 is (None, 10)`."""
    of = f" of {label(side.layer)}{at(case, side.place)}" if side is not None else ""
    named = f" {comparison.output!r}" if comparison.output else ""
    return f"output{named}{of} is {comparison.prediction}"


def target_told(case: Case, comparison: Comparison, steps: list[Step]) -> str:
    """Return what the target is: `the targets y_train (train.py:7) are (None, 6)`."""
    named = f" `{steps[0].text}`" if steps else ""
    made = next((step for step in steps[1:] if step.place != steps[0].place), None)
    origin = f", made at {where(case, made.place)}," if made is not None else ""
    return f"targets{named}{origin} are {comparison.target}"


def values_told(summary: DataSummary | None) -> str:
    """Return what values a target has: `integers 0 to 8, 9 distinct values`."""
    if summary is None or summary.minimum is None or summary.maximum is None:
        return ""
    if not summary.is_integral:
        return f"numbers from {summary.minimum:.3g} to {summary.maximum:.3g}"
    low, high = int(summary.minimum), int(summary.maximum)
    return f"integers {low} to {high} ({low}..{high}), {summary.distinct} distinct values"


def whole_told(summary: DataSummary | None) -> str:
    """Return the shape of all targets: ` of shape (600,)`."""
    if summary is None or summary.spec.shape is None or None in summary.spec.shape:
        return ""
    return f" of shape {summary.spec.shape}"


def facts(case: Case, comparison: Comparison, side: OutputSide | None, steps: list[Step],
          summary: DataSummary | None) -> tuple[Evidence, ...]:  # fmt: skip
    """Return what is known of both sides, as evidence."""
    found = [
        Evidence(
            "shape",
            f"{output_told(case, comparison, side)}",
            side.place if side is not None else None,
        ),
        Evidence(
            "shape",
            f"labels or {target_told(case, comparison, steps)}",
            steps[0].place if steps else None,
        ),
    ]
    values = values_told(summary)
    if values:
        found.append(Evidence("data", f"the target{whole_told(summary)} holds {values}"))
    for step in steps[1:4]:
        found.append(Evidence("code", f"{step.text} {where(case, step.place)}", step.place))
    if side is not None and side.width_origin is not None:
        found += as_evidence(case, side.width_origin)[:4]
    return tuple(found)


def first_own(case: Case, places: list[Place | None]) -> tuple[Place, ...]:
    """Return the places that lie in the user's own files, each once."""
    return tuple(
        dict.fromkeys(
            each for each in places if each is not None and case.program.is_own(each.file)
        )
    )


def best_place(fixes: Sequence[Fix]) -> Place | None:
    """Return the line that the likeliest fix changes; an import that it adds is not meant."""
    for edit in fixes[0].edits if fixes else ():
        if not (edit.replace_with or "").lstrip().startswith(("import ", "from ")):
            return Place(edit.file, edit.line)
    return None


def others_affected(comparison: Comparison) -> str:
    """Say which outputs differ from their targets, when there are more than the first; or nothing.

    Only outputs with as many axes as their targets are looked at, and none but the middle axes.
    """
    boundary = comparison.boundary
    targets = boundary.data.get("y") if boundary is not None else None
    outputs = getattr(boundary.model, "_outputs_struct", None) if boundary is not None else None
    if not isinstance(targets, Mapping) or not isinstance(outputs, Mapping):
        return ""
    wrong = [
        name
        for name, output in outputs.items()
        if isinstance(given := targets.get(name), DataSummary)
        and _differ(given.spec.shape, tuple(output.shape))
    ]
    if len(wrong) < 2 or comparison.output not in wrong:
        return ""
    all_of = "All " if len(wrong) == len(outputs) else ""
    return (
        f"{all_of}{len(wrong)} outputs (heads) are affected, {', '.join(wrong)}; "
        f"{comparison.output} is only the first."
    )


def _differ(target: Shape | None, output: Shape) -> bool:
    """Whether any axis between the batch axis and the last one differs."""
    pairs = zip((target or ())[1:], output[1:-1], strict=False)
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)


def boundary_place(boundary: Any) -> Place | None:
    """Return the line of a call of fit, evaluate, ..."""
    if boundary is None or not boundary.site:
        return None
    position = boundary.site[0].position
    return Place(position.file, position.line)


def is_open(shape: Shape) -> bool:
    """Whether a shape has open axes behind the batch axis."""
    return None in shape[1:]
