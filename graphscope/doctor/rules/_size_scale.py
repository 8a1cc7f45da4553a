"""Fixes where one branch was enlarged more or less than it had been made smaller."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import fix_creation, make_fix
from graphscope.doctor.origins import Stage
from graphscope.doctor.rules._looking import shape_of
from graphscope.doctor.rules._operands import Conflict, Operand
from graphscope.doctor.rules._size_causes import Sizes, growth_of, is_growing
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import label


def scale_fixes(case: Case, sizes: Sizes) -> Iterator[Fix | None]:
    """Yield the fixes: enlarge by as much as the strides divided."""
    ratio = sizes.ratio
    behind = [each for each in sizes.ways.right if is_growing(each.call.operation)]
    idle = [each for each in behind if growth_of(each.call.operation) == 1]
    if idle:
        yield _growing_by(case, idle[-1], ratio, RepairClass.A, 0.9)
    elif behind:
        yield _growing_by(
            case, behind[-1], growth_of(behind[-1].call.operation) * ratio, RepairClass.B, 0.6
        )
    grown = [each for each in sizes.ways.left if growth_of(each.call.operation) > 1]
    if grown:
        before = growth_of(grown[-1].call.operation)
        if before % ratio == 0:
            yield _growing_by(case, grown[-1], before // ratio, RepairClass.B, 0.8)


def _growing_by(
    case: Case, stage: Stage, factor: int, repair_class: RepairClass, likelihood: float
) -> Fix | None:
    layer: Any = stage.call.operation
    name = "size" if type(layer).__name__.startswith("UpSampling") else "strides"
    return fix_creation(
        case, layer, name, str(factor),
        title=f"Give {label(layer)} {name}={factor}, so that it enlarges as much as was divided",
        repair_class=repair_class, likelihood=likelihood,
    )  # fmt: skip


def order_fixes(case: Case, conflict: Conflict, pair: tuple[Operand, Operand]) -> Iterator[Fix]:
    """Yield the fixes of taking skips in the order in which they were made.

    A decoder meets the maps of its encoder from the last to the first. In a loop over a list of
    them, or with `pop(0)`, it takes the first one first.
    """
    file, frame, node = conflict.file, conflict.frame, conflict.node
    if file is None or frame is None or node is None or not case.program.is_own(file.path):
        return
    for name, held in _lists(frame.locals):
        for operand, other in (pair, pair[::-1]):
            if not _fits(shape_of(held[-1]), other.shape):
                continue
            in_order = shape_of(held[0]) == operand.shape and len(held) > 1
            for editor, text in [
                *(_looped(file, node, name) if in_order else ()), *_popped(file, node, name)
            ]:  # fmt: skip
                fix = make_fix(
                    editor,
                    f"Take {name} from the last to the first: {text}",
                    repair_class=RepairClass.A, likelihood=0.93,
                )  # fmt: skip
                if fix is not None:
                    yield fix


def _lists(names: Any) -> Iterator[tuple[str, list[Any]]]:
    for name, held in names.items():
        if isinstance(held, list) and held and shape_of(held[0]) is not None:
            yield name, held


def _fits(one: tuple[int | None, ...] | None, other: tuple[int | None, ...]) -> bool:
    return one is not None and one[1:-1] == other[1:-1]


def _looped(file: SourceFile, node: ast.AST, name: str) -> Iterator[tuple[Editor, str]]:
    for loop in file.ancestors(node):
        if isinstance(loop, ast.For):
            for each in _plain_uses(file, loop.iter, name):
                text = f"reversed({name})"
                yield Editor(file).replace(each, text), text


def _popped(file: SourceFile, node: ast.AST, name: str) -> Iterator[tuple[Editor, str]]:
    for call in ast.walk(file.function_of(node) or file.tree):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "pop"
            and file.segment(call.func.value) == name
            and [getattr(each, "value", None) for each in call.args] == [0]
        ):
            yield Editor(file).replace(call, f"{name}.pop()"), f"{name}.pop()"


def _plain_uses(file: SourceFile, iterable: ast.expr, name: str) -> Iterator[ast.Name]:
    """Yield where a loop goes through the list itself, neither turned round nor cut."""
    for each in ast.walk(iterable):
        if isinstance(each, ast.Name) and each.id == name:
            parent = file.parent(each)
            turned = isinstance(parent, ast.Subscript) or (
                isinstance(parent, ast.Call) and file.segment(parent.func) in {"reversed", "len"}
            )
            if not turned:
                yield each
