"""Two branches that are added or multiplied have different widths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphscope.doctor.case import Case
from graphscope.doctor.facts.merging import stages_text, told_conflict
from graphscope.doctor.facts.operands import (
    Conflict,
    Operand,
    conflict_of,
    differing_axes,
    history_of,
    is_variable,
    ways_of,
)
from graphscope.doctor.facts.parameters import width_parameter
from graphscope.doctor.facts.size_pairs import is_channels_first
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.values import toward, toward_all
from graphscope.doctor.origins import (
    Divergence,
    Origin,
    Stage,
    as_evidence,
    describe,
    trace_dimension,
)
from graphscope.doctor.wording import distinct, shape

ID = "merge-of-different-widths"

_LONGEST_PROJECTION = 3
"""Layers of a projection: the convolution, a normalisation, an activation."""


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
    channels = 1 - len(first.shape) if is_channels_first(case, first) else -1
    if axis != channels and not (is_variable(first.tensor) or is_variable(second.tensor)):
        return
    yield _diagnosis(case, conflict, first, second, axis)


def _pair(conflict: Conflict) -> tuple[Operand, Operand, int] | None:
    """Return two operands that differ, with the axis: of several, one and the odd one out."""
    operands = [each for each in conflict.operands if len(each.shape) == _usual_rank(conflict)]
    for one in range(len(operands)):
        for second in operands[one + 1 :]:
            axes = differing_axes(operands[one].shape, second.shape)
            if axes:
                return _with_majority(operands, operands[one], second, axes[0])
    return None


def _usual_rank(conflict: Conflict) -> int:
    """Return the rank of most operands."""
    ranks = [len(each.shape) for each in conflict.operands]
    return max(ranks, key=ranks.count)


def _with_majority(
    operands: list[Operand], first: Operand, second: Operand, axis: int
) -> tuple[Operand, Operand, int]:
    """Put the operand that all others agree with first, where there is one."""
    sizes = [each.shape[axis] for each in operands]
    if sizes.count(second.shape[axis]) > sizes.count(first.shape[axis]):
        return second, first, axis
    return first, second, axis


def _diagnosis(
    case: Case, conflict: Conflict, first: Operand, second: Operand, axis: int
) -> Diagnosis:
    branch, kept = _ranked(case, conflict, first, second, axis)
    ways = ways_of(case, first, second)
    origins = branch.origin(case, axis), kept.origin(case, axis)
    fixes = [*_fixes(case, origins, (branch, kept), axis)]
    advice = _advice(conflict, ways, branch, kept, axis)
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


def _advice(conflict: Conflict, ways: Divergence, branch: Operand, kept: Operand, axis: int) -> str:
    wanted, given = kept.shape[axis], branch.shape[axis]
    if is_variable(branch.tensor) or is_variable(kept.tensor):
        return f"Both must have the same size along axis {axis}."
    if conflict.function in {"Multiply", "the operator *"} and 1 in (
        *branch.shape[1:-1],
        *kept.shape[1:-1],
    ):
        return (
            f"A gate needs one factor per channel of what it scales ({wanted}), or a single one: "
            f"give {branch.text} the width {wanted}."
        )
    if not ways.left or not ways.right:
        return (
            "A residual sum needs equal widths on both paths: the last layer of the branch must "
            f"give {wanted}, the width of the skip path, or the skip path needs a projection to "
            f"{given}."
        )
    return (
        f"Both must have the same size along axis {axis}: the last layer before {branch.text} "
        f"must give {wanted}, or the one before {kept.text} {given}."
    )


def _ranked(
    case: Case, conflict: Conflict, first: Operand, second: Operand, axis: int
) -> tuple[Operand, Operand]:
    """Return the operand that is to change, then the one that is to stay.

    A weight is to fit the tensor that it is added to; of several the odd one out is to change. The
    skip path of a residual sum stays: the other was made to be added to it. Where the skip path is
    a projection of its own, that was made to fit.
    """
    if is_variable(first.tensor) != is_variable(second.tensor):
        return (first, second) if is_variable(first.tensor) else (second, first)
    sizes = [each.shape[axis] for each in conflict.operands if -axis <= len(each.shape)]
    counts = sizes.count(first.shape[axis]), sizes.count(second.shape[axis])
    if counts[0] != counts[1]:
        return (first, second) if counts[0] < counts[1] else (second, first)
    ways = ways_of(case, first, second)
    if ways.common is None or len(ways.left) == len(ways.right):
        return second, first
    longer, shorter = (first, second) if len(ways.left) > len(ways.right) else (second, first)
    short = min(ways.left, ways.right, key=len)
    if short and _fixing_width(short):
        return shorter, longer
    return longer, shorter


def _fixing_width(way: Sequence[Stage]) -> bool:
    """Whether a way is a projection: one layer that gives its tensor a width, and at most norms."""
    fixing = [stage for stage in way if width_parameter(stage.call.operation) is not None]
    return len(fixing) == 1 and len(way) <= _LONGEST_PROJECTION


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
    for origin, source, operand, other, likelihood in (
        (origins[0], origins[1], branch, kept, 0.9),
        (origins[1], origins[0], kept, branch, 0.5),
    ):
        wanted = other.shape[axis]
        if wanted is None:
            continue
        purpose = f"so that {operand.text} has the width {wanted} of {other.text}"
        kind = RepairClass.A if likelihood > 0.8 else RepairClass.B
        reshaped = _reshaped_widths(case, operand, wanted, origin)
        if reshaped:
            fix = toward_all(
                case, reshaped, purpose=purpose, repair_class=kind, likelihood=likelihood
            )
            if fix is not None:
                yield fix
            continue
        yield from toward(
            case, origin, wanted, purpose=purpose, repair_class=kind, likelihood=likelihood,
            limit=3, other=source, tensor=other.text,
        )  # fmt: skip


def _reshaped_widths(
    case: Case, operand: Operand, wanted: int, origin: Origin
) -> list[tuple[Origin, int]]:
    """Return both widths that must change where a vector was reshaped to be broadcast.

    `Reshape((1, 1, c))` behind `Dense(c)` names the width a second time.
    """
    stages = history_of(case, operand)
    if len(stages) < 2 or stages[-1].class_name != "Reshape" or not stages[-1].call.inputs:
        return []
    given = stages[-1].call.input_specs[0].shape or ()
    if not given or given[-1] != operand.shape[-1]:
        return []
    behind = trace_dimension(case, stages[-1].call.inputs[0], -1, stages[-1].call)
    return [(origin, wanted), (behind, wanted)]
