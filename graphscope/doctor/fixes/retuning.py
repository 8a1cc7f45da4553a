"""Fixes that change a number where it was written: at the literal at the end of its origin."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import UNKNOWN, Origin
from graphscope.doctor.source import Editor, SourceFile

_WRITTEN = {"literal", "default"}


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A literal of the program that a value was computed from.

    Attributes:
        file: its file.
        node: the literal.
        old: its value.
        needed: the value with which the whole comes out as needed.
        name: the variable, parameter or attribute that it is the value of, if any.
    """

    file: SourceFile
    node: ast.expr
    old: int
    needed: int
    name: str = ""

    @property
    def place(self) -> Place:
        """The literal's line."""
        return Place(self.file.path, self.node.lineno)


def find_written(case: Case, origin: Origin, needed: int) -> Written | None:
    """Return the literal that, changed, makes an origin's value what is needed.

    Sums, differences, products and quotients on the way are solved for the part that leads on.
    """
    return next(_written(case, origin, needed, ""), None)


def retune(
    case: Case,
    origin: Origin,
    needed: int,
    *,
    title: str = "",
    repair_class: RepairClass = RepairClass.B,
    likelihood: float = 0.5,
) -> Fix | None:
    """Return the fix that changes the literal at an origin's end.

    Args:
        case: the case.
        origin: where the value came from.
        needed: what the value should be.
        title: what the fix says; by default which name gets which value.
        repair_class: how much intent it presumes.
        likelihood: how much the evidence speaks for it.
    """
    written = find_written(case, origin, needed)
    if written is None:
        return None
    editor = Editor(written.file).replace(written.node, str(written.needed))
    change = f"Set {written.name} to" if written.name else "Use"
    title = title or f"{change} {written.needed} instead of {written.old}"
    return make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)


def _written(case: Case, origin: Origin, needed: int, name: str) -> Iterator[Written]:
    name = _name_at(origin) or name
    node, value = origin.node, _number(origin)
    if origin.kind in _WRITTEN and isinstance(node, ast.expr) and origin.file is not None:
        literal = _literal_value(node)
        if literal is not None and case.program.is_own(origin.file.path):
            yield Written(origin.file, node, literal, needed, name)
            return
    if isinstance(node, ast.BinOp) and value is not None:
        yield from _through_operator(case, origin, node, needed)
        return
    for cause in sorted(origin.causes, key=lambda each: _number(each) != value):
        if _number(cause) == value or (len(origin.causes) == 1 and value is None):
            yield from _written(case, cause, needed, name)


def _through_operator(
    case: Case, origin: Origin, node: ast.BinOp, needed: int
) -> Iterator[Written]:
    for cause in origin.causes:
        part = cause.node
        own = _number(cause)
        if own is None or isinstance(part, ast.Constant):
            continue
        other = _other(origin, cause)
        if other is None:
            continue
        solved = solve(node.op, needed, other, is_left=_stands_left(origin, cause, node))
        if solved is not None and solved > 0:
            yield from _written(case, cause, solved, "")


def solve(operator: ast.operator, needed: int, other: int, *, is_left: bool) -> int | None:
    """Return what one operand has to be for a result, given the other operand.

    >>> solve(ast.Mult(), 32, 8, is_left=True), solve(ast.Mult(), 30, 8, is_left=True)
    (4, None)
    >>> solve(ast.FloorDiv(), 4, 8, is_left=True), solve(ast.Sub(), 4, 10, is_left=False)
    (32, 6)
    """
    if isinstance(operator, ast.Add):
        return needed - other
    if isinstance(operator, ast.Sub):
        return needed + other if is_left else other - needed
    if isinstance(operator, ast.Mult):
        return needed // other if other and needed % other == 0 else None
    if isinstance(operator, ast.FloorDiv | ast.Div):
        if is_left:
            return needed * other
        return other // needed if needed and other % needed == 0 else None
    return None


def _other(origin: Origin, cause: Origin) -> int | None:
    """The value of the operand that is not the cause's."""
    others = [_number(each) for each in origin.causes if each is not cause]
    return others[0] if len(others) == 1 else None


def _stands_left(origin: Origin, cause: Origin, node: ast.BinOp) -> bool:
    # Causes name operands first and constants last, so their order says nothing.
    value, own, other = _number(origin), _number(cause), _other(origin, cause)
    if isinstance(node.op, ast.Sub) and own is not None and other is not None:
        return own - other == value
    if isinstance(node.op, ast.FloorDiv | ast.Div) and own is not None and other:
        return own // other == value
    return True


def _number(origin: Origin) -> int | None:
    value: Any = origin.value
    if value is UNKNOWN or isinstance(value, bool) or not isinstance(value, int):
        return None
    return value


def _literal_value(node: ast.expr) -> int | None:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return None


def _name_at(origin: Origin) -> str:
    """The name that an origin's expression is given to."""
    file, node = origin.file, origin.node
    if file is None or node is None:
        return ""
    parent = file.parent(node)
    if isinstance(parent, ast.Assign) and parent.value is node and len(parent.targets) == 1:
        target = parent.targets[0]
        return file.segment(target) if isinstance(target, ast.Name | ast.Attribute) else ""
    if isinstance(parent, ast.AnnAssign) and isinstance(parent.target, ast.Name):
        return parent.target.id
    if isinstance(parent, ast.keyword) and parent.arg:
        return parent.arg
    if isinstance(parent, ast.Tuple | ast.List):
        return _name_in_tuple(file, parent, node)
    return ""


def _name_in_tuple(file: SourceFile, parent: ast.Tuple | ast.List, node: ast.AST) -> str:
    statement = file.parent(parent)
    if not isinstance(statement, ast.Assign) or not isinstance(node, ast.expr):
        return ""
    target, index = statement.targets[0], parent.elts.index(node)
    if isinstance(target, ast.Tuple | ast.List) and len(target.elts) == len(parent.elts):
        return file.segment(target.elts[index])
    return ""
