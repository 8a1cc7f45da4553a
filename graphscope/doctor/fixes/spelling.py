"""How a wanted value is written at a place: as a name, as a multiple, or as a number."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.fixes.agreement import agreement
from graphscope.doctor.fixes.names import named_values
from graphscope.doctor.origins import Origin
from graphscope.doctor.source import SourceFile


@dataclass(frozen=True, slots=True)
class Wish:
    """What is known of the wanted value: its origin, and a tensor that has it."""

    other: Origin | None = None
    tensor: str = ""


def value_texts(
    case: Case, file: SourceFile, node: ast.expr, value: int, before: object, wish: Wish
) -> list[str]:
    """Return what may be written in the place of an expression, most natural first."""
    named = named_values(case, file, node, value)
    meant: list[str] = []
    agreed = agreement(file, node, wish.other, wish.tensor)
    if agreed is not None:
        meant, named = agreed.split(named)
    # What the expression was computed from is nearer than any other name.
    read = {file.segment(n) for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)}
    meant = [*(text for text in named if text in read), *meant]
    named = [text for text in named if text not in read]
    if isinstance(node, ast.Constant):
        statement = file.statement_of(node)
        # A setting gets a number; a number inside a call may as well get a name.
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is node:
            return [str(value)]
        return [*meant[:2], str(value), *named[:1]]
    computed = _computed(file.segment(node), before, value)
    if agreed is not None:
        return [*meant[:2], *computed, str(value), *named[:1]]
    return [*meant, *named[:2], *computed, str(value)]


def _computed(text: str, before: object, value: int) -> list[str]:
    """Return the value as a sum or multiple of what stands there, where one is near.

    >>> _computed("self.patches", 16, 17), _computed("units", 32, 64), _computed("units", 32, 37)
    (['self.patches + 1'], ['units * 2'], [])
    """
    if not isinstance(before, int) or before <= 0 or value <= 0:
        return []
    if abs(value - before) <= 2 < before:
        sign = "+" if value > before else "-"
        return [f"{text} {sign} {abs(value - before)}"]
    if value % before == 0 and value // before <= 4:
        return [f"{_grouped(text)} * {value // before}"]
    if before % value == 0 and before // value <= 4:
        return [_divided(text, before // value)]
    return []


def _divided(text: str, factor: int) -> str:
    """Return the source of a part of a value; what multiplied it is taken away again.

    >>> _divided("units", 2), _divided("filters * 4", 4), _divided("a + b", 2)
    ('units // 2', 'filters', '(a + b) // 2')
    """
    if text.endswith(f" * {factor}"):
        return text.removesuffix(f" * {factor}")
    if text.startswith(f"{factor} * "):
        return text.removeprefix(f"{factor} * ")
    return f"{_grouped(text)} // {factor}"


def _grouped(text: str) -> str:
    """Return an expression so that it can be multiplied."""
    node = ast.parse(f"({text})", mode="eval").body
    simple = isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.Constant)
    return text if simple else f"({text})"


def told_change(file: SourceFile, node: ast.expr, text: str) -> str:
    """Return what a change does, as the beginning of a title."""
    before = file.segment(node)
    statement = file.statement_of(node)
    if isinstance(statement, ast.Assign) and statement.value is node:
        return f"Set {file.segment(statement.targets[0])} = {text} instead of {before}"
    if isinstance(statement, ast.AnnAssign) and statement.value is node:
        return f"Set {file.segment(statement.target)} = {text} instead of {before}"
    keyword = file.parent(node)
    if isinstance(keyword, ast.keyword) and keyword.arg:
        return f"Use {keyword.arg}={text} instead of {before}"
    return f"Use {text} instead of {before}"
