"""A model that was trained with every weight frozen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_place
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.checks._trained import trainings
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import distinct, label

ID = "nothing-trainable"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Count what the optimizer of each training was given."""
    for fit in trainings(case):
        model = fit.model
        optimizer = getattr(model, "optimizer", None)
        known = getattr(optimizer, "_trainable_variables", None)
        if known is None or known or not model.weights:
            continue
        if not model.trainable_weights:
            yield _tell(case, fit, model)


def _tell(case: Case, fit: Any, model: Any) -> Diagnosis:
    freezing = list(freezing_in(case))
    holders = [each for each in model._flatten_layers() if each._trainable_variables]
    last = holders[-1] if holders else None
    calls = [found for each in freezing for found in _calls_with(case, *each, model)]
    fixes = [fix for each in calls for fix in each[1]]
    fixes += [fix for each in freezing for fix in _fixes(*each)]
    loops = [place for each in freezing for place in _loop_places(*each)]
    lines = [Place(file.path, node.lineno) for file, node in freezing]
    count = model.count_params()
    head = f"{label(last)}, the head, is frozen too: " if last is not None else ""
    how = ""
    if freezing:
        file, node = freezing[0]
        how = (
            f"{file.line_text(node.lineno)!r} at {case.program.relative(file.path)}:{node.lineno} "
            f"covers all layers{_calls_told(calls)}. "
        )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"Model {model.name!r} was trained with no trainable weights: all {count:,} weights are "
        f"frozen (trainable=False), and fit changed nothing.\n{head}{how}\n"
        "Freeze only the base: set trainable=True on the head (the layers that should learn), then "
        "compile again.",
        places=distinct([*(each[0] for each in calls), *loops, *lines, boundary_place(case, fit)]),
        layer=last.name if last is not None else model.name,
        evidence=(
            Evidence("value", f"0 of {count:,} weights are trainable", boundary_place(case, fit)),
            *(
                Evidence("code", file.line_text(node.lineno), Place(file.path, node.lineno))
                for file, node in freezing[:3]
            ),
        ),
        fixes=tuple(fixes[:4]),
    )


def _calls_told(calls: list[tuple[Place, list[Fix], str]]) -> str:
    return f", for it is called with the whole model: {calls[0][2]}" if calls else ""


def freezing_in(case: Case) -> Iterator[tuple[SourceFile, ast.Assign]]:
    """Yield the statements that set trainable to False."""
    for file in own_files(case):
        for node in ast.walk(file.tree):
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Attribute)
                and node.targets[0].attr == "trainable"
                and isinstance(node.value, ast.Constant)
                and node.value.value is False
                and case.program.is_own(file.path)
            ):
                yield file, node


def _loop(file: SourceFile, node: ast.Assign) -> ast.For | None:
    parent = file.parent(node)
    return parent if isinstance(parent, ast.For) else None


def _loop_places(file: SourceFile, node: ast.Assign) -> list[Place]:
    loop = _loop(file, node)
    return [Place(file.path, loop.lineno)] if loop is not None else []


def _fixes(file: SourceFile, node: ast.Assign) -> Iterator[Fix]:
    loop = _loop(file, node)
    if loop is not None and isinstance(loop.iter, ast.Attribute) and loop.iter.attr == "layers":
        fix = make_fix(
            Editor(file).wrap(loop.iter, "", "[:-1]"),
            f"Freeze all layers but the last: {file.segment(loop.iter)}[:-1]",
            repair_class=RepairClass.B,
            likelihood=0.8,
        )
        if fix is not None:
            yield fix
    fix = make_fix(
        Editor(file).replace(node.value, "True"),
        "Train all layers: trainable = True",
        repair_class=RepairClass.C,
        likelihood=0.4,
    )
    if fix is not None:
        yield fix


def _calls_with(
    case: Case, file: SourceFile, node: ast.Assign, model: Any
) -> Iterator[tuple[Place, list[Fix], str]]:
    """Yield the calls of the function that freezes which give it the whole model."""
    function = file.function_of(node)
    if not isinstance(function, ast.FunctionDef):
        return
    for other in own_files(case):
        for call in ast.walk(other.tree):
            if not isinstance(call, ast.Call) or _name(call) != function.name:
                continue
            for argument in call.args:
                if isinstance(argument, ast.Name):
                    parts = list(_parts(case, other, argument, model))
                    if parts:
                        yield _call_fix(other, call, argument, parts)


def _name(call: ast.Call) -> str | None:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else None


def _parts(case: Case, file: SourceFile, argument: ast.Name, model: Any) -> Iterator[str]:
    """Yield names beside an argument that is the model which hold models inside of it."""
    inner = {id(each) for each in model._flatten_layers()} - {id(model)}
    function = getattr(file.function_of(argument), "name", "<module>")
    for boundary in case.recording.boundaries:
        for frame in boundary.site:
            names = frame.locals
            here = frame.position.file == file.path and frame.code.co_name == function
            if not here or names.get(argument.id) is not model:
                continue
            for name, held in names.items():
                if id(held) in inner and hasattr(held, "layers"):
                    yield name
            return


def _call_fix(
    file: SourceFile, call: ast.Call, argument: ast.Name, parts: list[str]
) -> tuple[Place, list[Fix], str]:
    fixes = [
        make_fix(
            Editor(file).replace(argument, part),
            f"Freeze only the base: {file.segment(call.func)}({part})",
            repair_class=RepairClass.B,
            likelihood=0.9,
        )
        for part in parts
    ]
    kept = [fix for fix in fixes if fix is not None]
    return Place(file.path, call.lineno), kept, file.segment(call)
