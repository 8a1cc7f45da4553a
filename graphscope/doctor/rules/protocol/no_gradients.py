"""No weight gets a gradient: the loss is computed through something that has none."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.classes import Method, own_nodes
from graphscope.doctor.facts.gradient_stops import FLAT
from graphscope.doctor.facts.training import boundary_call, compile_of, fitting_losses
from graphscope.doctor.facts.user_call import UserCall
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import find_argument, make_fix
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code, distinct

ID = "loss-without-gradient"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the loss for the step at which the gradient ends."""
    failure = case.failure
    if failure is None or not any(
        name.endswith("_filter_empty_gradients") for name, _, _, _ in failure.keras_frames[:3]
    ):
        return
    model = failure.boundary.model if failure.boundary else None
    compiled = compile_of(case, model)
    call = boundary_call(case, compiled)
    if compiled is None or call is None:
        return
    loss = compiled.arguments.get("loss")
    step = _step(case, loss)
    node = find_argument(call.node, compiled.model.compile, "loss")
    if node is not None and (step is not None or _is_metric(loss)):
        yield _tell(call, node, loss, step, model)


def _step(case: Case, loss: Any) -> tuple[SourceFile, Method, ast.expr] | None:
    """Return the expression in a loss of the user's that has no gradient."""
    function = loss if hasattr(loss, "__code__") else getattr(type(loss), "call", None)
    source = getattr(function, "__code__", None)
    file = case.program.file(source.co_filename) if source is not None else None
    if file is None or source is None or not case.program.is_own(file.path):
        return None
    for each in file.functions(source.co_name):
        if each.lineno <= source.co_firstlineno + 5 and each.lineno >= source.co_firstlineno:
            for node in own_nodes(each):
                if _has_no_gradient(node):
                    assert isinstance(node, ast.expr)
                    return file, each, node
    return None


def _has_no_gradient(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        return not any(isinstance(op, ast.Is | ast.IsNot | ast.In) for op in node.ops)
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in FLAT:
        return True
    constants = [each for each in ast.walk(node) if isinstance(each, ast.Constant)]
    kinds = ("int", "bool", "uint")
    is_cast = name == "cast" and any(str(each.value).startswith(kinds) for each in constants)
    return is_cast and len(node.args) == 2 and isinstance(node.args[1], ast.Constant)


def _is_metric(loss: Any) -> bool:
    module = getattr(loss, "__module__", None) or type(loss).__module__
    return "keras" in module and "metrics" in module


def _tell(
    call: UserCall,
    node: ast.expr,
    loss: Any,
    step: tuple[SourceFile, Method, ast.expr] | None,
    model: Any,
) -> Diagnosis:
    case = call.case
    name = getattr(loss, "__name__", None) or type(loss).__name__
    used = Place(call.file.path, node.lineno)
    losses = fitting_losses(case.failure.boundary if case.failure else None, model)
    if step is not None:
        file, function, expression = step
        line = Place(file.path, expression.lineno)
        text = file.segment(expression)
        why = f"`{text}`{at(case, line)} in {function.name} is a step function, not differentiable"
    else:
        line, text = used, call.file.segment(node)
        why = f"{text} is a metric that counts right answers: it is not differentiable"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"No gradient reaches any weight: {why}.\n"
        f"The loss {name} is given to compile{at(case, used)}; training follows its gradient, "
        f"and past {text} that gradient is None for all weights.\n"
        f"Use a differentiable loss such as {losses[0]}, and keep {name} as a metric.",
        places=distinct([line, used]),
        layer=None,
        evidence=(
            code(case, line),
            code(case, used),
            Evidence(
                "note", f"argmax, round, comparisons and integer casts have no gradient: {text}"
            ),
        ),
        fixes=tuple(_fixes(call, node, name, losses)),
    )


def _fixes(
    call: UserCall,
    node: ast.expr,
    name: str,
    losses: list[str],
) -> Iterator[Fix]:
    file = call.file
    metrics = find_argument(call.node, call.function, "metrics") if call.function else None
    for rank, loss in enumerate(losses):
        editor = Editor(file).replace(node, f'"{loss}"')
        if rank == 0 and not isinstance(metrics, ast.List):
            editor.append_argument(call.node, f"metrics=[{file.segment(node)}]")
        fix = make_fix(
            editor,
            f"Train with {loss}" + (f", and keep {name} as a metric" if rank == 0 else ""),
            repair_class=RepairClass.B,
            likelihood=0.85 - 0.4 * rank,
        )
        if fix is not None:
            yield fix
