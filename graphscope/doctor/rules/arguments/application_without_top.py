"""An application without its top is trained as if it classified: `classes=` has no effect."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.training import boundary_call, compile_of, summary
from graphscope.doctor.facts.user_call import UserCall
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import find_argument, make_fix
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.records import Boundary
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import at, code, distinct

ID = "application-without-top"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at a failing fit of an application for include_top=False."""
    failure = case.failure
    boundary = failure.boundary if failure else None
    if boundary is None or failure is None or failure.layer_call is not None:
        return
    call = _application(case, boundary.model)
    if call is None:
        return
    top = call.value(find_argument(call.node, call.function, "include_top"))
    targets = summary(boundary, "y")
    outputs = getattr(boundary.model, "outputs", None) or []
    if top is not False or targets is None or len(outputs) != 1:
        return
    received = tuple(outputs[0].shape)
    needed = (None, *(targets.spec.shape or ())[1:])
    if len(received) > 2 and received[1:] != needed[1:]:
        yield _tell(case, call, boundary, received, needed)


def _application(case: Case, model: Any) -> UserCall | None:
    """Return the call of keras.applications that made a model."""
    made = creation_call(case, model)
    if made is None:
        return None
    file, node, frame = made
    call = UserCall(case, frame, file, node, None)
    function = call.value(node.func)
    module = getattr(function, "__module__", None) or ""
    return UserCall(case, frame, file, node, function) if "applications" in module else None


def _tell(
    case: Case,
    call: UserCall,
    boundary: Boundary,
    received: tuple[int | None, ...],
    needed: tuple[int | None, ...],
) -> Diagnosis:
    classes = find_argument(call.node, call.function, "classes")
    units = _units(call, boundary, classes, needed)
    line = call.place
    ignored = f"; classes={call.file.segment(classes)} has no effect then" if classes else ""
    fit = boundary_call(case, boundary)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.96,
        f"{call.name}{at(case, line)} is made with include_top=False, which ignores classes and "
        f"ends with a feature map{ignored}.\n"
        f"Its output is {received}, the targets{at(case, fit.place if fit else None)} are "
        f"{needed}: include_top=False leaves out the layers that classify.\n"
        f"Add a head of your own, Flatten or GlobalAveragePooling2D and Dense({units}), or set "
        f"include_top=True.",
        places=distinct([line, fit.place if fit else None]),
        layer=call.name,
        evidence=(
            code(case, line),
            Evidence("shape", f"output {received}; targets {needed}"),
            Evidence("note", f"include_top=False: add Flatten + Dense({units})"),
        ),
        fixes=tuple(_fixes(case, call, boundary, units)),
    )


def _units(
    call: UserCall, boundary: Boundary, classes: ast.expr | None, needed: tuple[int | None, ...]
) -> str:
    if classes is not None:
        return call.file.segment(classes)
    if len(needed) == 2 and (needed[1] or 0) > 1:
        return str(needed[1])
    targets = summary(boundary, "y")
    return str(int(targets.maximum) + 1) if targets and targets.maximum is not None else "10"


def _fixes(case: Case, call: UserCall, boundary: Boundary, units: str) -> Iterator[Fix]:
    statement = call.file.statement_of(call.node)
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return
    name = statement.targets[0].id
    loss = (compile_of(case, boundary.model) or boundary).arguments.get("loss")
    activation = "sigmoid" if "binary" in str(loss) else "softmax"
    refer = [refer_to(call.file, f"keras.{each}").text for each in ("Sequential", "layers.Dense")]
    for rank, pool in enumerate(("Flatten", "GlobalAveragePooling2D")):
        editor = Editor(call.file)
        middle = refer_to(call.file, f"keras.layers.{pool}")
        for each in ("Sequential", "layers.Dense", f"layers.{pool}"):
            refer_to(call.file, f"keras.{each}").imported(editor)
        text = (
            f"{name} = {refer[0]}([{name}, {middle.text}(), "
            f'{refer[1]}({units}, activation="{activation}")])'
        )
        editor.insert_after(statement, text)
        title = f"Add a head: {pool} + Dense({units}, activation={activation!r})"
        yield from _made(editor, title, RepairClass.B, 0.85 - 0.1 * rank)
    top = find_argument(call.node, call.function, "include_top")
    if top is not None:
        editor = Editor(call.file).replace(top, "True")
        yield from _made(
            editor, "Keep the top, which classifies: include_top=True", RepairClass.B, 0.5
        )


def _made(
    editor: Editor, title: str, repair_class: RepairClass, likelihood: float
) -> Iterator[Fix]:
    fix = make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)
    if fix is not None:
        yield fix
