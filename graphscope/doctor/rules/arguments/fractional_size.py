"""A size that was divided with `/` is a float, where a whole number is needed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.facts.live import live_value
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import Origin, as_evidence, trace_value
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code, distinct

ID = "fractional-size"


@dataclass(frozen=True, slots=True, eq=False)
class _Fraction:
    """A float that was used as a size, and the division that made it."""

    file: SourceFile
    node: ast.expr
    value: float
    origin: Origin
    division: ast.BinOp
    made_in: SourceFile


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for floats among the arguments and indices that were refused."""
    failure = case.failure
    # What a constructor of Keras refuses is the matter of another rule.
    if failure is None or failure.creating is not None:
        return
    if not isinstance(failure.exception, TypeError | ValueError):
        return
    for frame in failure.site[:2]:
        found = next(_fractions(case, frame), None)
        if found is not None:
            yield _tell(case, found)
            return


def _fractions(case: Case, frame: Frame) -> Iterator[_Fraction]:
    failure, located = case.failure, case.program.node(frame)
    assert failure is not None
    if located is None or not case.program.is_own(located[0].path):
        return
    file, node = located
    for each in ast.walk(node):
        if not isinstance(each, ast.Name | ast.Attribute | ast.BinOp):
            continue
        value = live_value(case, each, frame)
        if type(value) is not float or not value.is_integer():
            continue
        # Python and Keras name the value or its type when they refuse it.
        if not any(word in failure.message for word in (repr(value), "float", "integer")):
            continue
        origin = trace_value(case, each, frame)
        division = _division(case, origin)
        if division is not None:
            yield _Fraction(file, each, value, origin, division[1], division[0])


def _division(case: Case, origin: Origin) -> tuple[SourceFile, ast.BinOp] | None:
    for step in origin.walk():
        node, file = step.node, step.file
        divides = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        if divides and file is not None and case.program.is_own(file.path):
            assert isinstance(node, ast.BinOp)
            return file, node
    return None


def _tell(case: Case, found: _Fraction) -> Diagnosis:
    failure = case.failure
    assert failure is not None
    used = Place(found.file.path, found.node.lineno)
    made = Place(found.made_in.path, found.division.lineno)
    text, divided = found.file.segment(found.node), found.made_in.segment(found.division)
    whole = int(found.value)
    call = failure.layer_call
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"`{text}`{at(case, used)} is {found.value}, a float, and is used as a size or index, "
        f"which must be an integer: {failure.type_name}.\n"
        f"It was computed with `/`{at(case, made)}: {divided} = {found.value}; in Python `/` "
        "always gives a float, also where nothing is left over.\n"
        f"Divide with `//`, or convert with int(...): a shape needs integers, {whole} and not "
        f"{found.value}.",
        places=distinct([made, used]),
        layer=call.name if call else None,
        evidence=(
            Evidence("arithmetic", f"{divided} = {found.value}, a float", made),
            code(case, used),
            *as_evidence(case, found.origin)[:4],
        ),
        fixes=tuple(_fixes(found)),
    )


def _fixes(found: _Fraction) -> Iterator[Fix]:
    file, division = found.made_in, found.division
    left, right = file.segment(division.left), file.segment(division.right)
    for text, title, repair_class, likelihood in (
        (f"{left} // {right}", "Divide without a remainder", RepairClass.A, 0.95),
        (f"int({left} / {right})", "Make the quotient an integer", RepairClass.B, 0.6),
    ):
        fix = make_fix(
            Editor(file).replace(division, text),
            f"{title}: {text}",
            repair_class=repair_class,
            likelihood=likelihood,
        )
        if fix is not None:
            yield fix
