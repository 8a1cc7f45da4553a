"""`compute_loss(y, y_pred)` in a step of one's own: Keras takes `(x, y, y_pred)`."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import Failing, failing
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, code, shape

ID = "compute-loss-arguments"

_ORDER = ["x", "y", "y_pred", "sample_weight"]


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at a failing call of `compute_loss` that gives two arguments by position."""
    found = failing(case)
    if found is None or not isinstance(found.node, ast.Call):
        return
    call = found.node
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr != "compute_loss":
        return
    given = {each.arg for each in call.keywords}
    owner = found.look(function.value)
    if len(call.args) != 2 or given & set(_ORDER) or _parameters(owner) != _ORDER:
        return
    yield _tell(case, found, call)


def _parameters(owner: object) -> list[str]:
    try:
        return list(inspect.signature(owner.compute_loss).parameters)[: len(_ORDER)]  # type: ignore[attr-defined]
    except (AttributeError, TypeError, ValueError):
        return []


def _tell(case: Case, found: Failing, call: ast.Call) -> Diagnosis:
    target, prediction = (found.source(each) for each in call.args)
    sizes = [shape_of(found.look(each)) for each in call.args]
    told = ", ".join(
        f"{text} {shape(size)}"
        for text, size in zip((target, prediction), sizes, strict=True)
        if size is not None
    )
    fix = _fix(found, call)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.96,
        f"compute_loss{at(case, found.place)} takes its arguments in the order (x, y, y_pred, "
        f"sample_weight); it was given ({target}, {prediction}){': ' + told if told else ''}.\n"
        f"So {target} was given as x and {prediction} as y, and y_pred is None: the loss has no "
        "prediction to compare with. (Losses themselves take y_true, y_pred.)\n"
        f"Pass them by name: y={target}, y_pred={prediction}.",
        places=(found.place,),
        evidence=(
            code(case, found.place),
            Evidence("call", "compute_loss(x=None, y=None, y_pred=None, sample_weight=None)"),
        ),
        fixes=(fix,) if fix is not None else (),
    )


def _fix(found: Failing, call: ast.Call) -> Fix | None:
    editor = Editor(found.file)
    for name, node in zip(("y", "y_pred"), call.args, strict=True):
        editor.wrap(node, f"{name}=", "")
    return make_fix(
        editor,
        "Name the arguments of compute_loss: y=, y_pred=",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
