"""Source as it is told: places and one-line excerpts."""

from __future__ import annotations

import ast

from graphscope.doctor.findings import Place
from graphscope.doctor.source import SourceFile


def place_of(file: SourceFile, node: ast.AST) -> Place:
    """Return the line of a node."""
    return Place(file.path, int(getattr(node, "lineno", 1)))


def text_of(file: SourceFile, node: ast.AST) -> str:
    """Return a node's source in one line of at most 80 characters."""
    return _one_line(segment_of(file, node))


def segment_of(file: SourceFile, node: ast.AST) -> str:
    """Return the text of a node; the standard library's way splits the whole file each time."""
    first, last = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    if first is None or last is None:
        return ast.unparse(node)
    lines = [line.encode() for line in file.lines[first - 1 : last]]
    lines[-1] = lines[-1][: node.end_col_offset]  # type: ignore[attr-defined]
    lines[0] = lines[0][node.col_offset :]  # type: ignore[attr-defined]
    return b"\n".join(lines).decode()


def header_of(file: SourceFile, node: ast.AST) -> str:
    """Return the source of a statement in one line; of compound ones the first line."""
    if isinstance(node, ast.For | ast.AsyncFor | ast.With | ast.AsyncWith | ast.ClassDef):
        return _one_line(file.line_text(node.lineno).rstrip(":"))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return _one_line(file.line_text(node.lineno).rstrip(":"))
    if isinstance(node, ast.comprehension):
        return _one_line(f"for {segment_of(file, node.target)} in {segment_of(file, node.iter)}")
    return _one_line(segment_of(file, node))


def _one_line(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 80 else words[:77] + "..."
