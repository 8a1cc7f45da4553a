"""Weights of one model are set into another that the same function built with other arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.setting import Setting, find_setting, shape_of_value
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.builders import OtherCall, built_differently
from graphscope.doctor.origins import UNKNOWN, evaluate, show
from graphscope.doctor.records import Creation
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, frame_place, label, plural, shape, where

ID = "built-differently"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for a model that has the weights which were given, built by the same function."""
    setting = find_setting(case)
    if setting is None or setting.is_made:
        return
    mine = case.recording.creation_of(setting.layer)
    needed = [tuple(each.shape) for each in setting.weights]
    given = [shape_of_value(each) for each in setting.given]
    if mine is None or None in given or needed == given:
        return
    for creation in reversed(case.recording.creations):
        if creation.instance is setting.layer or not _has(creation.instance, given):
            continue
        calls = built_differently(case, mine.site, creation.site)
        if calls:
            yield _tell(case, setting, creation, calls)
            return


def _has(instance: Any, shapes: list[tuple[int, ...] | None]) -> bool:
    weights = getattr(instance, "weights", None)
    if not isinstance(weights, list) or len(weights) != len(shapes):
        return False
    return [tuple(each.shape) for each in weights] == shapes


def _tell(case: Case, setting: Setting, creation: Creation, calls: list[OtherCall]) -> Diagnosis:
    layer, other = setting.layer, creation.instance
    here = setting.call.place if setting.call is not None else None
    fixes = tuple(fix for each in calls for fix in _fixes(each))
    lines = [
        f"set_weights{at(case, here)}: {label(layer)} has "
        f"{plural(len(setting.weights), 'weight')} ({_listed(setting.weights)}) and received "
        f"{plural(len(setting.given), 'array')} of {label(other)}, which has another architecture "
        f"({_listed(other.weights)})."
    ]
    for each in calls[:2]:
        mine = each.file.segment(each.given) if each.given else f"the default {each.default}"
        lines.append(
            f"Both are built by {each.function}: {label(other)} with {each.parameter} = "
            f"{each.text}{_value(case, each)} at {where(case, each.place)}, {label(layer)} with "
            f"{mine} at {where(case, Place(each.file.path, each.call.lineno))}."
        )
    names = " and ".join(each.parameter for each in calls[:2])
    lines.append(f"Build both with the same {names}.")
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.97,
        "\n".join(lines),
        places=distinct(
            [
                *(place for fix in fixes[:1] for place in fix.places),
                *(Place(each.file.path, each.call.lineno) for each in calls),
                *(each.place for each in calls),
                here,
            ]
        ),
        layer=layer.name,
        evidence=(
            Evidence("shape", f"{label(layer)} needs {_listed(setting.weights)}"),
            Evidence("shape", f"received {_listed(setting.given)}", here),
            *(
                Evidence("code", each.file.line_text(each.call.lineno).strip(),
                         Place(each.file.path, each.call.lineno))
                for each in calls[:2]
            ),
            *(
                Evidence("origin", f"{label(other)} was made here", frame_place(creation.site[0]))
                for _ in creation.site[:1]
            ),
        ),
        fixes=fixes,
    )  # fmt: skip


def _listed(weights: list[Any]) -> str:
    told = [shape(shape_of_value(each)) for each in weights[:6]]
    return ", ".join(told) + (", ..." if len(weights) > 6 else "")


def _value(case: Case, other: OtherCall) -> str:
    try:
        node = ast.parse(other.text, mode="eval").body
    except SyntaxError:
        return ""
    if isinstance(node, ast.Constant):
        return ""
    file = case.program.file(other.place.file)
    frame = _frame(case, other.place)
    if file is None or frame is None:
        return ""
    found = (
        each
        for each in ast.walk(file.tree)
        if isinstance(each, ast.expr)
        and each.lineno == other.place.line
        and file.segment(each) == other.text
    )
    value = next((evaluate(case, each, frame, file=file) for each in found), UNKNOWN)
    return "" if value is UNKNOWN else f" = {show(value)}"


def _frame(case: Case, place: Place) -> Any:
    for creation in case.recording.creations:
        for frame in creation.site:
            if frame.position.file == place.file and frame.position.line == place.line:
                return frame
    return None


def _fixes(other: OtherCall) -> Iterator[Fix]:
    if not other.knows:
        return
    editor = Editor(other.file)
    if other.given is not None:
        editor.replace(other.given, other.text)
        before = f" instead of {other.file.segment(other.given)}"
    else:
        editor.set_keyword(other.call, other.parameter, other.text)
        before = ""
    fix = make_fix(
        editor,
        f"Build both alike: {other.parameter}={other.text}{before}",
        repair_class=RepairClass.A,
        likelihood=0.93,
    )
    if fix is not None:
        yield fix
