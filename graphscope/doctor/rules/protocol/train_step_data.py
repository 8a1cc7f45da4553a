"""A train_step takes other data apart than fit delivers: x alone, or x, y and weights."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.classes import own_class
from graphscope.doctor.facts.live import name_value
from graphscope.doctor.facts.training import boundary_call
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import UNKNOWN
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import at, code, distinct

ID = "train-step-data"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the unpacking statement at which a step failed."""
    failure = case.failure
    if failure is None or failure.boundary is None or not failure.site:
        return
    frame = failure.site[0]
    if not frame.position.function.endswith(("train_step", "test_step")):
        return
    file = case.program.file(frame.position.file)
    statement = file.statement_on(frame.position.line) if file else None
    if file is None or not isinstance(statement, ast.Assign):
        return
    target, value = statement.targets[0], statement.value
    if not isinstance(target, ast.Tuple) or not isinstance(value, ast.Name):
        return
    data = name_value(value.id, frame)
    if data is UNKNOWN:
        return
    count = len(data) if isinstance(data, tuple | list) else 1
    if count != len(target.elts):
        yield _tell(case, file, statement, frame, count)


def _tell(
    case: Case, file: SourceFile, statement: ast.Assign, frame: Frame, count: int
) -> Diagnosis:
    failure = case.failure
    assert failure is not None
    boundary = failure.boundary
    fit = boundary_call(case, boundary)
    line = Place(file.path, statement.lineno)
    target, value = statement.targets[0], statement.value
    text, name = file.segment(target), file.segment(value)
    given = "x alone, a single tensor" if count == 1 else f"{count} parts (x, y, sample_weight)"
    owner = next(iter(frame.locals.values()), None)
    found = own_class(case, owner)
    fixes = tuple(_fixes(file, statement, count, fit))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"`{file.segment(statement)}`{at(case, line)} takes {_count(target)} parts out of {name}, "
        f"and fit{at(case, fit.place if fit else None)} delivers {given}.\n"
        f"Without y, fit passes x itself to train_step; with sample_weight or class_weight, a "
        f"third part comes.\n"
        f"{fixes[0].title if fixes else 'Unpack what fit delivers'}.",
        places=distinct([line, fit.place if fit else None]),
        layer=found[1].name if found else None,
        evidence=(
            code(case, line),
            Evidence("data", f"{name} holds {given}; {text} needs {_count(target)} parts", line),
            *((code(case, fit.place),) if fit else ()),
        ),
        fixes=fixes,
    )


def _count(target: ast.expr) -> int:
    return len(target.elts) if isinstance(target, ast.Tuple) else 1


def _fixes(file: SourceFile, statement: ast.Assign, count: int, fit: Any) -> Iterator[Fix]:
    target, name = statement.targets[0], file.segment(statement.value)
    assert isinstance(target, ast.Tuple)
    names = [file.segment(each) for each in target.elts]
    reference = refer_to(file, "keras.utils.unpack_x_y_sample_weight")
    rest = [*names, "sample_weight"][:3] if len(names) < 3 else names
    if count == 1:
        first = Editor(file).replace(statement, f"{' = '.join(names)} = {name}")
        yield from _made(
            first, f"Use the input as its own target: {' = '.join(names)} = {name}", 0.6
        )
        if fit is not None and fit.is_own and len(fit.node.args) == 1:
            text = fit.file.segment(fit.node.args[0])
            editor = Editor(fit.file).insert_element_after(fit.node.args[0], text)
            yield from _made(editor, f"Give fit the targets: fit({text}, {text}, ...)", 0.5)
    elif count > len(names):
        more = [*names, *(["sample_weight"] if count == len(names) + 1 else ["*_"])]
        editor = Editor(file).replace(target, ", ".join(more))
        yield from _made(editor, f"Take all parts: {', '.join(more)} = {name}", 0.85)
    if len(rest) == 3 and count != 1:
        editor = reference.imported(Editor(file))
        editor.replace(statement, f"{', '.join(rest)} = {reference.text}({name})")
        yield from _made(editor, "Let Keras take the data apart, whatever parts it has", 0.5)


def _made(editor: Editor, title: str, likelihood: float) -> Iterator[Fix]:
    fix = make_fix(editor, title, repair_class=RepairClass.B, likelihood=likelihood)
    if fix is not None:
        yield fix
