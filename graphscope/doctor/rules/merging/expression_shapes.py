"""An expression in the user's own code whose operands do not broadcast."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.batch_against_weight import (
    meets_batch,
    told_batch,
    with_new_axis,
    without_single_axis,
)
from graphscope.doctor.facts.failing import Failing, failing, function_name
from graphscope.doctor.facts.home import revived
from graphscope.doctor.facts.operands import Operand, differing_axes, is_variable
from graphscope.doctor.facts.product import operands_at, origin_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.fixes.weight_entries import resize_weight
from graphscope.doctor.origins import Origin, as_evidence, describe, trace_value
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, distinct, label, shape

ID = "operands-do-not-broadcast"

_FUNCTIONS = {"add", "subtract", "multiply", "divide", "maximum", "minimum", "where", "power"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the operands; where a new axis stands in the wrong place, say where it belongs."""
    found = failing(case)
    context = case.failure.layer_call if case.failure else None
    if found is None or case.failure is None or not case.program.is_own(found.file.path):
        return
    frame = revived(found.frame, context)
    nodes = ast.walk(found.node) if isinstance(found.node, ast.stmt) else [found.node]
    for node in nodes:
        if not isinstance(node, ast.expr):
            continue
        pair = _operands(case, Failing(case, found.file, node, frame))
        if pair is not None:
            yield _diagnosis(case, Failing(case, found.file, node, frame), *pair)
            return


def _operands(case: Case, found: Failing) -> tuple[Operand, Operand] | None:
    node = found.node
    parts: list[ast.expr] = []
    if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.MatMult):
        parts = [node.left, node.right]
    elif isinstance(node, ast.Call) and function_name(node) in _FUNCTIONS:
        parts = node.args[-2:] if len(node.args) > 1 else []
    context = case.failure.layer_call if case.failure else None
    operands = operands_at(case, found, parts, context)
    if len(operands) != 2 or operands[0] is None or operands[1] is None:
        return None
    one, other = operands[0], operands[1]
    return (one, other) if differing_axes(one.shape, other.shape) else None


def _diagnosis(case: Case, found: Failing, one: Operand, other: Operand) -> Diagnosis:
    context = case.failure.layer_call if case.failure else None
    layer = context.operation if context else None
    axis = differing_axes(one.shape, other.shape)[0]
    origins = _origin(case, one, axis), _origin(case, other, axis)
    moved = [*_moved_axis(case, found, one, other), *_moved_axis(case, found, other, one)]
    meant = [*without_single_axis(case, one, other), *with_new_axis(case, found, one, other)]
    fixes = [*moved, *meant, *_sizes(case, (one, other), origins, axis)]
    told = [each for each in origins if each is not None]
    weighted = is_variable(one.tensor) or is_variable(other.tensor)
    # Of equal ranks, rules about merges know more; this is what remains.
    confidence = (
        0.96 if moved or meant else 0.9 if weighted and len(one.shape) != len(other.shape) else 0.6
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        confidence,
        f"`{found.text}`{at(case, found.place)}{' in ' + label(layer) if layer else ''} cannot be "
        f"computed: {one.text} is {shape(one.shape)} and {other.text} is {shape(other.shape)}; "
        f"along axis {axis} the sizes {one.shape[axis]} and {other.shape[axis]} differ.\n"
        + "".join(f"{each.value} comes from {describe(case, each)[:240]}.\n" for each in told)
        + "Shapes are compared from the last axis on: two sizes fit when they are equal or one is "
        "1.\n"
        + (f"{told_batch(case, one, other, axis)}" if not moved else "")
        + _advice([*moved, *meant], one, other, axis, is_moved=bool(moved)),
        places=distinct(
            [*(line for fix in fixes[:1] for line in fix.places), found.place,
             *(line for each in told for line in each.places)]
        ),
        layer=getattr(layer, "name", None),
        evidence=(
            Evidence("shape", f"{one.text}: {shape(one.shape)}", found.place),
            Evidence("shape", f"{other.text}: {shape(other.shape)}", found.place),
            *(fact for each in told for fact in as_evidence(case, each)),
        ),
        fixes=tuple(fixes),
    )  # fmt: skip


def _origin(case: Case, operand: Operand, axis: int) -> Origin | None:
    return origin_of(case, operand, len(operand.shape) + axis)


def _advice(
    moved: list[Fix], one: Operand, other: Operand, axis: int, *, is_moved: bool = True
) -> str:
    if moved and not is_moved:
        return f"{moved[0].title}."
    if moved:
        return f"The new axis of size 1 stands in the wrong place: {moved[0].title.lower()}."
    sizes = one.shape[axis], other.shape[axis]
    return (
        f"Give {other.text} the size {sizes[0]} there, or {one.text} the size {sizes[1]}; or put a "
        "new axis where they are meant to differ."
    )


def _sizes(
    case: Case,
    operands: tuple[Operand, Operand],
    origins: tuple[Origin | None, Origin | None],
    axis: int,
) -> Iterator[Fix]:
    one, other = operands
    sides = [(origins[1], other, one), (origins[0], one, other)]
    if is_variable(one.tensor) and not is_variable(other.tensor):
        sides.reverse()
    for (origin, operand, kept), likelihood in zip(sides, (0.75, 0.5), strict=True):
        wanted = kept.shape[axis]
        # Nothing is made for one size of batch.
        if origin is None or wanted is None or meets_batch(case, kept, axis):
            continue
        owner = case.failure.layer_call.operation if case.failure and case.failure.layer_call else 0
        if is_variable(operand.tensor) and owner:
            square = len(kept.shape) > 1 and kept.shape[-1] == kept.shape[-2]
            yield from resize_weight(case, owner, origin, axis, wanted, is_square=square)
        else:
            yield from toward(
                case, origin, wanted, likelihood=likelihood, limit=2,
                purpose=f"so that {operand.text} has the size {wanted} of {kept.text}",
            )  # fmt: skip


def _moved_axis(case: Case, found: Failing, operand: Operand, other: Operand) -> Iterator[Fix]:
    """Another place for an axis that `expand_dims` or `[:, None]` has put in."""
    for file, node in _expressions(case, found, operand):
        for inserted in _insertions(found, node):
            axis = inserted[1] % len(operand.shape)
            if operand.shape[axis] != 1:
                continue
            rest = operand.shape[:axis] + operand.shape[axis + 1 :]
            for place in range(len(operand.shape) - 1, 0, -1):
                wanted = (*rest[:place], 1, *rest[place:])
                if place != axis and not differing_axes(wanted, other.shape):
                    fix = _reinserted(file, inserted[0], place, len(operand.shape), operand.text)
                    if fix is not None:
                        yield fix
                        return


def _expressions(
    case: Case, found: Failing, operand: Operand
) -> Iterator[tuple[SourceFile, ast.expr]]:
    if operand.node is None:
        return
    yield found.file, operand.node
    if isinstance(operand.node, ast.Name):
        for step in trace_value(case, operand.node, found.frame, file=found.file).chain()[:4]:
            if step.file is not None and isinstance(step.node, ast.expr):
                yield step.file, step.node


def _insertions(found: Failing, node: ast.expr) -> Iterator[tuple[ast.expr, int]]:
    if isinstance(node, ast.Call) and function_name(node) == "expand_dims":
        axis = next((each.value for each in node.keywords if each.arg == "axis"), None)
        axis = axis or (node.args[1] if len(node.args) > 1 else None)
        value = found.look(axis)
        if axis is not None and isinstance(value, int):
            yield axis, value
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        parts = node.slice.elts
        ellipsis = [isinstance(each, ast.Constant) and each.value is ... for each in parts]
        for index, part in enumerate(parts):
            if isinstance(part, ast.Constant) and part.value is None:
                counted = index - len(parts) if any(ellipsis[:index]) else index
                yield node.slice, counted


def _reinserted(file: SourceFile, node: ast.expr, place: int, rank: int, text: str) -> Fix | None:
    if isinstance(node, ast.Tuple):
        source = ", ".join("None" if index == place else ":" for index in range(rank))
        if place == rank - 1:
            source = "..., None"
    else:
        source = "-1" if place == rank - 1 else str(place)
    return make_fix(
        Editor(file).replace(node, source),
        f"Put the new axis of {text} at {-1 if place == rank - 1 else place}",
        repair_class=RepairClass.A,
        likelihood=0.93,
    )
