"""Fixes of conditions that kept a branch of the program from running."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import evaluate
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
    """Yield fixes that let an `if` run which would have changed one of some variables.

    In the function around a node, an `if` before it whose test was false, and whose body assigns
    one of the variables, has kept it as it was.

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
    for statement in _untaken(case, file, node, frame, names):
        test = file.segment(statement.test)
        wrapped = f"({test})" if isinstance(statement.test, ast.BoolOp | ast.IfExp) else test
        for name in _variables(frame, ratio):
            if name in test:
                continue
            text = f"{name} != 1 or {wrapped}"
            fix = make_fix(
                Editor(file).replace(statement.test, text),
                f"Let the condition look at {name} too: if {text}",
                repair_class=RepairClass.A,
                likelihood=0.95,
            )
            if fix is not None:
                yield fix
        yield from _by_shape(file, node, statement, names)


def _untaken(
    case: Case, file: SourceFile, node: ast.AST, frame: Frame, names: tuple[str, ...]
) -> Iterator[ast.If]:
    around = file.function_of(node) or file.tree
    line = getattr(node, "lineno", 0)
    for each in ast.walk(around):
        if not isinstance(each, ast.If) or each.lineno > line or each.orelse:
            continue
        assigned = {
            target.id
            for body in each.body
            for target in ast.walk(body)
            if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store)
        }
        # UNKNOWN is false too: a test that cannot be evaluated may have been false.
        if assigned & set(names) and not evaluate(case, each.test, frame, file=file):
            yield each


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
