"""A loss written by hand that takes the logarithm of a probability that can be 0."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._shapes import function_name
from graphscope.doctor.checks._trained import TrainedOutput, activation_of, trained_outputs
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import distinct, label, place_of

ID = "unguarded-log"

_PASSING = frozenset({"cast", "convert_to_tensor", "astype", "reshape", "squeeze"})


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the losses of the user's own under a sigmoid or softmax."""
    for output in trained_outputs(case):
        call = output.call
        activation = activation_of(call) if call is not None else None
        if activation not in ("sigmoid", "softmax"):
            continue
        found = _loss_function(case, output.given)
        if found is None:
            continue
        file, function, parameter = found
        logs = [node for node in ast.walk(function) if _is_bare_log(file, node, parameter)]
        if logs:
            yield _tell(case, output, file, function, logs, parameter, activation)  # type: ignore[arg-type]


def _loss_function(case: Case, loss: Any) -> tuple[SourceFile, ast.FunctionDef, str] | None:
    """Return the source of a loss and the name of its prediction."""
    method = loss if hasattr(loss, "__code__") else getattr(type(loss), "call", None)
    code = getattr(method, "__code__", None)
    file = case.program.file(code.co_filename) if code is not None else None
    if code is None or file is None or not case.program.is_own(file.path):
        return None
    for node in file.functions(code.co_name):
        lines = [node.lineno, *(each.lineno for each in node.decorator_list)]
        names = [each.arg for each in node.args.args if each.arg != "self"]
        if code.co_firstlineno in lines and len(names) >= 2 and isinstance(node, ast.FunctionDef):
            return file, node, names[1]
    return None


def _is_bare_log(file: SourceFile, node: ast.AST, parameter: str) -> bool:
    if not isinstance(node, ast.Call) or function_name(node) != "log" or not node.args:
        return False
    return _is_bare(file, node.args[0], parameter, 0)


def _is_bare(  # noqa: PLR0911 - one answer for each kind of expression
    file: SourceFile, node: ast.expr, parameter: str, depth: int
) -> bool:
    """Whether an expression is the prediction, or 1 minus it, and nothing keeps it from 0."""
    if depth > 10:
        return False
    if isinstance(node, ast.Name):
        found = definitions_of(file, node, node)
        if len(found) != 1:
            return False
        if found[0].kind == "parameter":
            return node.id == parameter
        value = found[0].value
        return (
            value is not None and not found[0].path and _is_bare(file, value, parameter, depth + 1)
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        one = isinstance(node.left, ast.Constant) and node.left.value in (1, 1.0)
        return one and _is_bare(file, node.right, parameter, depth + 1)
    if isinstance(node, ast.Call) and function_name(node) in _PASSING:
        given = node.args[0] if node.args else None
        if isinstance(node.func, ast.Attribute) and function_name(node) == "astype":
            given = node.func.value
        return given is not None and _is_bare(file, given, parameter, depth + 1)
    return False


def _tell(
    case: Case,
    output: TrainedOutput,
    file: SourceFile,
    function: ast.FunctionDef,
    logs: list[ast.Call],
    parameter: str,
    activation: str,
) -> Diagnosis:
    assert output.call is not None
    source = _assigned(file, logs, parameter)
    first = Place(file.path, source.lineno if source is not None else logs[0].lineno)
    texts = " and ".join(dict.fromkeys(file.segment(each) for each in logs))
    head = label(output.call.operation)
    name = file.segment(logs[0].args[0])
    return Diagnosis(
        ID,
        Severity.WARNING,
        0.88,
        f"The loss {function.name} takes {texts} of what {head} gives, without clipping. A "
        f"{activation} saturates: a few large inputs make it exactly 0 or 1 "
        "in float32 (underflow).\n"
        "Then log(0) is -inf, and 0 * log(0) is NaN: one such example makes the loss NaN, and "
        "after one step all weights.\n"
        f"Clip {name} away from 0 and 1 (an epsilon of 1e-7), or use a crossentropy of Keras.",
        places=distinct([first, *(Place(file.path, each.lineno) for each in logs)]),
        evidence=(
            *(
                Evidence("code", file.line_text(line), Place(file.path, line))
                for line in dict.fromkeys(each.lineno for each in logs)
            ),
            Evidence("arithmetic", "0 * log(0) = 0 * -inf = NaN"),
            Evidence(
                "value",
                f"{head} ends with {activation}; no clip, no epsilon in {function.name}",
                place_of(case, output.call.operation),
            ),
        ),
        fixes=tuple(_fixes(file, logs, source, parameter)),
    )


def _assigned(file: SourceFile, logs: list[ast.Call], parameter: str) -> ast.expr | None:
    """Return the expression of the variable that all logarithms read: `p = ops.cast(y_pred)`."""
    names = [
        node
        for log in logs
        for node in ast.walk(log.args[0])
        if isinstance(node, ast.Name) and node.id != parameter
    ]
    values = [
        found[0].value for each in names if len(found := definitions_of(file, each, each)) == 1
    ]
    values = [each for each in values if each is not None]
    return values[0] if values and all(each is values[0] for each in values) else None


def _fixes(
    file: SourceFile, logs: list[ast.Call], source: ast.expr | None, parameter: str
) -> Iterator[Fix]:
    reference = refer_to(file, "keras.ops.clip")
    found = []
    if source is not None:
        editor = reference.imported(Editor(file))
        found.append(
            make_fix(
                editor.wrap(source, f"{reference.text}(", ", 1e-6, 1 - 1e-6)"),
                f"Clip {file.segment(source)} to (1e-6, 1 - 1e-6)",
                repair_class=RepairClass.A,
                likelihood=0.9,
            )
        )
    editor = Editor(file)
    for log in logs:
        editor.wrap(log.args[0], "", " + 1e-7")
    found.append(
        make_fix(
            editor,
            "Add an epsilon of 1e-7 inside the logarithm",
            repair_class=RepairClass.A,
            likelihood=0.8,
        )
    )
    if source is None and all(isinstance(log.args[0], ast.Name) for log in logs):
        editor = reference.imported(Editor(file))
        for log in logs:
            editor.wrap(log.args[0], f"{reference.text}(", ", 1e-7, 1.0)")
        found.append(
            make_fix(
                editor,
                f"Clip {parameter} to (1e-7, 1) before the logarithm",
                repair_class=RepairClass.A,
                likelihood=0.85,
            )
        )
    yield from sorted((fix for fix in found if fix is not None), key=lambda fix: -fix.likelihood)
