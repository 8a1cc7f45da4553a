"""A table that was declared as one step of many features, in front of a layer for steps."""

from __future__ import annotations

import ast

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.layer_input import InputShape
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.names import frames_in
from graphscope.doctor.origins import UNKNOWN, evaluate
from graphscope.doctor.source import Editor, SourceFile


def columns_as_steps(case: Case, given: InputShape, axis: int, needed: int) -> Fix | None:
    """Let the columns be the steps: `(20, 1)` for `(1, 20)`, in the input and in the data."""
    if len(given.shape) != 2 or given.shape[0] != 1 or axis != 1:
        return None
    columns = given.shape[1]
    if columns is None or columns < needed or not case.program.is_own(given.file.path):
        return None
    editor = Editor(given.file)
    if isinstance(given.node, ast.Tuple | ast.List):
        editor.swap(*given.node.elts[-2:])
    entries = _reshaped(case, given)
    if entries is not None:
        editor.swap(*entries)
    return make_fix(
        editor,
        f"Let the {columns} columns be the steps: ({columns}, 1) instead of (1, {columns})",
        repair_class=RepairClass.B,
        likelihood=0.9,
    )


def _reshaped(case: Case, given: InputShape) -> tuple[ast.expr, ast.expr] | None:
    """Return the last two entries of the reshape that gave the data this shape."""
    for node in ast.walk(given.file.tree):
        if not isinstance(node, ast.Call) or function_name(node) != "reshape" or not node.args:
            continue
        last = node.args[-1]
        entries = last.elts if isinstance(last, ast.Tuple | ast.List) else node.args
        if len(entries) < len(given.shape) + 1:
            continue
        values = tuple(_value(case, given.file, each) for each in entries[-2:])
        if values == given.shape:
            return entries[-2], entries[-1]
    return None


def _value(case: Case, file: SourceFile, node: ast.expr) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    for frame, _ in frames_in(case, file, node):
        found = evaluate(case, node, frame, file=file)
        if found is not UNKNOWN:
            return found
    return None
