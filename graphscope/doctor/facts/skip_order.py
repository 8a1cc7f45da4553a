"""Maps that an encoder collected, and a decoder takes in the wrong order."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.looking import Looker, shape_of
from graphscope.doctor.facts.operands import Conflict, Operand, node_in
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Shape
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import shape


@dataclass(frozen=True, slots=True, eq=False)
class Collected:
    """A list of tensors in which another one than the one taken would fit.

    Attributes:
        text: the list as it is written: `skips`, `self.skips`.
        held: its tensors.
        taken: the operand that was taken from it, or that looks like its first.
        other: what it is merged with.
    """

    text: str
    held: Sequence[Any]
    taken: Operand
    other: Operand


def order_fixes(case: Case, conflict: Conflict, pair: tuple[Operand, Operand]) -> Iterator[Fix]:
    """Yield the fixes of taking skips in the order in which they were made.

    A decoder meets the maps of its encoder from the last to the first. In a loop over a list of
    them, or with `pop(0)`, it takes the first one first.
    """
    for each in _collected(case, conflict, pair):
        assert conflict.file is not None and conflict.node is not None
        changes = [*_looped(conflict, each), *_popped(conflict, each), *_indexed(conflict, each)]
        for editor, text in changes:
            fix = make_fix(
                editor,
                f"Take {each.text} from the last to the first: {text}",
                repair_class=RepairClass.A, likelihood=0.95,
            )  # fmt: skip
            if fix is not None:
                yield fix


def order_told(case: Case, conflict: Conflict, pair: tuple[Operand, Operand]) -> str:
    """Return what is known of the order; empty when it is not the fault."""
    for each in _collected(case, conflict, pair):
        first, last = shape_of(each.held[0]), shape_of(each.held[-1])
        if not any(order_fixes(case, conflict, pair)):
            return ""
        return (
            f"{each.text} lists the maps in the order in which they were made, from the largest "
            f"{shape(first)} to the smallest {shape(last)}. The decoder starts at the smallest "
            f"map and needs them the other way round: walk through {each.text} in reverse "
            "(reversed(...), [::-1], pop())."
        )
    return ""


def _collected(
    case: Case, conflict: Conflict, pair: tuple[Operand, Operand]
) -> Iterator[Collected]:
    file, frame, node = conflict.file, conflict.frame, conflict.node
    if file is None or frame is None or node is None or not case.program.is_own(file.path):
        return
    for text, held in _lists(frame.locals):
        for taken, other in (pair, pair[::-1]):
            fitting = [each for each in held if _fits(shape_of(each), other.shape)]
            if fitting and not _fits(taken.shape, other.shape):
                yield Collected(text, held, taken, other)


def _lists(names: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield the lists of tensors among variables and the attributes of `self`, with their texts."""
    own = getattr(names.get("self"), "__dict__", {})
    held_by_self = ((f"self.{name}", held) for name, held in own.items())
    for name, held in (*names.items(), *held_by_self):
        if isinstance(held, list) and held and all(shape_of(each) is not None for each in held):
            yield name, held


def _fits(one: Shape | None, other: Shape) -> bool:
    return one is not None and tuple(one[1:-1]) == tuple(other[1:-1])


def _looped(conflict: Conflict, each: Collected) -> Iterator[tuple[Editor, str]]:
    file, node = conflict.file, conflict.node
    assert file is not None and node is not None
    in_order = shape_of(each.held[0]) == each.taken.shape and len(each.held) > 1
    if not in_order or not _fits(shape_of(each.held[-1]), each.other.shape):
        return
    for loop in file.ancestors(node):
        if isinstance(loop, ast.For):
            for iterable in _iterables(file, loop.iter):
                for use in _plain_uses(file, iterable, each.text):
                    text = f"reversed({each.text})"
                    yield Editor(file).replace(use, text), text


def _iterables(file: SourceFile, iterable: ast.expr) -> Iterator[ast.expr]:
    """Yield what a loop goes through, and what the names in it were assigned."""
    yield iterable
    for each in ast.walk(iterable):
        if isinstance(each, ast.Name):
            for definition in definitions_of(file, each, each)[:1]:
                if definition.kind == "assign" and definition.value and not definition.path:
                    yield definition.value


def _plain_uses(file: SourceFile, iterable: ast.expr, name: str) -> Iterator[ast.expr]:
    """Yield where a loop goes through the list itself, neither turned round nor cut."""
    for each in ast.walk(iterable):
        if isinstance(each, ast.Name | ast.Attribute) and file.segment(each) == name:
            parent = file.parent(each)
            turned = isinstance(parent, ast.Subscript) or (
                isinstance(parent, ast.Call) and file.segment(parent.func) in {"reversed", "len"}
            )
            if not turned:
                yield each


def _popped(conflict: Conflict, each: Collected) -> Iterator[tuple[Editor, str]]:
    file, node = conflict.file, conflict.node
    assert file is not None and node is not None
    if not _fits(shape_of(each.held[-1]), each.other.shape):
        return
    for call in ast.walk(file.function_of(node) or file.tree):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "pop"
            and file.segment(call.func.value) == each.text
            and [getattr(argument, "value", None) for argument in call.args] == [0]
        ):
            yield Editor(file).replace(call, f"{each.text}.pop()"), f"{each.text}.pop()"


def _indexed(conflict: Conflict, each: Collected) -> Iterator[tuple[Editor, str]]:
    """`skips[i]` where the same index counted from the end fits, or one more or less."""
    file, frame, node = conflict.file, conflict.frame, conflict.node
    assert file is not None and frame is not None and node is not None
    taken = node_in(conflict, each.taken) or node
    for use in _subscripts(file, taken, each.text):
        looker = Looker({**frame.globals, **frame.locals})
        index, text = looker.at(use.slice), file.segment(use.slice)
        if not isinstance(index, int):
            continue
        for new, value in (
            (f"-{text} - 1" if text.isidentifier() else f"-({text}) - 1", -index - 1),
            (f"{text} - 1", index - 1),
            (f"{text} + 1", index + 1),
        ):
            if -len(each.held) <= value < len(each.held) and _fits(
                shape_of(each.held[value]), each.other.shape
            ):
                yield Editor(file).replace(use.slice, new), f"{each.text}[{new}]"


def _subscripts(file: SourceFile, node: ast.AST, text: str) -> Iterator[ast.Subscript]:
    """Yield where an expression, or the assignment of its name, takes from a list."""
    values: list[ast.AST] = [node]
    if isinstance(node, ast.Name):
        values += [d.value for d in definitions_of(file, node, node)[:1] if d.value]
    for value in values:
        for each in ast.walk(value):
            if isinstance(each, ast.Subscript) and file.segment(each.value) == text:
                yield each
