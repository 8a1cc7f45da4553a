"""A function or a layer's `call` computes a result and does not return it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.facts.attributes import NO_ATTRIBUTE
from graphscope.doctor.facts.binding import bound_expression
from graphscope.doctor.facts.classes import (
    Method,
    line_of,
    method_of,
    own_class,
    own_nodes,
    returns_value,
)
from graphscope.doctor.facts.live import flat, live_value
from graphscope.doctor.facts.user_call import UserCall, user_calls
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code, distinct

ID = "returns-nothing"


@dataclass(frozen=True, slots=True, eq=False)
class _Silent:
    """A function without a returned value, and what needed it."""

    file: SourceFile
    function: Method
    title: str
    used: Place | None
    layer: str | None


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Follow a None back to the function of the user that gave it."""
    failure = case.failure
    if failure is None or not isinstance(
        failure.exception, TypeError | ValueError | AttributeError
    ):
        return
    silent = _helper(case) or _layer(case)
    if silent is not None:
        yield _tell(case, silent)


def _helper(case: Case) -> _Silent | None:
    """A function of the user's whose result was used: `model = build()`; `block(x)`."""
    for call in list(user_calls(case))[:2]:
        nodes = [part for _, part in call.parts()]
        if isinstance(call.node.func, ast.Attribute):
            nodes.insert(0, call.node.func.value)
        for node in nodes:
            found = _made_by(call, node)
            if found is not None:
                return found
    return _attribute_of_none(case)


def _made_by(call: UserCall, node: ast.expr) -> _Silent | None:
    value = call.value(node)
    if value is not None and not isinstance(node, ast.Call):
        return None
    file, expression, frame = bound_expression(call, node)
    if not isinstance(expression, ast.Call) or not isinstance(expression.func, ast.Name):
        return None
    function = live_value(call.case, expression.func, frame)
    found = _function(call.case, file, function)
    if found is None or returns_value(found[1]):
        return None
    used = Place(call.file.path, node.lineno)
    return _Silent(found[0], found[1], f"{found[1].name}()", used, None)


def _function(case: Case, file: SourceFile, function: object) -> tuple[SourceFile, Method] | None:
    code_of = getattr(function, "__code__", None)
    source = case.program.file(code_of.co_filename) if code_of else None
    source = source or file
    name = getattr(function, "__name__", "")
    first = getattr(code_of, "co_firstlineno", 0)
    for each in source.functions(name):
        lines = [each.lineno, *(d.lineno for d in each.decorator_list)]
        if first in lines and case.program.is_own(source.path):
            return source, each
    return None


def _attribute_of_none(case: Case) -> _Silent | None:
    """`model.compile` where model is None: no call had begun yet."""
    failure = case.failure
    assert failure is not None
    if not failure.site or not NO_ATTRIBUTE.search(failure.message):
        return None
    found = case.program.node(failure.site[0])
    if found is None or not failure.message.startswith("'NoneType'"):
        return None
    for node in ast.walk(found[1]):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            call = UserCall(case, failure.site[0], found[0], ast.Call(node, [], []), None)
            silent = _made_by(call, node.value)
            if silent is not None:
                return silent
    return None


def _layer(case: Case) -> _Silent | None:
    """A layer or model of the user's whose `call` gave nothing."""
    failure = case.failure
    assert failure is not None
    given = flat(list(failure.layer_call.args)) if failure.layer_call else ()
    is_none = any(each is None for each in given)
    seen_none = any(
        dict(variables).get(name, 0) is None
        for _, _, _, variables in failure.keras_frames
        for name in ("y_pred", "x", "outputs")
    )
    if not (is_none or seen_none):
        return None
    for record in reversed(case.recording.calls):
        if record.error is not None or record.outputs or not record.is_layer:
            continue
        found = own_class(case, record.operation)
        method = method_of(found[1], "call") if found else None
        if found is not None and method is not None and not returns_value(method):
            frame = failure.site[0].position if failure.site else None
            used = Place(frame.file, frame.line) if frame else None
            title = f"{found[1].name}.call"
            return _Silent(found[0], method, title, used, record.name or found[1].name)
    return None


def _tell(case: Case, silent: _Silent) -> Diagnosis:
    file, function = silent.file, silent.function
    last = function.body[-1]
    name = _result(function)
    line = line_of(file, last)
    value = name or "its result"
    fixes = tuple(_fixes(file, function, name))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.96,
        f"{silent.title}{at(case, line_of(file, function))} has no return statement with a value, "
        f"so that its result is None.\n"
        f"It is used{at(case, silent.used)}: received None, needed what the function computed.\n"
        f"End {silent.title} with `return {value}`.",
        places=distinct([line, line_of(file, function), silent.used]),
        layer=silent.layer,
        evidence=(
            code(case, line),
            Evidence("value", f"{silent.title} returns None", line_of(file, function)),
            *((code(case, silent.used),) if silent.used else ()),
        ),
        fixes=fixes,
    )


def _result(function: Method) -> str | None:
    """Return the name that a function assigned last, or the expression it ends with."""
    last = function.body[-1]
    if isinstance(last, ast.Expr) and not isinstance(last.value, ast.Constant):
        inner = last.value
        is_method = isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute)
        if is_method and isinstance(inner.func.value, ast.Name):  # type: ignore[attr-defined]
            return str(inner.func.value.id)  # type: ignore[attr-defined]
        return None
    names = [
        target.id
        for node in own_nodes(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    return names[-1] if names else None


def _fixes(file: SourceFile, function: Method, name: str | None) -> Iterator[Fix]:
    last = function.body[-1]
    if isinstance(last, ast.Expr) and name is None and not isinstance(last.value, ast.Constant):
        text = file.segment(last)
        editor = Editor(file).replace(last, f"return {text}")
        name = text
    elif name is not None:
        editor = Editor(file).insert_after(last, f"return {name}")
    else:
        return
    fix = make_fix(
        editor, f"Return the result: return {name}", repair_class=RepairClass.A, likelihood=0.92
    )
    if fix is not None:
        yield fix
