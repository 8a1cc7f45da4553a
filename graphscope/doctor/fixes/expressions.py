"""Arithmetic put right: an expression that gives the wanted value with one name exchanged."""

from __future__ import annotations

import ast
import contextlib
import copy
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.names import frames_in, is_configuration, sites_of
from graphscope.doctor.origins import Origin
from graphscope.doctor.source import Editor, SourceFile

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv, ast.Div: operator.truediv, ast.Pow: operator.pow,
    ast.Mod: operator.mod,
}  # fmt: skip
_LEAVES = ast.Name | ast.Attribute
_FEWEST = 4
"""Smaller values come out of too many expressions by chance."""
_HIGHEST_POWER = 4


def repaired(case: Case, file: SourceFile, node: ast.expr, value: object) -> list[str]:
    """Return the expressions with one name exchanged that have the wanted value.

    A square is read as a product of two: `(rows // n) ** 2` may become `(rows // n) * (cols // n)`.
    """
    if not isinstance(node, ast.BinOp) or not isinstance(value, int) or value < _FEWEST:
        return []
    names = _names(case, file, node)
    expanded = _expanded(node)
    found = [
        ast.unparse(each) for each in _exchanged(expanded, names) if _value(each, names) == value
    ]
    return list(dict.fromkeys(found))


def arithmetic_fixes(
    case: Case, origin: Origin, value: int, *, purpose: str, likelihood: float = 0.95
) -> Iterator[Fix]:
    """Yield the fixes of the arithmetic that an origin's value came from.

    Args:
        case: the case.
        origin: where the present value came from.
        value: the wanted one.
        purpose: why, for the title.
        likelihood: of the first one.
    """
    for step in origin.chain():
        file, node = step.file, step.node
        if step.value != origin.value:
            return
        if file is None or not isinstance(node, ast.BinOp) or not case.program.is_own(file.path):
            continue
        for rank, text in enumerate(repaired(case, file, node, value)[:2]):
            numbers = _with_numbers(text, _names(case, file, node))
            fix = make_fix(
                Editor(file).replace(node, text),
                f"Use {text} = {numbers} = {value} instead of {file.segment(node)} {purpose}",
                repair_class=RepairClass.A,
                likelihood=likelihood - 0.05 * rank,
            )
            if fix is not None:
                yield fix


def _with_numbers(text: str, names: Mapping[str, int]) -> str:
    """Return an expression with the values of its names.

    >>> _with_numbers("(a.rows // n) * 2", {"a.rows": 96, "n": 8})
    '96 // 8 * 2'
    """

    def told(node: ast.expr) -> ast.expr:
        if isinstance(node, ast.BinOp):
            return ast.BinOp(told(node.left), node.op, told(node.right))
        if isinstance(node, _LEAVES) and ast.unparse(node) in names:
            return ast.Constant(names[ast.unparse(node)])
        return node

    return ast.unparse(told(ast.parse(text, mode="eval").body))


def _names(case: Case, file: SourceFile, node: ast.expr) -> dict[str, int]:
    """Return the whole numbers that an expression may use, by how they are written there."""
    frame = next((found for found, _ in frames_in(case, file, node)), None)
    local: Mapping[str, Any] = frame.locals if frame is not None else {}
    owner = _owner(case, file, node)
    if frame is None and owner is not None:
        local = {"self": owner}
    found: dict[str, int] = {}
    for name, held in local.items():
        if type(held) is int:
            found[name] = held
        elif is_configuration(held):
            for attribute, part in getattr(held, "__dict__", {}).items():
                if type(part) is int and not attribute.startswith("_"):
                    found[f"{name}.{attribute}"] = part
    if frame is not None:
        for name, held in frame.globals.items():
            if type(held) is int and name not in found and not name.startswith("_"):
                found[name] = held
    return found


def _owner(case: Case, file: SourceFile, node: ast.expr) -> Any:
    """Return a live object of the class in whose method an expression stands."""
    around = file.class_of(node)
    if around is None:
        return None
    for site in sites_of(case):
        for frame in site:
            for held in frame.locals.values():
                if type(held).__name__ == around.name and hasattr(held, "__dict__"):
                    return held
    return None


def _expanded(node: ast.expr) -> ast.expr:
    """Return the expression with squares written as products."""
    if isinstance(node, ast.BinOp):
        left, right = _expanded(node.left), _expanded(node.right)
        if isinstance(node.op, ast.Pow) and getattr(right, "value", None) == 2:
            return ast.BinOp(left, ast.Mult(), copy.deepcopy(left))
        return ast.BinOp(left, node.op, right)
    return node


def _exchanged(node: ast.expr, names: Mapping[str, int]) -> Iterator[ast.expr]:
    """Yield the expression with each of its names exchanged for each other one.

    The last names come first: what was copied and not adapted stands behind the original.
    """
    count = sum(isinstance(each, _LEAVES) and ast.unparse(each) in names for each in _parts(node))
    for index in reversed(range(count)):
        for name in names:
            changed = copy.deepcopy(node)
            leaf = [
                each
                for each in _parts(changed)
                if isinstance(each, _LEAVES) and ast.unparse(each) in names
            ][index]
            before = ast.unparse(leaf)
            if before != name and before.rpartition(".")[0] == name.rpartition(".")[0]:
                yield _put(changed, leaf, ast.parse(name, mode="eval").body)


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """Yield operands from left to right, names whole."""
    if isinstance(node, ast.BinOp):
        yield from _parts(node.left)
        yield from _parts(node.right)
    else:
        yield node


def _put(node: ast.expr, old: ast.expr, new: ast.expr) -> ast.expr:
    if node is old:
        return new
    if isinstance(node, ast.BinOp):
        return ast.BinOp(_put(node.left, old, new), node.op, _put(node.right, old, new))
    return node


def _value(node: ast.expr, names: Mapping[str, int]) -> Any:
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) is int else None
    if isinstance(node, _LEAVES):
        return names.get(ast.unparse(node))
    if not isinstance(node, ast.BinOp) or type(node.op) not in _OPERATORS:
        return None
    left, right = _value(node.left, names), _value(node.right, names)
    is_power = isinstance(node.op, ast.Pow)
    if left is None or right is None or (is_power and abs(right) > _HIGHEST_POWER):
        return None
    with contextlib.suppress(ZeroDivisionError):
        return _OPERATORS[type(node.op)](left, right)
    return None
