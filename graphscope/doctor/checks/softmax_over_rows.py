"""A softmax over the samples of a batch, written out in a layer or model of the user's own."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_place
from graphscope.doctor.checks._trained import trainings
from graphscope.doctor.facts.classes import class_source, method_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Boundary
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import distinct

ID = "softmax-over-batch"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the `call` of each trained model, and of the user's own layers in it."""
    for fit in trainings(case):
        told: set[type] = set()
        for layer in fit.model._flatten_layers():
            if type(layer) in told or type(layer).__module__.startswith("keras."):
                continue
            told.add(type(layer))
            found = class_source(case, type(layer))
            method = method_of(found[1], "call") if found is not None else None
            for node in ast.walk(method) if method is not None else ():
                axis = _over_batch(node)
                if found is not None and isinstance(node, ast.Call) and axis is not None:
                    yield _tell(case, fit, found[0], node, axis)


def _over_batch(node: ast.AST) -> ast.expr | None:
    """Return the axis of a softmax, where it is the first: that of the samples."""
    if not isinstance(node, ast.Call):
        return None
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name not in ("softmax", "log_softmax"):
        return None
    axis = next((each.value for each in node.keywords if each.arg == "axis"), None)
    axis = axis if axis is not None else node.args[1] if len(node.args) > 1 else None
    return axis if isinstance(axis, ast.Constant) and axis.value == 0 else None


def _tell(case: Case, fit: Boundary, file: SourceFile, node: ast.Call, axis: ast.expr) -> Diagnosis:
    place = Place(file.path, node.lineno)
    fix = _fix(file, axis)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"`{file.segment(node)}` takes the softmax over axis 0, which is the batch: the "
        "probabilities of one class sum to 1 over the samples (rows) of a batch, and those of a "
        "sample do not. What a sample gets depends on the others in its batch, and alone it gets "
        "1 for every class.\nNormalise over the classes: axis=-1.",
        places=distinct([place, boundary_place(case, fit)]),
        evidence=(Evidence("code", file.line_text(node.lineno), place),),
        fixes=(fix,) if fix is not None else (),
    )


def _fix(file: SourceFile, axis: ast.expr) -> Fix | None:
    editor = Editor(file).replace(axis, "-1")
    title = "Take the softmax over the classes: axis=-1"
    return make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.95)
