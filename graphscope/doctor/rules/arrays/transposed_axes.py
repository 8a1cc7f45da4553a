"""A transpose of a tensor names more or fewer axes than the tensor has."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import Failing, failing, function_name
from graphscope.doctor.facts.home import revived
from graphscope.doctor.facts.looking import is_array, shape_of
from graphscope.doctor.facts.operands import Operand
from graphscope.doctor.facts.product import operand_at, refused_inputs
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, label, shape

ID = "transposed-axes"

_NAMES = {"transpose", "permute_dimensions"}
_AXES = {"axes", "perm", "pattern"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the number of axes that are named with the rank of the tensor."""
    found, failure = failing(case), case.failure
    if found is None or failure is None:
        return
    context = failure.layer_call
    frame = revived(found.frame, context)
    nodes = ast.walk(found.node) if isinstance(found.node, ast.stmt) else [found.node]
    for node in nodes:
        if not isinstance(node, ast.Call) or function_name(node) not in _NAMES:
            continue
        here = Failing(case, found.file, node, frame)
        axes = _axes(here, node)
        tensor = _tensor(case, here, node)
        if axes is None or tensor is None or len(axes[1]) == len(tensor.shape):
            continue
        yield _tell(case, here, node, tensor, *axes)
        return


def _axes(found: Failing, node: ast.Call) -> tuple[ast.expr, tuple[int, ...]] | None:
    given = next((each.value for each in node.keywords if each.arg in _AXES), None)
    given = given if given is not None else (node.args[1] if len(node.args) > 1 else None)
    value = found.look(given)
    if given is None or not isinstance(value, list | tuple) or not value:
        return None
    return (given, tuple(value)) if all(isinstance(each, int) for each in value) else None


def _tensor(case: Case, found: Failing, node: ast.Call) -> Operand | None:
    context = case.failure.layer_call if case.failure else None
    if not node.args or is_array(found.look(node.args[0])):
        return None  # arrays are the matter of another rule
    known = operand_at(case, found, node.args[0], context)
    if known is not None:
        return known
    # What TensorFlow refused is the tensor and its axes.
    for each in refused_inputs(case)[:1]:
        sizes = shape_of(each)
        if sizes:
            text = found.source(node.args[0])
            return Operand(each, tuple(sizes), text, node.args[0], found.frame, context)
    return None


def _tell(
    case: Case,
    found: Failing,
    node: ast.Call,
    tensor: Operand,
    given: ast.expr,
    axes: tuple[int, ...],
) -> Diagnosis:
    context = case.failure.layer_call if case.failure else None
    rank = len(tensor.shape)
    missing = [axis for axis in range(rank) if axis not in {each % rank for each in axes}]
    surplus = [axis for axis in axes if axis >= rank]
    told = f"axis {', '.join(map(str, missing))} is missing" if missing else ""
    told = told or f"axis {', '.join(map(str, surplus))} does not exist"
    fixes = tuple(_fixes(case, found, given, axes, rank))
    wanted = f": {fixes[0].title.rpartition(': ')[2]}" if fixes else ""
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"`{found.source(node)}`{at(case, found.place)}"
        f"{' in ' + label(context.operation) if context else ''} cannot be computed: {tensor.text} "
        f"is {shape(tensor.shape)}, rank {rank}, and the axes {axes} name {len(axes)}: {told}.\n"
        f"A transpose must name every axis once, 0 to {rank - 1}, the batch axis 0 first{wanted}.",
        places=distinct([found.place]),
        layer=getattr(context.operation, "name", None) if context else None,
        evidence=(
            Evidence("shape", f"{tensor.text}: {shape(tensor.shape)}, rank {rank}", found.place),
            Evidence("value", f"the transpose names {len(axes)} axes, {axes}", found.place),
            Evidence("note", f"every axis must be named once{wanted}"),
        ),
        fixes=fixes,
    )


def _fixes(
    case: Case, found: Failing, given: ast.expr, axes: tuple[int, ...], rank: int
) -> Iterator[Fix]:
    if not case.program.is_own(found.file.path):
        return
    kept = [axis for axis in axes if axis < rank]
    rest = [axis for axis in range(rank) if axis not in kept]
    candidates = [(*kept, *rest)]
    if rest and rest[-1] == rank - 1 and 0 in kept and len(kept) > 1:
        candidates.append((kept[0], *rest, *kept[1:]))
    for number, order in enumerate(dict.fromkeys(candidates)):
        if sorted(order) != list(range(rank)):
            continue
        text = f"({', '.join(map(str, order))})"
        fix = make_fix(
            Editor(found.file).replace(given, text),
            f"Name all {rank} axes: {text}",
            repair_class=RepairClass.B if number else RepairClass.A,
            likelihood=0.92 - 0.3 * number,
        )
        if fix is not None:
            yield fix
