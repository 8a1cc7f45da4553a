"""Edits of an expression that is a shape: an axis taken away, added or moved."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.layer_input import InputShape
from graphscope.doctor.origins import Origin, trace_value
from graphscope.doctor.source import Editor, SourceFile


def without_first_axis(case: Case, given: InputShape) -> Iterator[tuple[Editor, str]]:
    """Yield edits after which a shape lacks its first entry, at each place where it is written."""
    seen: set[int] = set()
    for step in _before_data(trace_value(case, given.node, given.frame)):
        file, node = step.file, step.node
        if file is None or not isinstance(node, ast.expr) or id(node) in seen:
            continue
        seen.add(id(node))
        if case.program.is_own(file.path) and (text := _dropped(file, node)) is not None:
            yield Editor(file).replace(node, text), text
    text = _dropped(given.file, given.node)
    if id(given.node) not in seen and text is not None:
        yield Editor(given.file).replace(given.node, text), text


def _before_data(origin: Origin) -> Iterator[Origin]:
    """Yield the steps of a shape, but not what made the array whose shape it is."""
    yield origin
    for cause in origin.causes:
        if not cause.is_data:
            yield from _before_data(cause)


def _dropped(file: SourceFile, node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute) and node.attr == "shape":
        return f"{file.segment(node)}[1:]"
    if isinstance(node, ast.Tuple | ast.List) and len(node.elts) > 1:
        return tuple_text([file.segment(each) for each in node.elts[1:]])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        if isinstance(node.left, ast.Tuple | ast.List) and len(node.left.elts) == 1:
            return file.segment(node.right)
        left = _dropped(file, node.left)
        return f"{left} + {file.segment(node.right)}" if left else None
    if isinstance(node, ast.Name):
        return f"{node.id}[1:]"
    return None


def tuple_text(parts: list[str]) -> str:
    """Return the source of a tuple.

    >>> tuple_text(["9"]), tuple_text(["9", "1"])
    ('(9,)', '(9, 1)')
    """
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"


def shape_text(shape: tuple[int | None, ...]) -> str:
    """Return the source of a shape of numbers."""
    return tuple_text([str(size) for size in shape])


def elements_of(file: SourceFile, node: ast.expr) -> list[str] | None:
    """Return the texts of a shape's entries where it is written as a tuple."""
    if isinstance(node, ast.Tuple | ast.List):
        return [file.segment(each) for each in node.elts]
    return None


def literal_steps(origin: Origin) -> Iterator[tuple[SourceFile, ast.Tuple | ast.List]]:
    """Yield the tuples behind a shape, nearest first."""
    for step in origin.walk():
        if step.file is not None and isinstance(step.node, ast.Tuple | ast.List):
            yield step.file, step.node
