"""The `call` or `build` of a user's layer does not take what Keras passes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.classes import Method, line_of, method_of, methods_of, own_class
from graphscope.doctor.findings import Diagnosis, Edit, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.source import SourceFile
from graphscope.doctor.wording import at, code

ID = "call-signature"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the methods of the failing layer for one that forgot a parameter."""
    failure = case.failure
    call = failure.layer_call if failure else None
    if failure is None or call is None or not isinstance(failure.exception, TypeError | NameError):
        return
    found = own_class(case, call.operation)
    if found is None:
        return
    file, node = found
    for method in methods_of(node):
        names = [each.arg for each in (*method.args.posonlyargs, *method.args.args)]
        if _lacks_self(method, names):
            yield _without_self(case, file, node, method, call.operation)
            return
    own = method_of(node, "call")
    if own is not None and isinstance(failure.exception, NameError):
        yield from _undefined(case, file, node, own, call.operation)


def _lacks_self(method: Method, names: list[str]) -> bool:
    is_static = any(getattr(each, "id", "") == "staticmethod" for each in method.decorator_list)
    is_protocol = method.name in {"call", "build", "train_step", "test_step"}
    return (
        is_protocol
        and not is_static
        and not method.args.vararg
        and names[:1] != ["self"]
        and (
            not names
            or names[0] in {"x", "inputs", "input", "data", "input_shape", "tensor", "inp"}
        )
    )


def _without_self(
    case: Case, file: SourceFile, node: ast.ClassDef, method: Method, layer: Any
) -> Diagnosis:
    line = line_of(file, method)
    given = ", ".join(each.arg for each in method.args.args)
    header = file.lines[method.lineno - 1]
    right = header.replace(f"{method.name}(", f"{method.name}(self{', ' * bool(given)}", 1)
    fix = Fix(
        f"Add self: def {method.name}(self{', ' * bool(given)}{given})",
        (Edit(file.path, method.lineno, right),),
        RepairClass.A,
        likelihood=0.97,
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{node.name}.{method.name}({given}){at(case, line)} has no `self`: `{header.strip()}`.\n"
        f"Python passes the object itself first, so that one argument too many arrives.\n"
        f"Write def {method.name}(self{', ' * bool(given)}{given}).",
        places=(line,),
        layer=getattr(layer, "name", node.name),
        evidence=(
            code(case, line),
            Evidence("call", f"{method.name} received the object and the input; it takes {given}"),
        ),
        fixes=(fix,),
    )


def _undefined(
    case: Case, file: SourceFile, node: ast.ClassDef, method: Method, layer: Any
) -> Iterator[Diagnosis]:
    """`training` or `mask` used in `call` and missing from its parameters."""
    failure = case.failure
    assert failure is not None
    name = (
        getattr(failure.exception, "name", None)
        or failure.message.partition("'")[2].partition("'")[0]
    )
    if name not in {"training", "mask"}:
        return
    line = line_of(file, method)
    header = file.lines[method.lineno - 1]
    last = method.args.args[-1]
    if last.lineno != method.lineno or method.args.vararg or method.args.kwarg:
        return
    end = last.end_col_offset or 0
    default = "=False" if name == "training" else "=None"
    right = f"{header[:end]}, {name}{default}{header[end:]}"
    fix = Fix(
        f"Add the parameter {name}{default} to {node.name}.call",
        (Edit(file.path, method.lineno, right),),
        RepairClass.A,
        likelihood=0.95,
    )
    used = failure.site[0].position
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"{node.name}.call{at(case, line)} uses `{name}` (line {used.line}), which is not among "
        f"its parameters: `{header.strip()}`.\n"
        f"Keras passes {name} to call only when call takes it.\n"
        f"Add it: def call(..., {name}{default}).",
        places=(line,),
        layer=getattr(layer, "name", node.name),
        evidence=(code(case, line), Evidence("note", f"name '{name}' is not defined in call")),
        fixes=(fix,),
    )
