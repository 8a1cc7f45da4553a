"""A function returns several things, and they are used together as if they were one array."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import Failing, failing, function_name
from graphscope.doctor.facts.looking import is_array, shape_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import at, code, distinct, shape

ID = "tuple-used-as-array"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for a tuple of unlike things among the arguments of the call that failed."""
    found = failing(case)
    error = case.failure.exception if case.failure else None
    if found is None or not isinstance(error, ValueError | TypeError | AttributeError):
        return
    for node in _candidates(found):
        value = found.look(node)
        if isinstance(value, tuple) and _is_mixed(value):
            call = _made_by(found, node)
            if call is not None:
                yield _tell(case, found, node, value, *call)
                return


def _candidates(found: Failing) -> Iterator[ast.expr]:
    """Yield the arguments of the call, and the object whose method or attribute is asked for."""
    node = found.node
    if isinstance(node, ast.Call):
        yield from node.args
        node = node.func
    if isinstance(node, ast.Attribute):
        yield node.value


def _is_mixed(value: tuple[Any, ...]) -> bool:
    """Whether a tuple begins with numbers and goes on with something else: no row of an array."""
    if len(value) < 2 or isinstance(value[0], dict | str):
        return False
    is_numbers = is_array(value[0]) or shape_of(value[0]) is not None or isinstance(value[0], list)
    rest = value[1:]
    others = [each for each in rest if isinstance(each, dict | str | bool) or each is None]
    scalars = [each for each in rest if isinstance(each, int | float)]
    return is_numbers and bool(others or scalars)


def _made_by(found: Failing, node: ast.expr) -> tuple[SourceFile, ast.Assign, ast.Call] | None:
    """Return the assignment `name = f(...)` whose function returned the tuple."""
    if not isinstance(node, ast.Name):
        return None
    for each in definitions_of(found.file, node, before=node):
        value = each.value
        if isinstance(value, ast.Call) and not each.path and each.file is found.file:
            statement = each.file.statement_of(value)
            if isinstance(statement, ast.Assign) and statement.value is value:
                return each.file, statement, value
        return None
    return None


def _tell(
    case: Case,
    found: Failing,
    node: ast.expr,
    value: tuple[Any, ...],
    file: SourceFile,
    statement: ast.Assign,
    call: ast.Call,
) -> Diagnosis:
    place = Place(file.path, statement.lineno)
    name, called = found.source(node), file.segment(call.func)
    parts = ", ".join(_kind(each) for each in value)
    first = shape_of(value[0])
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"`{found.text}`{at(case, found.place)} cannot be computed: {name} is a tuple of "
        f"{len(value)}, ({parts}), and not one array.\n"
        f"`{called}(...)`{at(case, place)} returns a tuple of {len(value)}; it was not unpacked. "
        f"Such a tuple cannot be reshaped or made an array: its parts are inhomogeneous.\n"
        f"Unpack it, `{name}, {_others(value)} = {file.segment(call)}`, or take its first part, "
        f"{name}[0]{', of shape ' + shape(first) if first is not None else ''}.",
        places=distinct([place, found.place]),
        evidence=(
            Evidence("value", f"{name} is a tuple of {len(value)}: ({parts})", place),
            code(case, place),
        ),
        fixes=tuple(_fixes(found, node, value, file, statement)),
    )


def _kind(value: Any) -> str:
    found = shape_of(value)
    if found is not None and not isinstance(value, int | float):
        return f"an array of shape {shape(found)}"
    return f"a {type(value).__name__}"


def _others(value: tuple[Any, ...]) -> str:
    dicts = len(value) == 2 and isinstance(value[1], dict)
    return "info" if dicts else ", ".join(["_"] * (len(value) - 1)) if len(value) < 4 else "*_"


def _fixes(
    found: Failing,
    node: ast.expr,
    value: tuple[Any, ...],
    file: SourceFile,
    statement: ast.Assign,
) -> Iterator[Fix]:
    if not found.case.program.is_own(file.path):
        return
    target = statement.targets[0]
    text = file.segment(target)
    is_single = isinstance(target, ast.Name) and len(statement.targets) == 1
    if is_single:
        unpacked = f"{text}, {_others(value)}"
        fix = make_fix(
            Editor(file).replace(target, unpacked),
            f"Unpack what {function_name(statement.value) or 'it'} returns: {unpacked} = ..."
            if isinstance(statement.value, ast.Call)
            else f"Unpack it: {unpacked} = ...",
            repair_class=RepairClass.A,
            likelihood=0.95,
        )
        if fix is not None:
            yield fix
    fix = make_fix(
        Editor(found.file).replace(node, f"{found.file.segment(node)}[0]"),
        f"Take the first part: {found.file.segment(node)}[0]",
        repair_class=RepairClass.B,
        likelihood=0.7,
    )
    if fix is not None:
        yield fix
