"""The arrays of an expression that failed: texts, shapes, origins, and simple edits of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.facts.failing import Failing
from graphscope.doctor.facts.looking import MISSING, shape_of
from graphscope.doctor.findings import Evidence, Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import as_evidence, trace_data
from graphscope.doctor.source import Editor

Sizes = tuple[int, ...]
_SIMPLE = ast.Name | ast.Attribute | ast.Subscript | ast.Call


@dataclass(frozen=True, slots=True, eq=False)
class Operand:
    """One array of an expression."""

    text: str
    node: ast.expr
    sizes: Sizes
    value: Any

    def told(self) -> str:
        """Return name and shape: `x_train (600, 784)`."""
        return f"{self.text} {self.sizes}"


def operand(found: Failing, node: ast.expr) -> Operand | None:
    """Return an expression as an operand; None when its shape cannot be told."""
    value = found.look(node)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Operand(found.source(node), node, (), value)
    sizes = shape_of(value)
    if sizes is None and isinstance(value, list | tuple):
        sizes = _shape_of_list(value)
    if sizes is None or None in sizes:
        return None
    return Operand(found.source(node), node, tuple(int(size or 0) for size in sizes), value)


def _shape_of_list(value: Sequence[Any]) -> Sizes | None:
    import numpy

    try:
        return tuple(numpy.shape(value))
    except ValueError:  # rows of different lengths have no shape
        return None


def operands(found: Failing, nodes: Sequence[ast.expr]) -> list[Operand] | None:
    """Return several expressions as operands; None when one cannot be told."""
    seen = [operand(found, node) for node in nodes]
    return None if None in seen else [each for each in seen if each is not None]


def told_origins(found: Failing, given: Sequence[Operand], most: int = 3) -> Iterator[Evidence]:
    """Yield where arrays came from."""
    for each in given:
        yield Evidence("shape", each.told(), found.place)
    for each in given:
        if not isinstance(each.node, ast.Constant):
            origin = trace_data(found.case, each.node, found.frame)
            yield from as_evidence(found.case, origin)[:most]


def append(found: Failing, node: ast.expr, suffix: str) -> Editor:
    """Return the edit that puts an index or a method call behind an expression."""
    editor = Editor(found.file)
    if isinstance(node, _SIMPLE):
        return editor.wrap(node, "", suffix)
    return editor.wrap(node, "(", f"){suffix}")


def fix_of(
    editor: Editor, title: str, likelihood: float, repair: RepairClass = RepairClass.B
) -> list[Fix]:
    """Return the fix of an editor in a list; an empty one when it changes nothing."""
    fix = make_fix(editor, title, repair_class=repair, likelihood=likelihood)
    return [fix] if fix is not None else []


def constant_argument(found: Failing, call: ast.Call, name: str, position: int) -> Any:
    """Return the value of an argument; MISSING when it is not given or cannot be told."""
    node = argument(call, name, position)
    return found.look(node) if node is not None else MISSING


def argument(call: ast.Call, name: str, position: int) -> ast.expr | None:
    """Return the expression of an argument by keyword or position."""
    named = next((each.value for each in call.keywords if each.arg == name), None)
    if named is not None:
        return named
    return call.args[position] if 0 <= position < len(call.args) else None


def broadcast(left: Sizes, right: Sizes) -> Sizes | None:
    """Return the shape of two arrays together; None when they do not go together.

    >>> broadcast((600, 784), (784,)), broadcast((600, 784), (600,))
    ((600, 784), None)
    """
    rank = max(len(left), len(right))
    first = (1,) * (rank - len(left)) + left
    second = (1,) * (rank - len(right)) + right
    if any(a != b and 1 not in (a, b) for a, b in zip(first, second, strict=True)):
        return None
    return tuple(b if a == 1 else a for a, b in zip(first, second, strict=True))


def joined(shapes: Sequence[Sizes], axis: int) -> Sizes | None:
    """Return the shape of arrays joined along an axis; None when they do not fit.

    >>> joined([(4, 2), (4, 3)], 1), joined([(4, 2), (4, 3)], 0), joined([(4,), (4, 1)], 0)
    ((4, 5), None, None)
    """
    first = shapes[0]
    if not -len(first) <= axis < len(first) or any(len(each) != len(first) for each in shapes):
        return None
    axis %= len(first)
    for index, size in enumerate(first):
        if index != axis and any(each[index] != size for each in shapes):
            return None
    return (*first[:axis], sum(each[axis] for each in shapes), *first[axis + 1 :])
