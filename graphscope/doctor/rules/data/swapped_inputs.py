"""A layer of the user's own is called with two tensors that have changed places."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import CallRecord, Frame
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code, label, shape, where

ID = "swapped-inputs"


@dataclass(frozen=True, slots=True, eq=False)
class Swapped:
    """Two arguments of a call, and why they are taken to be in each other's place.

    Attributes:
        call: the call of the layer.
        file, node: it, in the source.
        names: the parameters of the layer's `call`.
        first, second: the positions.
        reason: the sign.
        place: a line that shows the right order.
    """

    call: CallRecord
    file: SourceFile
    node: ast.Call
    names: list[str]
    first: int
    second: int
    reason: str
    place: Place | None = None


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the calls of the user's layers that failed for names and tensors in wrong places."""
    call = case.failure.layer_call if case.failure else None
    while call is not None:
        found = _swapped(case, call)
        if found is not None:
            yield _tell(case, found)
            return
        call = call.parent


def _swapped(case: Case, call: CallRecord) -> Swapped | None:
    if type(call.operation).__module__.startswith("keras") or not call.site:
        return None
    written = case.program.call(call.site[0])
    if written is None or not case.program.is_own(written[0].path):
        return None
    file, node = written
    names = _parameters(call)
    if len(node.args) < 2 or len(names) < 2 or any(isinstance(a, ast.Starred) for a in node.args):
        return None
    for first in range(min(len(node.args), len(names))):
        for second in range(first + 1, min(len(node.args), len(names))):
            sign = _by_names(node, names, first, second) or _by_other(case, call, first, second)
            if sign is not None:
                return Swapped(call, file, node, names, first, second, *sign)
    return None


def _parameters(call: CallRecord) -> list[str]:
    try:
        parameters = inspect.signature(type(call.operation).call).parameters.values()
    except (TypeError, ValueError, AttributeError):
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [each.name for each in parameters if each.kind in kinds][1:]


def _by_names(node: ast.Call, names: list[str], first: int, second: int) -> tuple[str, None] | None:
    """One argument is called as the other parameter, and the other not as its own."""
    given = [getattr(each, "id", getattr(each, "attr", "")) for each in node.args]
    for one, other in ((first, second), (second, first)):
        if given[one] == names[other] and given[other] != names[other]:
            return f"{given[one]} is given for {names[one]}, and {names[other]} gets another", None
    return None


def _by_other(
    case: Case, call: CallRecord, first: int, second: int
) -> tuple[str, Place | None] | None:
    """Another call of the class that went well had one of the tensors in the other place."""
    for each in case.recording.calls:
        if (
            each is call
            or type(each.operation) is not type(call.operation)
            or each.error is not None
            or len(each.args) <= second
        ):
            continue
        for one, other in ((first, second), (second, first)):
            if call.args[one] is each.args[other] and call.args[other] is not each.args[one]:
                place = _place(each.site[0]) if each.site else None
                return "another call of the layer has it in the other place", place
    return None


def _place(frame: Frame) -> Place:
    return Place(frame.position.file, frame.position.line)


def _tell(case: Case, found: Swapped) -> Diagnosis:
    call, file, node = found.call, found.file, found.node
    place = Place(file.path, node.lineno)
    one, other = (node.args[index] for index in (found.first, found.second))
    texts = file.segment(one), file.segment(other)
    wanted, given = found.names[found.first], found.names[found.second]
    sizes = " and ".join(shape(each) for each in call.input_specs[:3])
    signature = f"call({', '.join(found.names)})"
    fix = _fix(found, one, other, texts)
    right = f" The call at {where(case, found.place)} has the right order." if found.place else ""
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.97,
        f"{label(call.operation)}{at(case, place)} got its inputs in the wrong order: {signature} "
        f"is given ({', '.join(map(file.segment, node.args))}), of shapes {sizes}.\n"
        f"So {texts[0]} is taken for {wanted}, and {texts[1]} for {given}: {found.reason}, and "
        f"the computation inside fails.{right}\n"
        f"Swap the arguments: {texts[1]} first, then {texts[0]}.",
        places=(place,),
        layer=call.name,
        evidence=(
            code(case, place),
            Evidence("shape", f"{wanted} = {texts[0]}: {call.input_specs[0]}", place),
            *([code(case, found.place)] if found.place else []),
        ),
        fixes=(fix,) if fix is not None else (),
    )


def _fix(found: Swapped, one: ast.expr, other: ast.expr, texts: tuple[str, str]) -> Fix | None:
    return make_fix(
        Editor(found.file).swap(one, other),
        f"Swap the arguments {texts[0]} and {texts[1]} of {found.call.name}",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
