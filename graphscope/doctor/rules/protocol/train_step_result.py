"""A model's own train_step or test_step does not return a dictionary of logs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.classes import (
    Method,
    line_of,
    method_of,
    own_class,
    own_nodes,
    returns_value,
    self_name,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code, distinct

ID = "train-step-result"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the steps of the model whose fit or evaluate failed after the step."""
    failure = case.failure
    boundary = failure.boundary if failure else None
    if failure is None or boundary is None or not failure.site:
        return
    if not isinstance(failure.exception, TypeError | ValueError | AttributeError | RuntimeError):
        return
    if failure.call is not None or failure.site[0].position.function.endswith("_step"):
        return  # it failed inside the step, or in a layer
    found = own_class(case, boundary.model)
    for name in ("train_step", "test_step") if found else ():
        method = method_of(found[1], name) if found else None
        if found is not None and method is not None and _is_wrong(method):
            yield _tell(case, found, method)
            return


def _is_wrong(method: Method) -> bool:
    if not returns_value(method):
        return True
    values = _returned(method)
    return all(not _may_be_logs(each, method) for each in values)


def _returned(method: Method) -> list[ast.expr]:
    return [n.value for n in own_nodes(method) if isinstance(n, ast.Return) and n.value]


def _may_be_logs(value: ast.expr, method: Method) -> bool:
    """Whether an expression can be a dictionary."""
    if isinstance(value, ast.Tuple | ast.List | ast.Constant | ast.BinOp):
        return False
    if not isinstance(value, ast.Name):
        return True
    given = [
        node.value
        for node in own_nodes(method)
        if isinstance(node, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == value.id for t in node.targets)
    ]
    makers = ("loss", "mean", "sum", "reduce_mean", "reduce_sum", "compute_loss", "result")
    return not any(
        (isinstance(each, ast.Call) and _last_name(each).endswith(makers))
        or isinstance(each, ast.BinOp)
        for each in given
    )


def _last_name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _tell(case: Case, found: tuple[SourceFile, ast.ClassDef], method: Method) -> Diagnosis:
    file, node = found
    values = _returned(method)
    last = method.body[-1]
    returned = file.segment(values[0]) if values else "None"
    at_line = line_of(file, values[0] if values else last)
    said = (
        "has no return statement, so that it returns None"
        if not values
        else (f"returns `{returned}`, which is no dictionary")
    )
    logs = _logs(file, method, values)
    fix = _fix(file, method, logs, values)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"{node.name}.{method.name}{at(case, line_of(file, method))} {said}.\n"
        f"fit needs the logs of each step: a dict of metrics, name to value. Received {returned}, "
        f'needed a dict such as {{"loss": ...}}.\n'
        f"Return {logs} at the end of {method.name}.",
        places=distinct([at_line, line_of(file, method)]),
        layer=node.name,
        evidence=(
            code(case, at_line),
            Evidence("value", f"{method.name} returned {returned} instead of a dict of logs"),
        ),
        fixes=(fix,) if fix else (),
    )


def _logs(file: SourceFile, method: Method, values: list[ast.expr]) -> str:
    """Return the source of a dictionary that says what the step computed."""
    last = method.body[-1]
    if values:
        return _dictionary(file, values[0])
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Dict):
        return file.segment(last.value)
    text, me = file.segment(method), self_name(method)
    losses = [
        target.id
        for node in own_nodes(method)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and "loss" in target.id
    ]
    if f"{me}.metrics" in text or ".update_state(" in text or not losses:
        return f"{{m.name: m.result() for m in {me}.metrics}}"
    return _named(losses)


def _dictionary(file: SourceFile, value: ast.expr) -> str:
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    names = [each.id for each in parts if isinstance(each, ast.Name)]
    return _named(names) if len(names) == len(parts) else f'{{"loss": {file.segment(parts[0])}}}'


def _named(names: list[str]) -> str:
    return "{" + ", ".join(f'"{each}": {each}' for each in dict.fromkeys(names)) + "}"


def _fix(file: SourceFile, method: Method, logs: str, values: list[ast.expr]) -> Fix | None:
    editor = Editor(file)
    last = method.body[-1]
    if values:
        for value in values:
            editor.replace(value, logs)
    elif isinstance(last, ast.Expr) and isinstance(last.value, ast.Dict):
        editor.replace(last, f"return {logs}")
    else:
        editor.insert_after(last, f"return {logs}")
    return make_fix(
        editor, f"Return the logs: return {logs}", repair_class=RepairClass.A, likelihood=0.93
    )
