"""Two objects that were built by one function of the user's, from calls with other arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Place
from graphscope.doctor.fixes.names import frames_in
from graphscope.doctor.records import Frame, Site
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.bindings import default_of, parameters_of


@dataclass(frozen=True, slots=True, eq=False)
class OtherCall:
    """A parameter for which two calls of one function give different expressions.

    Attributes:
        function: the name of the function.
        parameter: the parameter.
        file, call: the call that built the first object.
        given: what that call gives; None when it takes the default.
        text: what the other call gives.
        default: the default, where the first call takes it.
        place: the line of the other call.
        knows: whether the names of `text` are known where the first call stands.
    """

    function: str
    parameter: str
    file: SourceFile
    call: ast.Call
    given: ast.expr | None
    text: str
    default: str
    place: Place
    knows: bool


def built_differently(case: Case, first: Site, second: Site) -> list[OtherCall]:
    """Return where the calls that built two objects differ, the innermost common function's.

    Args:
        case: the case.
        first: the user's frames when the first object was made, innermost first.
        second: those of the second.
    """
    for inner, outer in pairwise(first):
        for other_inner, other_outer in pairwise(second):
            if inner.code is not other_inner.code or outer.position == other_outer.position:
                continue
            found = list(_differing(case, inner, outer, other_outer))
            if found:
                return found
    return []


def _differing(case: Case, inner: Frame, outer: Frame, other: Frame) -> Iterator[OtherCall]:
    mine, theirs = case.program.call(outer), case.program.call(other)
    if mine is None or theirs is None or not case.program.is_own(mine[0].path):
        return
    function = _function(case, inner)
    if function is None:
        return
    one, two = _bound(mine[1], function), _bound(theirs[1], function)
    for name in [argument.arg for argument in parameters_of(function)]:
        given, wanted = one.get(name), two.get(name)
        if wanted is None or (given is not None and ast.dump(given) == ast.dump(wanted)):
            continue
        if given is not None and _is_label(given) and _is_label(wanted):
            continue
        default = default_of(function, name)
        yield OtherCall(
            function.name, name, mine[0], mine[1], given, theirs[0].segment(wanted),
            "" if default is None else ast.unparse(default),
            Place(theirs[0].path, theirs[1].lineno), _knows(case, mine[0], mine[1], wanted),
        )  # fmt: skip


def _function(case: Case, frame: Frame) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    file = case.program.file(frame.position.file)
    found = file.functions(frame.code.co_name) if file else []
    return next((each for each in found if each.lineno >= frame.code.co_firstlineno), None)


def _bound(call: ast.Call, function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, ast.expr]:
    """Return the expression that a call gives for each parameter."""
    names = [argument.arg for argument in parameters_of(function)]
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    if any(isinstance(each, ast.Starred) for each in call.args):
        return {}
    found = dict(zip(names, call.args, strict=False))
    return found | {each.arg: each.value for each in call.keywords if each.arg}


def _is_label(node: ast.expr) -> bool:
    """Whether an expression is a text: names of objects are to differ."""
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _knows(case: Case, file: SourceFile, at: ast.AST, node: ast.expr) -> bool:
    frame = next((found for found, _ in frames_in(case, file, at)), None)
    if frame is None:
        return False
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return all(name in frame.locals or name in frame.globals for name in names)
