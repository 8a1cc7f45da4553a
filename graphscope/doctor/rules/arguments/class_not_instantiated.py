"""A class stands where an object of it is needed: the parentheses are missing."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.binding import bound_expression, place
from graphscope.doctor.facts.user_call import UserCall, innermost_call, required_names
from graphscope.doctor.findings import Diagnosis, Evidence, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code, distinct

ID = "class-not-instantiated"

KEEPS_CLASSES = {"custom_objects"}
"""Parameters whose values are classes on purpose."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for a class in the failing call: before its dot, or among its arguments."""
    call = innermost_call(case)
    if call is None:
        return
    found = _as_owner(call) or _as_argument(call)
    if found is not None:
        yield _tell(call, *found)


def _as_owner(call: UserCall) -> tuple[ast.expr, type] | None:
    """`Sequential.add(layer)`: a method that needs an object is called on its class."""
    owner, function = call.owner, call.node.func
    if not isinstance(owner, type) or not isinstance(function, ast.Attribute):
        return None
    method = inspect.getattr_static(owner, function.attr, None)
    if not inspect.isfunction(method) or not _is_framework_class(owner):
        return None
    given = call.value(call.node.args[0]) if call.node.args else None
    return None if isinstance(given, owner) else (function.value, owner)


def _as_argument(call: UserCall) -> tuple[ast.expr, type] | None:
    seen = _seen_by_keras(call.case)
    for name, part in call.parts():
        value = call.value(part)
        is_class = isinstance(value, type) and _is_framework_class(value)
        if is_class and name not in KEEPS_CLASSES and any(value is each for each in seen):
            return part, value
    return None


def _seen_by_keras(case: Case) -> list[Any]:
    """Return what the two innermost functions of Keras were looking at."""
    frames = case.failure.keras_frames[:2] if case.failure else ()
    return [value for _, _, _, variables in frames for value in dict(variables).values()]


def _is_framework_class(value: type) -> bool:
    import keras

    bases = (keras.Operation, keras.Optimizer, keras.callbacks.Callback, keras.Metric, keras.Loss)
    return issubclass(value, bases)


def _tell(call: UserCall, node: ast.expr, value: type) -> Diagnosis:
    case, name = call.case, value.__name__
    file, written, _ = _written(call, node)
    line = place(file, written)
    required = required_names(value)
    arguments = ", ".join("..." for _ in required)
    needed = f" with its arguments ({', '.join(required)})" if required else ""
    used = f"{call.file.segment(call.node.func)}(...)"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{name} is a class, not an instance: the parentheses are missing in "
        f"`{file.line_text(line.line)}`{at(case, line)}.\n"
        f"{used}{at(case, call.place)} needs an object: received the class {name}, needed an "
        f"instance of it, made by {name}({arguments}).\n"
        f"Write {name}({arguments}){needed}: calling the class makes the object.",
        places=distinct([line, call.place]),
        layer=name if _is_layer(value) else None,
        evidence=(
            Evidence("value", f"{file.segment(written)} is <class {name}>, not an instance", line),
            code(case, call.place),
        ),
        fixes=tuple(_fixes(file, written, name, required)),
    )


def _written(call: UserCall, node: ast.expr) -> tuple[SourceFile, ast.expr, Frame]:
    """Return where the class is written without parentheses: at an assignment, or in the call."""
    file, written, frame = bound_expression(call, node)
    own = call.case.program.is_own(file.path)
    return (file, written, frame) if own else (call.file, node, call.frame)


def _fixes(file: SourceFile, node: ast.expr, name: str, required: list[str]) -> Iterator[Any]:
    if required:
        return  # only the user knows the values
    editor = Editor(file).wrap(node, "", "()")
    fix = make_fix(
        editor,
        f"Add the parentheses: {name}() makes an instance of the class",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    if fix is not None:
        yield fix


def _is_layer(value: type) -> bool:
    import keras

    return issubclass(value, keras.layers.Layer)
