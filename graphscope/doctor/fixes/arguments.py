"""The arguments of calls in the source: found by name, given, changed or taken away."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.source import Editor, SourceFile


def find_argument(call: ast.Call, function: Any, name: str) -> ast.expr | None:
    """Return the expression that a call gives for a parameter, by keyword or by position.

    Args:
        call: the call in the source.
        function: what is called: a class or function, for the order of its parameters.
        name: the parameter.
    """
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    names = parameter_names(function)
    if name not in names or any(isinstance(each, ast.Starred) for each in call.args):
        return None
    index = names.index(name)
    return call.args[index] if index < len(call.args) else None


def parameter_names(function: Any) -> list[str]:
    """Return the names of the positional parameters, without `self`; empty when unknown."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [each.name for each in parameters if each.kind in kinds]


def set_argument(editor: Editor, call: ast.Call, function: Any, name: str, text: str) -> Editor:
    """Give a call an argument, in the place of the one it has, else as a keyword."""
    given = find_argument(call, function, name)
    return editor.replace(given, text) if given else editor.set_keyword(call, name, text)


def fix_creation(
    case: Case,
    instance: Any,
    name: str,
    text: str | None,
    *,
    title: str,
    repair_class: RepairClass = RepairClass.B,
    likelihood: float = 0.5,
) -> Fix | None:
    """Return the fix that makes an object with another argument; None when no source is known.

    Args:
        case: the case.
        instance: a layer, loss, ...
        name: the parameter of its class.
        text: the source of the new value; None takes the argument away.
        title: what the fix says.
        repair_class: how much intent it presumes.
        likelihood: how much the evidence speaks for it.
    """
    made = creation_call(case, instance)
    if made is None or not case.program.is_own(made[0].path):
        return None
    file, call, _ = made
    if not names_class(file, call, type(instance)):
        return None
    editor = Editor(file)
    given = find_argument(call, type(instance), name)
    if text is not None:
        set_argument(editor, call, type(instance), name, text)
    elif given is not None:
        editor.remove_argument(call, _as_given(call, given))
    return make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)


def make_fix(
    editor: Editor,
    title: str,
    *,
    repair_class: RepairClass = RepairClass.B,
    likelihood: float = 0.5,
) -> Fix | None:
    """Return the editor's changes as a fix; None when they change nothing or break the syntax."""
    edits = editor.edits()
    if not edits or not editor.parses():
        return None
    return Fix(title, edits, repair_class, likelihood=likelihood)


def names_class(file: SourceFile, call: ast.Call, cls: type) -> bool:
    """Whether the function of a call is a class by its own name: `layers.Dense(...)`.

    A call that made the object indirectly (`MobileNetV2(...)` made a convolution, a helper made a
    layer) is none.
    """
    function = file.segment(call.func)
    return function.rpartition(".")[2] in {base.__name__ for base in cls.__mro__[:2]}


def _as_given(call: ast.Call, value: ast.expr) -> ast.expr | ast.keyword:
    return next((each for each in call.keywords if each.value is value), value)
