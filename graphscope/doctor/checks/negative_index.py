"""An Embedding is given negative indices: they count from the end of its table, without a word."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_place
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Boundary, DataSummary
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import distinct, label, where

ID = "negative-index"

_TRAINING = ("fit", "train_on_batch", "evaluate", "predict")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the smallest index that reaches each Embedding from an input."""
    told: set[int] = set()
    for boundary in case.recording.boundaries:
        if boundary.kind not in _TRAINING:
            continue
        for layer, summary in _indices(boundary):
            if id(layer) not in told and (summary.minimum or 0) < 0:
                told.add(id(layer))
                yield _tell(case, boundary, layer, summary)


def _indices(boundary: Boundary) -> Iterator[tuple[Any, DataSummary]]:
    """Yield each Embedding that takes an input as it is, with what that input was given."""
    inputs = list(getattr(boundary.model, "inputs", None) or [])
    data = boundary.data.get("x")
    given = data if isinstance(data, list | tuple) else [data]
    if len(inputs) != len(given):
        return
    for layer in getattr(boundary.model, "layers", None) or []:
        if type(layer).__name__ != "Embedding" or not getattr(layer, "_inbound_nodes", None):
            continue
        tensors = layer._inbound_nodes[0].input_tensors
        for tensor, summary in zip(inputs, given, strict=True):
            if tensors and tensors[0] is tensor and isinstance(summary, DataSummary):
                yield layer, summary


def _tell(case: Case, boundary: Boundary, layer: Any, summary: DataSummary) -> Diagnosis:
    least, size = int(summary.minimum or 0), layer.input_dim
    written = next(_written(case, least), None)
    source = Place(written[0].path, written[1].lineno) if written else None
    line = boundary_place(case, boundary)
    cause = (
        f"{least} is written at {where(case, source)}: "
        f"`{written[0].line_text(written[1].lineno)}`.\n"
        if written
        else ""
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.9,
        f"The index {least} reaches {label(layer)}, whose table has the rows 0 to {size - 1}: "
        f"valid indices are 0 to {size - 1}.\n"
        f"A negative index raises nothing; it counts from the end, so that {least} means row "
        f"{size + least}, another word's vector.\n{cause}"
        "Give unknown words an index of their own, or 0.",
        places=distinct([source, line]),
        layer=layer.name,
        evidence=(
            Evidence("data", f"indices from {least} to {summary.maximum:g}", line),
            Evidence("value", f"{label(layer)} has input_dim={size}"),
        ),
        fixes=tuple(_fixes(written)),
    )


def _written(case: Case, least: int) -> Iterator[tuple[SourceFile, ast.UnaryOp, ast.AST | None]]:
    """Yield where the number stands as the default of a lookup."""
    for file in case.program.files:
        if not case.program.is_own(file.path):
            continue
        for node in ast.walk(file.tree):
            is_negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
            if not is_negative or not isinstance(node, ast.UnaryOp):
                continue
            value = node.operand.value if isinstance(node.operand, ast.Constant) else None
            call = file.parent(node)
            is_default = isinstance(call, ast.Call) and node in call.args[1:]
            if value == -least and is_default and getattr(call.func, "attr", "") == "get":  # type: ignore[union-attr]
                yield file, node, call


def _fixes(written: tuple[SourceFile, ast.UnaryOp, ast.AST | None] | None) -> Iterator[Fix]:
    if written is None:
        return
    file, node, call = written
    fix = make_fix(
        Editor(file).replace(node, "0"),
        f"Give what is not in the vocabulary the index 0 instead of {file.segment(node)}: "
        f"{file.segment(call) if call is not None else ''}",
        repair_class=RepairClass.A,
        likelihood=0.9,
    )
    if fix is not None:
        yield fix
