"""Divisions of the data preparation by a spread that is zero for what never changes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.source.definitions import definitions_of

_SPREADS = {"std", "var", "ptp", "nanstd", "nanvar", "norm", "sum"}


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """A division whose denominator may be zero.

    Attributes:
        file, node: the division.
        spread: the expression that computed the denominator, and its file.
        zeros: how many entries of the denominator are zero, where it is still at hand.
    """

    file: SourceFile
    node: ast.BinOp
    spread: tuple[SourceFile, ast.expr] | None
    zeros: int | None

    @property
    def place(self) -> Place:
        """The line of the division."""
        return Place(self.file.path, self.node.lineno)

    @property
    def spread_place(self) -> Place | None:
        """The line that computes the denominator."""
        return Place(self.spread[0].path, self.spread[1].lineno) if self.spread else None

    def fixes(self) -> Iterator[Fix]:
        """Yield the edits that keep the denominator above zero."""
        right = self.node.right
        text = self.file.segment(right)
        new = f"({text} + 1e-7)"
        fix = make_fix(
            Editor(self.file).replace(right, new),
            f"Add a small number to the denominator: {new}",
            repair_class=RepairClass.A,
            likelihood=0.93,
        )
        if fix is not None:
            yield fix
        if self.spread is not None and self.spread[1] is not right:
            file, node = self.spread
            fix = make_fix(
                Editor(file).wrap(node, "", " + 1e-7"),
                f"Add a small number where the spread is computed: {file.segment(node)} + 1e-7",
                repair_class=RepairClass.A,
                likelihood=0.85,
            )
            if fix is not None:
                yield fix


def zero_divisions(case: Case) -> Iterator[Division]:
    """Yield divisions by an unguarded spread, those that are known to be by zero first."""
    found = [
        division
        for file in own_files(case)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        if (division := _read(case, file, node)) is not None
    ]
    yield from sorted(found, key=lambda each: not each.zeros)


def _read(case: Case, file: SourceFile, node: ast.BinOp) -> Division | None:
    right = node.right
    spread = _spread(file, right)
    held = _held(case, file, right)
    zeros = _zeros(held)
    # What is at hand and has no zero divides nothing by zero.
    if spread is None or zeros == 0:
        return None
    return Division(file, node, spread, zeros)


def _spread(file: SourceFile, node: ast.expr) -> tuple[SourceFile, ast.expr] | None:
    """Return the expression of an unguarded standard deviation, range or the like."""
    if _is_spread(file, node):
        return file, node
    if isinstance(node, ast.Name):
        for definition in definitions_of(file, node, node)[:1]:
            value = _part(definition.value, definition.path)
            if (
                definition.kind == "assign"
                and value is not None
                and _is_spread(definition.file, value)
            ):
                return definition.file, value
    owner = file.class_of(node)
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self" and owner is not None:
        for statement in ast.walk(owner):
            if isinstance(statement, ast.Assign):
                for target, value in _pairs(statement):
                    if ast.unparse(target) == ast.unparse(node) and _is_spread(file, value):
                        return file, value
    return None


def _part(value: ast.expr | None, path: Any) -> ast.expr | None:
    for step in path:
        if not isinstance(value, ast.Tuple) or step[0] != "item" or step[1] >= len(value.elts):
            return None
        value = value.elts[step[1]]
    return value


def _pairs(statement: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    for target in statement.targets:
        if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
            yield from zip(target.elts, statement.value.elts, strict=False)
        else:
            yield target, statement.value


def _is_spread(file: SourceFile, node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return name in _SPREADS
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        left, right = _function(file, node.left), _function(file, node.right)
        return left in ("max", "amax", "nanmax") and right in ("min", "amin", "nanmin")
    return False


def _function(file: SourceFile, node: ast.expr) -> str:
    """Return what computed a value: the function, also of the assignment of a name."""
    if isinstance(node, ast.Name):
        for definition in definitions_of(file, node, node)[:1]:
            value = _part(definition.value, definition.path)
            if isinstance(value, ast.Call):
                return _function(file, value)
    if isinstance(node, ast.Call):
        return str(getattr(node.func, "attr", getattr(node.func, "id", "")))
    return str(getattr(node, "attr", getattr(node, "id", ""))).rpartition("_")[2]


def _held(case: Case, file: SourceFile, node: ast.expr) -> Any:
    """Return what an attribute of an object of the program holds; None when it is not at hand."""
    owner = file.class_of(node)
    if not isinstance(node, ast.Attribute) or owner is None:
        return None
    if not isinstance(node.value, ast.Name) or node.value.id != "self":
        return None
    for names in _variables(case):
        for held in names.values():
            if type(held).__name__ == owner.name and node.attr in getattr(held, "__dict__", {}):
                return held.__dict__[node.attr]
    return None


def _variables(case: Case) -> Iterator[Any]:
    yield case.globals
    for boundary in case.recording.boundaries:
        for frame in boundary.site:
            yield frame.locals


def _zeros(held: Any) -> int | None:
    if held is None or not hasattr(held, "dtype") or getattr(held.dtype, "kind", "") not in "fiu":
        return None
    return int((held == 0).sum())
