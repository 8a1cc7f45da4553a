"""Two branches that are added or multiplied have different widths."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import Origin, as_evidence, describe, diverge
from graphscope.doctor.rules._merging import stages_text, told_conflict
from graphscope.doctor.rules._operands import (
    Conflict,
    Operand,
    conflict_of,
    differing_axes,
    is_variable,
)
from graphscope.doctor.wording import distinct, shape

ID = "merge-of-different-widths"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the last axes of the operands, and trace both to what fixed them."""
    conflict = conflict_of(case)
    if conflict is None or conflict.joining != "elementwise":
        return
    pair = _pair(conflict)
    if pair is None:
        return
    first, second, axis = pair
    # Where two tensors differ in height and width too, their strides are the fault.
    if len(differing_axes(first.shape, second.shape)) > 1 and len(first.shape) > 3:
        return
    if axis != -1 and not (is_variable(first.tensor) or is_variable(second.tensor)):
        return
    yield _diagnosis(case, conflict, first, second, axis)


def _pair(conflict: Conflict) -> tuple[Operand, Operand, int] | None:
    first = conflict.operands[0]
    for second in conflict.operands[1:]:
        axes = differing_axes(first.shape, second.shape)
        if axes and abs(len(first.shape) - len(second.shape)) == 0:
            return first, second, axes[0]
    return None


def _diagnosis(
    case: Case, conflict: Conflict, first: Operand, second: Operand, axis: int
) -> Diagnosis:
    branch, kept = _ranked(case, first, second)
    ways = diverge(case, first.tensor, second.tensor)
    origins = branch.origin(case, axis), kept.origin(case, axis)
    fixes = [*_fixes(case, origins, (branch, kept), axis)]
    residual = not ways.left or not ways.right
    advice = (
        f"A residual sum needs equal widths on both paths: the last layer of the branch must give "
        f"{kept.shape[axis]}, the width of the skip path, or the skip path needs a projection to "
        f"{branch.shape[axis]}."
        if residual and not is_variable(branch.tensor) and not is_variable(kept.tensor)
        else f"Both must have the same size along axis {axis}."
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"{told_conflict(case, conflict)}: {first.text} is {shape(first.shape)} and {second.text} "
        f"is {shape(second.shape)}; along axis {axis}, {first.shape[axis]} and "
        f"{second.shape[axis]} differ.\n"
        f"{branch.shape[axis]} comes from {_described(case, origins[0])}.\n"
        f"{kept.shape[axis]} comes from {_described(case, origins[1])}.\n{advice}",
        places=distinct(
            [*(place for fix in fixes[:1] for place in fix.places), *origins[0].places,
             *origins[1].places, conflict.place]
        ),
        layer=getattr(conflict.layer, "name", None),
        evidence=(
            Evidence("shape", f"{first.text}: {shape(first.shape)}{stages_text(ways.left)}"),
            Evidence("shape", f"{second.text}: {shape(second.shape)}{stages_text(ways.right)}"),
            *as_evidence(case, origins[0]),
            *as_evidence(case, origins[1]),
        ),
        fixes=tuple(fixes),
    )  # fmt: skip


def _ranked(case: Case, first: Operand, second: Operand) -> tuple[Operand, Operand]:
    """Return the operand that is to change, then the one that is to stay.

    The skip path of a residual sum stays: the other was made to be added to it. A weight is to
    fit the tensor that it is added to.
    """
    if is_variable(first.tensor) != is_variable(second.tensor):
        return (first, second) if is_variable(first.tensor) else (second, first)
    ways = diverge(case, first.tensor, second.tensor)
    if ways.common is not None and len(ways.left) != len(ways.right):
        return (first, second) if len(ways.left) > len(ways.right) else (second, first)
    return second, first


def _described(case: Case, origin: Origin) -> str:
    text = describe(case, origin)
    return text if len(text) < 300 else text[:297] + "..."


def _fixes(
    case: Case,
    origins: tuple[Origin, Origin],
    operands: tuple[Operand, Operand],
    axis: int,
) -> Iterator[Fix]:
    branch, kept = operands
    for origin, operand, other, likelihood in (
        (origins[0], branch, kept, 0.9),
        (origins[1], kept, branch, 0.5),
    ):
        wanted = other.shape[axis]
        if wanted is None:
            continue
        yield from toward(
            case, origin, wanted,
            purpose=f"so that {operand.text} has the width {wanted} of {other.text}",
            repair_class=RepairClass.A if likelihood > 0.8 else RepairClass.B,
            likelihood=likelihood, limit=3,
        )  # fmt: skip
