"""A subclass of Model or Layer has no `call`, or has it under another name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.classes import (
    Method,
    add_method,
    line_of,
    method_of,
    methods_of,
    own_class,
    rename_method,
    sublayers,
)
from graphscope.doctor.facts.user_call import UserCall, user_calls
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code, distinct

ID = "call-not-defined"

OTHER_NAMES = ("forward", "Call", "calls", "call_", "_call", "__call", "apply", "call_fn", "cal")
"""What `call` is called by mistake."""
EVALUATING = {"evaluate": "evaluate", "test_step": "validation"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find the object whose `call` is only the base class's."""
    instance = _uncallable(case)
    found = own_class(case, instance) if instance is not None else None
    if found is not None:
        yield _tell(case, instance, *found)


def _uncallable(case: Case) -> Any:
    for name, _, _, variables in case.failure.keras_frames[:3] if case.failure else ():
        if name in {"Model.call", "Layer.call"}:
            return dict(variables).get("self")
    return None


def _tell(case: Case, instance: Any, file: SourceFile, node: ast.ClassDef) -> Diagnosis:
    failure = case.failure
    assert failure is not None
    wrong = next((each for each in methods_of(node) if each.name in OTHER_NAMES), None)
    line = line_of(file, wrong or node)
    names = {name.rpartition(".")[2] for name, _, _, _ in failure.keras_frames}
    validating = failure.stage == "fit" and bool(names & set(EVALUATING))
    fit = next((each for each in user_calls(case) if each.name in {"fit", "evaluate"}), None)
    fixes = [*_call_fixes(file, node, instance, wrong)]
    if validating and fit is not None:
        fixes += _without_validation(fit)
    why = ""
    if method_of(node, "train_step") is not None:
        why = (
            "Its train_step calls the parts directly, but validation, evaluate and predict use "
            "the default test_step, which calls the model itself.\n"
        )
    under = f" Its method {wrong.name} is never called by Keras." if wrong else ""
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{node.name}{at(case, line_of(file, node))} does not define call(), and Keras needs it "
        f"here ({failure.stage}{' with validation_data' if validating else ''}).{under}\n{why}"
        f"Implement call(self, inputs) in {node.name}: it says what the "
        f"{'model' if hasattr(instance, 'layers') else 'layer'} computes.",
        places=distinct([line, fit.place if fit and validating else None]),
        layer=node.name,
        evidence=(
            code(case, line),
            Evidence("note", f"methods of {node.name}: {', '.join(_names(node))}; call is missing"),
            Evidence("note", "override call, or test_step for evaluate and validation_data"),
        ),
        fixes=tuple(fixes),
    )


def _names(node: ast.ClassDef) -> list[str]:
    return [each.name for each in methods_of(node)] or ["none"]


def _call_fixes(
    file: SourceFile, node: ast.ClassDef, instance: Any, wrong: Method | None
) -> Iterator[Fix]:
    if wrong is not None:
        yield rename_method(file, wrong, "call")
        return
    names = sublayers(node, instance)
    if not names:
        return
    inner = "inputs"
    for name in names:
        inner = f"self.{name}({inner})"
    text = f"def call(self, inputs):\n    return {inner}"
    before = next((e for e in ("train_step", "test_step") if method_of(node, e)), "")
    fix = make_fix(
        add_method(Editor(file), node, text, before),
        f"Implement call in {node.name}: return {inner}",
        repair_class=RepairClass.B,
        likelihood=0.85,
    )
    if fix is not None:
        yield fix


def _without_validation(fit: UserCall) -> list[Fix]:
    given = [e for e in fit.node.keywords if (e.arg or "").startswith("validation_")]
    if not given or not fit.is_own:
        return []
    editor = Editor(fit.file).remove_argument(fit.node, given[0])
    fix = make_fix(
        editor,
        f"Train without {given[0].arg}, as the model cannot be evaluated",
        repair_class=RepairClass.B,
        likelihood=0.4,
    )
    return [fix] if fix else []
