"""Labels that are one-hot rows already are made one-hot once more."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison, find_comparison
from graphscope.doctor.facts.data_part import Step
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.looking import look, shape_of
from graphscope.doctor.facts.target_data import target_steps
from graphscope.doctor.facts.wording_targets import boundary_place
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, code, distinct, shape

ID = "one-hot-twice"

_ENCODERS = {"to_categorical", "one_hot", "get_dummies"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for a call that encodes rows which have the output's width already."""
    comparison = find_comparison(case)
    if comparison is None or len(comparison.target) != len(comparison.prediction) + 1:
        return
    units = comparison.prediction[-1]
    for step in target_steps(comparison):
        call = step.node
        if not isinstance(call, ast.Call) or function_name(call) not in _ENCODERS or not call.args:
            continue
        # The encoding adds one axis at the end, whatever the name stands for by now.
        given = _shape_given(step, call.args[0], comparison) or comparison.target[:-1]
        if given[-1] != units and comparison.target[-1] in (2, units):
            given = comparison.target[:-1]
        if given[-1] != units or len(given) != len(comparison.prediction):
            continue
        if case.program.is_own(step.file.path):
            yield _tell(case, step, call, given, comparison.target, comparison.prediction,
                        boundary_place(comparison.boundary))  # fmt: skip
        return


def _shape_given(
    step: Step, node: ast.expr, comparison: Comparison
) -> tuple[int | None, ...] | None:
    frames = [step.frame, *(comparison.boundary.site if comparison.boundary else ())]
    for frame in frames:
        found = shape_of(look(node, frame)) if frame is not None else None
        if found:
            return tuple(found)
    return None


def _tell(
    case: Case,
    step: Step,
    call: ast.Call,
    given: tuple[int | None, ...],
    target: tuple[int | None, ...],
    prediction: tuple[int | None, ...],
    fitted: Place | None,
) -> Diagnosis:
    place = Place(step.file.path, call.lineno)
    text, inner = step.file.segment(call), step.file.segment(call.args[0])
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.97,
        f"The targets are {shape(target)} and the output is {shape(prediction)}: the targets have "
        f"an axis too many.\n"
        f"`{text}`{at(case, place)} adds another axis: {inner} is {shape(given)} and is already "
        f"one-hot, with a column for each of the {given[-1]} classes; to_categorical makes a row "
        f"of every 0 and 1 in it, {target[-1]} columns.\n"
        f"Use {inner} as it is, or encode the class numbers (integers of shape "
        f"{shape(given[:-1])}) once.",
        places=distinct([place, fitted]),
        evidence=(
            Evidence("shape", f"{inner}: {shape(given)}, already one-hot", place),
            Evidence("shape", f"targets {shape((given[0], *target[1:]))}, output "
                     f"{shape(prediction)}"),
            code(case, place),
        ),
        fixes=tuple(_fixes(step, call, inner)),
    )  # fmt: skip


def _fixes(step: Step, call: ast.Call, inner: str) -> Iterator[Fix]:
    fix = make_fix(
        Editor(step.file).replace(call, inner),
        f"Leave the second encoding out: {inner}",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    if fix is not None:
        yield fix
