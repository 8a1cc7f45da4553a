"""Two arguments of a call of the user's own function have changed places: their names tell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_common import wrong_parts
from graphscope.doctor.facts.data_telling import layer_of
from graphscope.doctor.facts.upstream import makers_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import UNKNOWN, evaluate
from graphscope.doctor.records import Frame, Site
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code, frame_place, shape

ID = "swapped-arguments"

_MOST_MAKERS = 12


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the calls that led to what does not fit for names that match crosswise."""
    failure = case.failure
    if failure is None or failure.layer_call is None:
        return
    seen: set[int] = set()
    for site in _sites(case):
        for inner, outer in pairwise(site):
            found = case.program.call(outer)
            if found is None or id(found[1]) in seen or not case.program.is_own(found[0].path):
                continue
            seen.add(id(found[1]))
            pair = _crossed(*found, inner)
            if pair is not None and _differ(case, pair, outer):
                yield _tell(case, *found, inner, outer, pair)
                return


def _sites(case: Case) -> Iterator[Site]:
    """Yield the frames that made the inputs in question, the layers before, and the failure's."""
    assert case.failure is not None
    things: list[Any] = [part.declared.layer for part in wrong_parts(case) if part.declared]
    call = case.failure.layer_call
    if call is not None:
        things.append(call.operation)
        for tensor in call.inputs[:3]:
            makers = makers_of(case, tensor)
            things += [each.operation for each, _ in zip(makers, range(_MOST_MAKERS), strict=False)]
    for thing in things:
        creation = case.recording.creation_of(thing)
        if creation is not None:
            yield creation.site
    yield case.failure.site


_Pair = tuple[tuple[str, ast.expr], tuple[str, ast.expr]]


def _crossed(file: SourceFile, call: ast.Call, inner: Frame) -> _Pair | None:
    """Return two positional arguments, each named as the parameter that the other one goes to."""
    code_ = inner.code
    count = code_.co_argcount
    names = list(code_.co_varnames[:count])
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    if not _calls(file, call, inner) or any(isinstance(a, ast.Starred) for a in call.args):
        return None
    given = [(name, node) for name, node in zip(names, call.args, strict=False)]
    for first, second in combinations(given, 2):
        if _named(first[1]) == second[0] and _named(second[1]) == first[0]:
            return first, second
    return None


def _calls(file: SourceFile, call: ast.Call, inner: Frame) -> bool:
    """Whether a call is the one that entered a frame, by the name of what is called."""
    called = file.segment(call.func).rpartition(".")[2]
    return called in inner.code.co_qualname.split(".")


def _named(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr.lower()
    return node.id.lower() if isinstance(node, ast.Name) else ""


def _differ(case: Case, pair: _Pair, outer: Frame) -> bool:
    values = [evaluate(case, node, outer) for _, node in pair]
    return UNKNOWN in values or values[0] != values[1]


def _tell(
    case: Case, file: SourceFile, call: ast.Call, inner: Frame, outer: Frame, pair: _Pair
) -> Diagnosis:
    (first, one), (second, other) = pair
    place = frame_place(outer)
    function = file.segment(call.func).rpartition(".")[2]
    texts = file.segment(one), file.segment(other)
    parts = wrong_parts(case)
    layer_call = case.failure.layer_call if case.failure else None
    refused = "; ".join(
        f"{part.declared.layer_name} expects {shape(part.declared.shape)}, gets {shape(part.spec)}"
        for part in parts
        if part.declared is not None
    )
    if not refused and layer_call is not None:
        received = ", ".join(map(str, layer_call.input_specs))
        refused = f"{layer_call.name} cannot take {received}"
    names = [name for name in inner.code.co_varnames[: inner.code.co_argcount] if name != "self"]
    fix: Fix | None = make_fix(
        Editor(file).swap(one, other),
        f"Swap {texts[0]} and {texts[1]}, as the parameters of {function} stand",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.97,
        f"{function}({', '.join(names)}){at(case, inner)} is called{at(case, place)} with two "
        f"arguments that changed places: {texts[0]} is given for {first}, and {texts[1]} for "
        f"{second}; {texts[0]} and {texts[1]} are swapped.\nSo the model was built with other "
        f"sizes than meant: {refused}.\nPass them in the order of the parameters, or by name: "
        f"{first}={texts[1]}, {second}={texts[0]}.",
        places=(place,),
        layer=layer_of(parts[0]) if parts else (layer_call.name if layer_call else None),
        evidence=(
            code(case, place),
            *(
                Evidence("value", f"{text} = {value!r}", place)
                for text, node in zip(texts, (one, other), strict=True)
                if (value := evaluate(case, node, outer)) is not UNKNOWN
            ),
        ),
        fixes=(fix,) if fix else (),
    )
