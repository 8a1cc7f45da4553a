"""Operands whose batch axis meets a weight: a shape lacks an axis, or has one too many."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import Failing
from graphscope.doctor.facts.operands import Operand, differing_axes, is_variable
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor


def meets_batch(case: Case, operand: Operand, axis: int) -> bool:
    """Whether an axis, counted from the end, is the one along which samples are counted."""
    call = case.failure.layer_call if case.failure else None
    first = call.input_specs[0].shape if call is not None and call.input_specs else None
    if not first or is_variable(operand.tensor) or len(operand.shape) < 2:
        return False
    return len(operand.shape) + axis == 0 and operand.shape[0] == first[0]


def told_batch(case: Case, one: Operand, other: Operand, axis: int) -> str:
    """Say that the axis is the batch; empty when it is not."""
    for operand, against in ((one, other), (other, one)):
        if meets_batch(case, operand, axis) and not meets_batch(case, against, axis):
            return (
                f"Axis {axis} of {operand.text} is the batch: its {operand.shape[axis]} samples "
                f"meet the {against.shape[axis]} entries of {against.text}, which has no batch "
                "axis. "
            )
    return ""


def without_single_axis(case: Case, one: Operand, other: Operand) -> Iterator[Fix]:
    """Make a weight a row and not a column: `(units,)` for `(units, 1)`."""
    for weight, kept in ((one, other), (other, one)):
        if not is_variable(weight.tensor) or 1 not in weight.shape:
            continue
        rest = tuple(size for size in weight.shape if size != 1)
        origin = weight.origin(case, 0)
        node, file = origin.node, origin.file
        if not rest or differing_axes(rest, kept.shape) or file is None:
            continue
        if not isinstance(node, ast.Tuple | ast.List) or len(node.elts) != len(weight.shape):
            continue
        if not case.program.is_own(file.path):
            continue
        parts = [
            file.segment(each)
            for each, size in zip(node.elts, weight.shape, strict=True)
            if size != 1
        ]
        text = f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"
        fix = make_fix(
            Editor(file).replace(node, text),
            f"Make {weight.text} a row, one entry for each column of {kept.text}: shape={text}",
            repair_class=RepairClass.A,
            likelihood=0.95,
        )
        if fix is not None:
            yield fix


def with_new_axis(case: Case, found: Failing, one: Operand, other: Operand) -> Iterator[Fix]:
    """Give a batch of vectors an axis for the columns of a matrix: `x[..., None] * w`."""
    for batch, matrix in ((one, other), (other, one)):
        node = batch.node
        if not meets_batch(case, batch, -len(batch.shape)) or node is None:
            continue
        if meets_batch(case, matrix, -len(matrix.shape)):
            continue
        wanted = (*batch.shape, 1)
        if len(batch.shape) != len(matrix.shape) or differing_axes(wanted, matrix.shape):
            continue
        if not case.program.is_own(found.file.path):
            continue
        before, after = ("(", ")") if isinstance(node, ast.BinOp | ast.UnaryOp) else ("", "")
        fix = make_fix(
            Editor(found.file).wrap(node, before, f"{after}[..., None]"),
            f"Add an axis to {batch.text}, so that its columns meet the rows of {matrix.text}: "
            f"{batch.text}[..., None]",
            repair_class=RepairClass.A,
            likelihood=0.93,
        )
        if fix is not None:
            yield fix
