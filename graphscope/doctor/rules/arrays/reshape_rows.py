"""A reshape that changed the number of samples, so that inputs and targets differ in length."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.arrays import fix_of
from graphscope.doctor.facts.counting import count, product
from graphscope.doctor.facts.failing import function_name, one_line
from graphscope.doctor.facts.loading import user_call
from graphscope.doctor.facts.looking import look, shape_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.names import named_values
from graphscope.doctor.fixes.retuning import retune
from graphscope.doctor.origins import Origin, evaluate, trace_data, trace_value
from graphscope.doctor.records import Spec
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, distinct

ID = "reshape-rows"

_TRAINING = ("fit", "evaluate", "train_on_batch", "test_on_batch")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for a reshape behind one of two arrays of different lengths."""
    boundary = case.failure.boundary if case.failure else None
    call = user_call(case, *_TRAINING)
    if boundary is None or call is None:
        return
    given = {each.arg: each.value for each in call.node.keywords}
    given |= dict(zip(("x", "y"), call.node.args, strict=False))
    arrays = [
        part
        for role in ("x", "y")
        for part in _arrays(role, boundary.arguments.get(role), given.get(role))
    ]
    if len({rows for _, _, rows in arrays}) != 2:
        return
    for role, node, rows in arrays:
        other = next((each for each in arrays if each[2] != rows), None)
        if node is None or other is None:
            continue
        origin = trace_data(case, node, call.frame)
        for step in origin.walk():
            found = _reshape(case, step, rows, other[2])
            if found is not None:
                counts = {role: rows, other[0]: other[2]}
                yield _diagnosis(case, step, found, role, other[0], counts, call.place)
                return


def _arrays(
    role: str, value: Any, node: ast.expr | None
) -> Iterator[tuple[str, ast.expr | None, int]]:
    """Yield the arrays of an argument, of several inputs each: name, expression and rows."""
    rows = _rows(value)
    if rows is not None:
        yield role, node, rows
    elif isinstance(value, list | tuple):
        nodes = node.elts if isinstance(node, ast.List | ast.Tuple) else []
        for index, each in enumerate(value):
            if (rows := _rows(each)) is not None:
                here = nodes[index] if len(nodes) == len(value) else None
                yield f"{role}[{index}]", here, rows


def _rows(value: Any) -> int | None:
    shape = shape_of(value)
    return shape[0] if shape else None


def _reshape(
    case: Case, step: Origin, have: int, need: int
) -> tuple[ast.Call, list[int], tuple[int, ...]] | None:
    """The call, its target, and the shape it had to work on, if it turned `need` rows to `have`."""
    call = next(
        (
            node
            for node in ast.walk(step.node or ast.Pass())
            if isinstance(node, ast.Call) and function_name(node) == "reshape"
        ),
        None,
    )
    if call is None or step.file is None or not need:
        return None
    nodes = _target(call)
    values = [_value(case, each, step.file) for each in nodes]
    if not nodes or values[0] != -1 or not all(isinstance(value, int) for value in values[1:]):
        return None
    inner = count([int(value) for value in values[1:]])
    total = inner * have
    if not inner or total % need or have == need:
        return None
    incoming = next(
        (
            cause.value.shape
            for cause in step.walk()
            if cause is not step and isinstance(cause.value, Spec) and cause.value.shape
            and cause.value.shape[0] == need
        ),
        None,
    )  # fmt: skip
    if incoming is None or count(incoming) != total:
        incoming = (need, total // need)  # the array itself is gone; its count of elements is not
    return call, [int(value) for value in values], tuple(size or 0 for size in incoming)


def _target(call: ast.Call) -> list[ast.expr]:
    arguments = list(call.args)
    if arguments and isinstance(arguments[-1], ast.Tuple | ast.List):
        return list(arguments[-1].elts)
    return arguments


def _value(case: Case, node: ast.expr, file: SourceFile) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    for frame in case.failure.site if case.failure else ():
        if frame.position.file == file.path:
            value = look(node, frame)
            if isinstance(value, int):
                return value
    return evaluate(case, node, None, file=file)


def _diagnosis(
    case: Case,
    step: Origin,
    found: tuple[ast.Call, list[int], tuple[int, ...]],
    role: str,
    other: str,
    rows: dict[str, int],
    fit: Place,
) -> Diagnosis:
    call, target, incoming = found
    assert step.file is not None
    place = Place(step.file.path, call.lineno)
    have, need = rows[role], rows[other]
    fixes = sorted(
        _fixes(case, step.file, call, target, incoming), key=lambda each: -each.likelihood
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.98,
        f"{role} has {have} samples and {other} has {need}: the reshape{at(case, place)} changed "
        "the number of samples.\n"
        f"{one_line(step.file.segment(call))} turns {incoming} into ({have}, "
        f"{', '.join(map(str, target[1:]))}): one row had {product(incoming[1:])} elements, and "
        f"the target takes {product(target[1:])} for each, so that -1 became {have} instead of "
        f"{need}.\n"
        f"Let the target have {count(incoming[1:])} elements for each sample.",
        places=distinct([fixes[0].places[0] if fixes else None, place, fit]),
        evidence=(
            Evidence("arithmetic", f"{product(incoming)} = {have} * {count(target[1:])}", place),
            Evidence("data", f"{role}: {have} samples, {other}: {need} samples", fit),
        ),
        fixes=tuple(fixes),
    )


def _fixes(
    case: Case, file: SourceFile, call: ast.Call, target: list[int], incoming: tuple[int, ...]
) -> Iterator[Fix]:
    nodes, wanted = _target(call), count(incoming[1:])
    yield from _square(case, file, nodes, target, wanted)
    for axis in range(len(target) - 1, 0, -1):
        others = count([size for at_, size in enumerate(target) if at_ not in {0, axis}])
        if not others or wanted % others:
            continue
        size = wanted // others
        likelihood = 0.7 + 0.02 * axis - (0.3 if target[axis] in {1, *incoming} else 0)
        names = named_values(case, file, nodes[axis], size)
        if names:
            named = Editor(file).replace(nodes[axis], names[0])
            told = f"Use {names[0]} = {size} instead of {file.segment(nodes[axis])}"
            yield from fix_of(named, told, likelihood + 0.05, RepairClass.B)
        editor = Editor(file).replace(nodes[axis], str(size))
        title = f"Use {size} instead of {file.segment(nodes[axis])}: {wanted} elements a sample"
        yield from fix_of(editor, title, likelihood, RepairClass.B)


def _square(
    case: Case, file: SourceFile, nodes: list[ast.expr], target: list[int], wanted: int
) -> Iterator[Fix]:
    """Height and width are written alike: another side for both."""
    texts = [file.segment(node) for node in nodes]
    text = next((each for each in texts[1:] if texts[1:].count(each) == 2 and each != "1"), None)
    if text is None:
        return
    axes = [axis for axis in range(1, len(texts)) if texts[axis] == text]
    others = count([size for axis, size in enumerate(target) if axis not in {0, *axes}])
    side = math.isqrt(wanted // others) if others and wanted % others == 0 else 0
    if not side or side * side * others != wanted:
        return
    node = nodes[axes[0]]
    title = f"Use {side} x {side} instead of {text} x {text}: {wanted} elements a sample"
    fix = None
    if not isinstance(node, ast.Constant):
        origin = trace_value(case, node, None, file=file)
        fix = retune(case, origin, side, title=title, likelihood=0.9)
    editor = Editor(file)
    for axis in axes:
        editor.replace(nodes[axis], str(side))
    yield from [fix] if fix else []
    yield from fix_of(editor, title, 0.85)
