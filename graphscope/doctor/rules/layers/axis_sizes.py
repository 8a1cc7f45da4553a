"""An axis that is squeezed without being of size 1, or split into parts that do not divide it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import Failing, failing, function_name
from graphscope.doctor.facts.home import revived
from graphscope.doctor.facts.operands import Operand
from graphscope.doctor.facts.product import operands_at, origin_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import Origin, as_evidence, describe
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, label, shape

ID = "axis-of-wrong-size"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the size of the axis with what the function needs there."""
    found = failing(case)
    context = case.failure.layer_call if case.failure else None
    if found is None or not case.program.is_own(found.file.path):
        return
    frame = revived(found.frame, context)
    nodes = ast.walk(found.node) if isinstance(found.node, ast.stmt) else [found.node]
    for node in nodes:
        if not isinstance(node, ast.Call) or not node.args:
            continue
        inner = Failing(case, found.file, node, frame)
        operand = operands_at(case, inner, node.args[:1], context)[0]
        if operand is None:
            continue
        if function_name(node) == "squeeze":
            yield from _squeezed(case, inner, node, operand)
        elif function_name(node) == "split":
            yield from _split(case, inner, node, operand)


def _argument(node: ast.Call, names: set[str], position: int) -> ast.expr | None:
    for keyword in node.keywords:
        if keyword.arg in names:
            return keyword.value
    return node.args[position] if position < len(node.args) else None


def _squeezed(case: Case, found: Failing, node: ast.Call, operand: Operand) -> Iterator[Diagnosis]:
    argument = _argument(node, {"axis"}, 1)
    axis = found.look(argument) if argument is not None else None
    if argument is None or not isinstance(axis, int):
        return
    size = operand.shape[axis] if -len(operand.shape) <= axis < len(operand.shape) else None
    if size in (None, 1):
        return
    ones = [index for index, each in enumerate(operand.shape) if each == 1 and index > 0]
    origin = origin_of(case, operand, axis % len(operand.shape))
    fixes = [*_other_axis(found, argument, ones, operand)]
    if origin is not None:
        fixes += toward(
            case, origin, 1, likelihood=0.7, limit=2,
            purpose=f"so that axis {axis} of {operand.text} has size 1",
        )  # fmt: skip
    taken_out = make_fix(
        Editor(found.file).replace(node, found.file.segment(node.args[0])),
        f"Do not squeeze {operand.text}", likelihood=0.45,
    )  # fmt: skip
    fixes += [taken_out] if taken_out is not None else []
    where = (
        f"has size 1 along axis {', '.join(map(str, ones))}" if ones else "has no axis of size 1"
    )
    yield _told(
        case, found, operand, origin, fixes,
        f"squeeze takes away an axis of size 1, and axis {axis} of {operand.text} "
        f"{shape(operand.shape)} has size {size}",
        f"{operand.text} {where}. To bring an axis of several values down to none, reduce it "
        "(mean, max), or select one with [..., 0].",
    )  # fmt: skip


def _other_axis(
    found: Failing, argument: ast.expr, ones: list[int], operand: Operand
) -> Iterator[Fix]:
    for index in ones:
        text = "-1" if index == len(operand.shape) - 1 else str(index)
        fix = make_fix(
            Editor(found.file).replace(argument, text),
            f"Squeeze axis {text}, which has size 1", likelihood=0.9,
        )  # fmt: skip
        if fix is not None:
            yield fix


def _split(case: Case, found: Failing, node: ast.Call, operand: Operand) -> Iterator[Diagnosis]:
    counted = _argument(node, {"indices_or_sections", "num_or_size_splits"}, 1)
    given = _argument(node, {"axis"}, 2)
    axis = found.look(given) if given is not None else 0
    count = found.look(counted) if counted is not None else None
    if counted is None or not isinstance(axis, int) or not isinstance(count, int) or count < 1:
        return
    if not -len(operand.shape) <= axis < len(operand.shape):
        return
    size = operand.shape[axis]
    if size is None or size % count == 0:
        return
    origin = origin_of(case, operand, axis % len(operand.shape))
    fixes: list[Fix] = []
    for rank, wanted in enumerate((size - size % count + count, size - size % count)):
        if origin is not None and wanted > 0:
            fixes += toward(
                case, origin, wanted, likelihood=0.75 - 0.1 * rank, limit=1,
                purpose=f"so that {operand.text} divides into {count}",
            )  # fmt: skip
    divisors = [each for each in range(2, size) if size % each == 0 and each <= 16]
    if isinstance(getattr(found.file.parent(node), "targets", [None])[0], ast.Tuple):
        divisors = []  # as many names as parts are unpacked
    for other in sorted(divisors, key=lambda each: abs(each - count))[:1]:
        fix = make_fix(
            Editor(found.file).replace(counted, str(other)),
            f"Split into {other} parts of {size // other}", likelihood=0.4,
        )  # fmt: skip
        fixes += [fix] if fix is not None else []
    yield _told(
        case, found, operand, origin, fixes,
        f"axis {axis} of {operand.text} {shape(operand.shape)} has {size} entries, which do not "
        f"split into {count} equal parts: {size} / {count} leaves {size % count}",
        f"Make it a multiple of {count} ({size - size % count} or {size - size % count + count}), "
        "or split into another number of parts.",
    )  # fmt: skip


def _told(
    case: Case,
    found: Failing,
    operand: Operand,
    origin: Origin | None,
    fixes: list[Fix],
    fault: str,
    advice: str,
) -> Diagnosis:
    context = case.failure.layer_call if case.failure else None
    layer = context.operation if context else None
    fixes = sorted(fixes, key=lambda each: -each.likelihood)
    inside = f" in {label(layer)}" if layer is not None else ""
    told = f"The size comes from {describe(case, origin)[:240]}.\n" if origin else ""
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"`{found.text}`{at(case, found.place)}{inside} cannot be computed: {fault}.\n"
        f"{told}{advice}",
        places=distinct(
            [*(line for fix in fixes[:1] for line in fix.places), found.place,
             *(origin.places if origin else ())]
        ),
        layer=getattr(layer, "name", None),
        evidence=(
            Evidence("shape", f"{operand.text}: {shape(operand.shape)}", found.place),
            *(as_evidence(case, origin) if origin else ()),
            Evidence("arithmetic", fault, found.place),
        ),
        fixes=tuple(fixes),
    )  # fmt: skip
