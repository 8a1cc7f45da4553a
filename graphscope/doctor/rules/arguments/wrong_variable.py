"""An operation was given another variable than the one beside it that fits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.facts.merging import told_conflict
from graphscope.doctor.facts.operands import (
    Conflict,
    Operand,
    conflict_of,
    differing_axes,
    history_of,
    node_in,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import as_evidence, trace_expression_dimension
from graphscope.doctor.records import Shape
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import distinct, shape, where

ID = "wrong-variable"


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """A variable that fits where another one was given.

    Attributes:
        name: the variable.
        tensor: what it holds.
        shape: of that.
        given: the operand in whose place it fits.
        node: that operand in the source.
        other: the operand that the other one did not fit.
        reason: why it is the one that was meant.
    """

    name: str
    tensor: Any
    shape: Shape
    given: Operand
    node: ast.Name
    other: Operand
    reason: str


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for a variable of the same function that fits, and for a sign that it was meant."""
    conflict = conflict_of(case)
    if conflict is None or conflict.file is None or conflict.frame is None:
        return
    if conflict.joining == "product" or not case.program.is_own(conflict.file.path):
        return
    found = list(_stands(case, conflict))
    # Two variables that would do tell nothing about which was meant.
    if len({each.name for each in found}) == 1:
        yield _tell(case, conflict, found[0])


def _stands(case: Case, conflict: Conflict) -> Iterator[Stand]:
    file, frame = conflict.file, conflict.frame
    assert file is not None and frame is not None
    if len(conflict.operands) != 2:
        return
    for given, other in (conflict.operands, conflict.operands[::-1]):
        node = node_in(conflict, given)
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        for name, tensor in frame.locals.items():
            size = shape_of(tensor)
            if name == node.id or not size or any(tensor is o.tensor for o in conflict.operands):
                continue
            if not _fits(conflict, size, other.shape):
                continue
            reason = _reason(case, file, node, name, tensor, given, other)
            if reason:
                yield Stand(name, tensor, tuple(size), given, node, other, reason)


def _fits(conflict: Conflict, size: Shape, other: tuple[int | None, ...]) -> bool:
    if conflict.joining == "concatenate":
        axis = conflict.axis if conflict.axis is not None else -1
        return len(size) == len(other) and all(
            back in (axis, axis - len(other)) for back in differing_axes(tuple(size), other)
        )
    return tuple(size[1:]) == tuple(other[1:])


def _reason(
    case: Case, file: SourceFile, node: ast.Name, name: str, tensor: Any,
    given: Operand, other: Operand,
) -> str:  # fmt: skip
    """Return the sign that a variable was meant: nothing reads it, or the branch began with it."""
    function = file.function_of(node)
    if function is None or not _is_made_before(function, name, node):
        return ""
    loads = [each for each in ast.walk(function) if _reads(each, name)]
    if not loads:
        return f"{name} is made and never used"
    statement = file.statement_of(node)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    goes_on = any(isinstance(each, ast.Name) and each.id == name for each in targets)
    if not goes_on or not _is_behind(case, other, tensor) or _is_behind(case, given, tensor):
        return ""
    return f"{other.text} was computed from {name}, and the result becomes {name} again"


def _is_made_before(function: ast.AST, name: str, node: ast.Name) -> bool:
    return any(
        isinstance(each, ast.Name)
        and each.id == name
        and isinstance(each.ctx, ast.Store)
        and each.lineno < node.lineno
        for each in ast.walk(function)
    )


def _reads(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)


def _is_behind(case: Case, operand: Operand, tensor: Any) -> bool:
    """Whether a tensor is one of those that an operand was computed from."""
    return any(
        tensor is each
        for stage in history_of(case, operand)
        for each in (*stage.call.inputs, *stage.call.outputs)
    )


def _tell(case: Case, conflict: Conflict, stand: Stand) -> Diagnosis:
    given, other = stand.given, stand.other
    axes = differing_axes(given.shape, other.shape)
    place = conflict.place
    differ = (
        f"along axis {axes[0]}, {given.shape[axes[0]]} and {other.shape[axes[0]]} differ"
        if axes
        else f"ranks {len(given.shape)} and {len(other.shape)} differ"
    )
    fix = _fix(conflict, stand)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.97,
        f"{told_conflict(case, conflict)}: {given.text} is {shape(given.shape)} and {other.text} "
        f"is {shape(other.shape)}; {differ}.\n"
        f"{stand.name}, of the same function, is {shape(stand.shape)} and fits: {stand.reason}. "
        f"Probably {stand.name} is meant{_at(case, conflict)}: use {stand.name} instead of "
        f"{stand.node.id}.",
        places=distinct([*(fix.places if fix else ()), place]),
        layer=getattr(conflict.layer, "name", None),
        evidence=(
            Evidence("shape", f"{given.text}: {shape(given.shape)}", place),
            Evidence("shape", f"{other.text}: {shape(other.shape)}", place),
            Evidence("shape", f"{stand.name}: {shape(stand.shape)}, {stand.reason}"),
            *_origins(case, conflict, stand, axes),
        ),
        fixes=(fix,) if fix else (),
    )


def _at(case: Case, conflict: Conflict) -> str:
    return f" at {where(case, conflict.place)}" if conflict.place else ""


def _origins(case: Case, conflict: Conflict, stand: Stand, axes: list[int]) -> Iterator[Evidence]:
    if axes and conflict.frame is not None:
        origin = trace_expression_dimension(case, stand.node, axes[0], conflict.frame)
        yield from as_evidence(case, origin)


def _fix(conflict: Conflict, stand: Stand) -> Fix | None:
    assert conflict.file is not None
    return make_fix(
        Editor(conflict.file).replace(stand.node, stand.name),
        f"Use {stand.name} {shape(stand.shape)} instead of {stand.node.id} "
        f"{shape(stand.given.shape)}",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
