"""Fixes of conditions that kept a branch of the program from running."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.choices import Choice, identity_choices
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile


def widen_condition(
    case: Case,
    file: SourceFile,
    node: ast.AST,
    frame: Frame,
    *,
    names: tuple[str, ...],
    ratio: int,
) -> Iterator[Fix]:
    """Yield fixes of the conditions that left a variable as it was instead of projecting it.

    Args:
        case: the case.
        file: the file.
        node: where the variables did not fit.
        frame: the frame that was there.
        names: the variables.
        ratio: by how much their sizes differ: a variable of that value, such as `strides`, is what
            the test has not looked at.
    """
    if not case.program.is_own(file.path):
        return
    for choice in identity_choices(case, file, node, frame, names):
        test = choice.file.segment(choice.test)
        for name in _variables(choice.frame, ratio):
            if name in _names(choice.test):
                continue
            yield from _looking_at(choice, name, test)
        if isinstance(statement := file.parent(choice.test), ast.If) and not statement.orelse:
            yield from _by_shape(file, node, statement, names)


def _looking_at(choice: Choice, name: str, test: str) -> Iterator[Fix]:
    """Let a condition look at a variable too."""
    wrapped = f"({test})" if isinstance(choice.test, ast.BoolOp | ast.IfExp) else test
    text = f"{name} != 1 or {wrapped}" if choice.projects else f"{name} == 1 and {wrapped}"
    fix = make_fix(
        Editor(choice.file).replace(choice.test, text),
        f"Let the condition look at {name} too: if {text}",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    if fix is not None:
        yield fix


def _names(test: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(test) if isinstance(each, ast.Name)}


def _variables(frame: Frame, ratio: int) -> list[str]:
    """Return the function's variables with the value of the ratio, those named for it first."""
    found = [
        name
        for name, value in frame.locals.items()
        if type(value) is int and value == ratio and ratio > 1
    ]
    found += [n for n, v in frame.locals.items() if isinstance(v, tuple) and v == (ratio, ratio)]
    return sorted(found, key=lambda name: "strid" not in name and "down" not in name)


def _by_shape(
    file: SourceFile, node: ast.AST, statement: ast.If, names: tuple[str, ...]
) -> Iterator[Fix]:
    """Compare the whole shapes, where both variables exist before the test."""
    around = file.function_of(node) or file.tree
    before = {
        each.id
        for each in ast.walk(around)
        if isinstance(each, ast.Name)
        and isinstance(each.ctx, ast.Store)
        and each.lineno < statement.lineno
    }
    if len(names) == 2 and set(names) <= before:
        text = f"{names[0]}.shape != {names[1]}.shape"
        fix = make_fix(
            Editor(file).replace(statement.test, text),
            f"Project whenever the shapes differ: if {text}",
            repair_class=RepairClass.B,
            likelihood=0.7,
        )
        if fix is not None:
            yield fix
