"""Conditions of the program that chose to leave a tensor as it is instead of projecting it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.fixes.names import frames_in
from graphscope.doctor.origins import evaluate
from graphscope.doctor.records import Frame
from graphscope.doctor.source import SourceFile


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A condition that was decided for the identity.

    Attributes:
        file: the file.
        test: the condition.
        frame: the frame that decided it.
        projects: whether the condition being true would have led to the projection.
    """

    file: SourceFile
    test: ast.expr
    frame: Frame
    projects: bool


def identity_choices(
    case: Case, file: SourceFile, node: ast.AST, frame: Frame, names: tuple[str, ...]
) -> Iterator[Choice]:
    """Yield the conditions that kept variables as they were, the nearest first.

    Either in the function around a node, or, where that function asks whether a layer of `self`
    exists, in the method that did not make it.

    Args:
        case: the case.
        file: the file.
        node: where the variables did not fit.
        frame: the frame that was there.
        names: the variables.
    """
    around = file.function_of(node) or file.tree
    line = getattr(node, "lineno", 0)
    for each in ast.walk(around):
        if getattr(each, "lineno", line + 1) > line or not isinstance(each, ast.If | ast.IfExp):
            continue
        if not _decides(file, each, names):
            continue
        missing = _missing_layer(each.test, frame)
        if missing is not None:
            yield from _where_made(case, file, each, missing, frame)
        elif (projects := _projecting_side(each)) is not None:
            truth = evaluate(case, each.test, frame, file=file)
            # UNKNOWN is false too: a test that cannot be evaluated may have been false.
            if bool(truth is True) is not projects:
                yield Choice(file, each.test, frame, projects)


def _decides(file: SourceFile, choice: ast.If | ast.IfExp, names: tuple[str, ...]) -> bool:
    """Whether a condition decides what one of the variables holds."""
    if isinstance(choice, ast.IfExp):
        statement = file.statement_of(choice)
        stored = _stored([statement])
        return bool(stored & set(names)) or isinstance(statement, ast.Return | ast.Expr)
    return bool(_stored([*choice.body, *choice.orelse]) & set(names))


def _stored(statements: list[ast.stmt]) -> set[str]:
    return {
        each.id
        for statement in statements
        for each in ast.walk(statement)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }


def _projecting_side(choice: ast.If | ast.IfExp) -> bool | None:
    """Return for which outcome of its test a choice calls something; None when for both."""
    sides: list[ast.AST] = (
        [choice.body, choice.orelse]
        if isinstance(choice, ast.IfExp)
        else [ast.Module(choice.body, []), ast.Module(choice.orelse, [])]
    )
    calls = [any(isinstance(n, ast.Call) for n in ast.walk(side)) for side in sides]
    if calls[0] == calls[1]:
        return None
    return calls[0]


def _missing_layer(test: ast.expr, frame: Frame) -> str | None:
    """Return the attribute of `self` that a test finds to be None or False."""
    owner = frame.locals.get("self")
    for each in ast.walk(test):
        if (
            isinstance(each, ast.Attribute)
            and isinstance(each.value, ast.Name)
            and each.value.id == "self"
            and owner is not None
        ):
            held: Any = vars(owner).get(each.attr, ...)
            if held is None or held is False:
                return each.attr
    return None


def _where_made(
    case: Case, file: SourceFile, node: ast.AST, attribute: str, frame: Frame
) -> Iterator[Choice]:
    """Yield the conditions under which a class gives itself the attribute."""
    home = file.class_of(node)
    owner = frame.locals.get("self")
    for statement in ast.walk(home) if home else ():
        if not isinstance(statement, ast.Assign) or not _assigns(statement, attribute):
            continue
        made = next(
            (each for each, _ in frames_in(case, file, statement)
             if each.locals.get("self") is owner), None
        )  # fmt: skip
        if made is None:
            continue
        if isinstance(statement.value, ast.IfExp):
            yield from _of(file, statement.value, made)
        elif isinstance(statement.value, ast.Compare | ast.BoolOp):
            yield Choice(file, statement.value, made, True)
        parent = file.parent(statement)
        if isinstance(parent, ast.If) and isinstance(statement.value, ast.Call):
            yield Choice(file, parent.test, made, statement in parent.body)


def _of(file: SourceFile, choice: ast.IfExp, frame: Frame) -> Iterator[Choice]:
    projects = _projecting_side(choice)
    if projects is not None:
        yield Choice(file, choice.test, frame, projects)


def _assigns(statement: ast.Assign, attribute: str) -> bool:
    return any(
        isinstance(target, ast.Attribute)
        and target.attr == attribute
        and isinstance(target.value, ast.Name)
        and target.value.id == "self"
        for target in statement.targets
    )
