"""A training step that computes gradients and hands them to no optimizer."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_place
from graphscope.doctor.checks._trained import trainings
from graphscope.doctor.facts.classes import class_source, method_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import distinct

ID = "gradients-not-applied"

_APPLYING = frozenset(
    {"apply", "apply_gradients", "minimize", "stateless_apply", "step", "assign", "assign_sub",
     "assign_add", "train_step"}
)  # fmt: skip
"""Methods that change weights, or leave it to another class to do so."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the `train_step` of each trained model, and at what it calls of its own class."""
    for fit in trainings(case):
        found = class_source(case, type(fit.model))
        step = method_of(found[1], "train_step") if found is not None else None
        if found is None or step is None:
            continue
        file, owner = found
        taken = _gradients(file, step)
        if taken is None or _applies(owner):
            continue
        yield _tell(case, fit, file, taken)


class _Taken:
    """Where gradients are computed, the name that holds them at the end, and the weights."""

    def __init__(self, file: SourceFile, call: ast.Call, name: str, statement: ast.stmt) -> None:
        self.call, self.name, self.statement = call, name, statement
        self.weights = file.segment(call.args[1]) if len(call.args) > 1 else ""


def _gradients(file: SourceFile, step: ast.AST) -> _Taken | None:
    """Return the last assignment of what `tape.gradient` gives, or of what is made of it."""
    taken: _Taken | None = None
    statements = [each for each in ast.walk(step) if isinstance(each, ast.Assign)]
    for each in sorted(statements, key=lambda node: node.lineno):
        target = each.targets[0]
        if not isinstance(target, ast.Name):
            continue
        call = each.value
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "gradient":
            taken = _Taken(file, call, target.id, each)
        elif taken is not None and isinstance(each.value, ast.ListComp):
            used = {node.id for node in ast.walk(each.value) if isinstance(node, ast.Name)}
            if taken.name in used:
                taken.name, taken.statement = target.id, each
    return taken


def _applies(owner: ast.ClassDef) -> bool:
    return any(
        isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _APPLYING
        for node in ast.walk(owner)
    )


def _tell(case: Case, fit: Any, file: SourceFile, taken: _Taken) -> Diagnosis:
    place = Place(file.path, taken.statement.lineno)
    fix = _applied(file, taken)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"train_step of {type(fit.model).__name__} computes gradients ({taken.name}) and never "
        "applies them: no optimizer gets them, so the weights stay as they were initialised, "
        "unchanged, and the loss does not fall.\n"
        f"Hand them over: self.optimizer.apply({taken.name}, {taken.weights or 'weights'}).",
        places=distinct([place, Place(file.path, taken.call.lineno), boundary_place(case, fit)]),
        evidence=(
            Evidence(
                "code", file.line_text(taken.call.lineno), Place(file.path, taken.call.lineno)
            ),
            Evidence("note", "nothing in the class calls apply, apply_gradients or assign"),
        ),
        fixes=(fix,) if fix is not None else (),
    )


def _applied(file: SourceFile, taken: _Taken) -> Fix | None:
    if not taken.weights:
        return None
    editor = Editor(file).insert_after(
        taken.statement, f"self.optimizer.apply({taken.name}, {taken.weights})"
    )
    title = "Apply the gradients to the weights"
    return make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.95)
