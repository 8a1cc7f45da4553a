"""Functions that TensorFlow rewrote (`tf.function`): no frame of theirs is the user's.

What happened inside such a function is recorded where the user's code called it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.records import CallRecord, Frame, Shape, Spec
from graphscope.doctor.source import SourceFile

_MISSING = object()


def traced_call(case: Case, file: SourceFile, node: ast.Call) -> CallRecord | None:
    """Return the recorded call of a layer that an expression of such a function is."""
    function = file.function_of(node)
    for record, frame, call in _calls_of(case, function):
        if _held(node.func, frame, call) is record.operation and record.output_specs:
            return record
    return None


def traced_argument(case: Case, file: SourceFile, node: ast.Name) -> Shape | None:
    """Return the shape of a parameter of such a function."""
    function = file.function_of(node)
    if not isinstance(function, ast.FunctionDef):
        return None
    names = [each.arg for each in function.args.args]
    for _, frame, call in _calls_of(case, function):
        given = _bound(names, call)
        argument = given.get(node.id)
        if isinstance(argument, ast.Name) and isinstance(
            held := frame.locals.get(argument.id), Spec
        ):
            return held.shape
    return None


def _calls_of(case: Case, function: ast.AST | None) -> Iterator[tuple[CallRecord, Frame, ast.Call]]:
    """Yield the records whose innermost frame was calling the function, with that call."""
    if not isinstance(function, ast.FunctionDef) or not function.decorator_list:
        return
    for record in case.recording.calls:
        found = case.program.call(record.site[0]) if record.site else None
        if found is not None and _name(found[1]) == function.name:
            yield record, record.site[0], found[1]


def _name(call: ast.Call) -> str | None:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else None


def _bound(names: list[str], call: ast.Call) -> dict[str, ast.expr]:
    if names[:1] == ["self"]:
        names = names[1:]
    given = dict(zip(names, call.args, strict=False))
    return given | {each.arg: each.value for each in call.keywords if each.arg}


def _held(node: ast.expr, frame: Frame, call: ast.Call) -> Any:
    """Return what a name or `self.x` stands for inside the function that a frame calls."""
    if isinstance(node, ast.Name):
        return frame.globals.get(node.id, frame.locals.get(node.id, _MISSING))
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
        return _MISSING
    owner = frame.globals.get(node.value.id)
    if node.value.id == "self" and isinstance(call.func, ast.Attribute):
        owner = _owner(call.func.value, frame)
    return vars(owner).get(node.attr, _MISSING) if hasattr(owner, "__dict__") else _MISSING


def _owner(node: ast.expr, frame: Frame) -> Any:
    if isinstance(node, ast.Name):
        return frame.locals.get(node.id, frame.globals.get(node.id))
    return None
