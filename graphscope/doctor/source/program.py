"""The user's program as text and syntax trees."""

from __future__ import annotations

import ast
import tokenize
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from graphscope.doctor.records import Frame, Position

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class SourceFile:
    """One file: its text, its tree, and the way from a node to what surrounds it."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.lines = text.split("\n")
        self.tree = ast.parse(text)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The parent of every node but the root."""
        return {
            child: parent
            for parent in ast.walk(self.tree)
            for child in ast.iter_child_nodes(parent)
        }

    @cached_property
    def _by_position(self) -> dict[tuple[int, int, int, int], ast.AST]:
        # Of nodes with one extent (an expression and its statement) the outer expression counts.
        found: dict[tuple[int, int, int, int], ast.AST] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.expr | ast.stmt):
                extent = extent_of(node)
                if extent not in found or isinstance(found[extent], ast.stmt):
                    found[extent] = node
        return found

    def node_at(self, position: Position) -> ast.expr | ast.stmt | None:
        """Return the node that a position covers exactly; else the statement on its line."""
        exact = self._by_position.get(
            (position.line, position.column, position.end_line, position.end_column)
        )
        if isinstance(exact, ast.expr | ast.stmt):
            return exact
        return self.statement_on(position.line)

    def statement_on(self, line: int) -> ast.stmt | None:
        """Return the innermost statement that covers a line; of compound ones only the header."""
        best: ast.stmt | None = None
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.stmt) or not node.lineno <= line <= (node.end_lineno or 0):
                continue
            if best is None or node.lineno >= best.lineno:
                best = node
        return best

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node around this one."""
        return self.parents.get(node)

    def ancestors(self, node: ast.AST) -> list[ast.AST]:
        """Return the nodes around this one, innermost first."""
        found: list[ast.AST] = []
        current = self.parents.get(node)
        while current is not None:
            found.append(current)
            current = self.parents.get(current)
        return found

    def statement_of(self, node: ast.AST) -> ast.stmt:
        """Return the innermost statement that a node belongs to, or the node if it is one."""
        for candidate in (node, *self.ancestors(node)):
            if isinstance(candidate, ast.stmt):
                return candidate
        raise ValueError("the node belongs to no statement of this file")

    def function_of(self, node: ast.AST) -> Function | None:
        """Return the innermost function around a node; None at module or class level."""
        for candidate in self.ancestors(node):
            if isinstance(candidate, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                return candidate
            if isinstance(candidate, ast.ClassDef):
                return None
        return None

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """Return the innermost class around a node."""
        return next((each for each in self.ancestors(node) if isinstance(each, ast.ClassDef)), None)

    def segment(self, node: ast.AST) -> str:
        """Return the text of a node as it stands in the file."""
        return ast.get_source_segment(self.text, node) or ast.unparse(node)

    def line_text(self, line: int) -> str:
        """Return a line without the spaces around it."""
        return self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""

    def functions(self, name: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Return all functions and methods of a name."""
        return [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name
        ]

    def classes(self, name: str) -> list[ast.ClassDef]:
        """Return all classes of a name."""
        return [n for n in ast.walk(self.tree) if isinstance(n, ast.ClassDef) and n.name == name]


def extent_of(node: ast.expr | ast.stmt) -> tuple[int, int, int, int]:
    """Return first line, first column, last line, last column (columns in UTF-8 bytes)."""
    return (node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)


class Program:
    """The files of the user's program, read when they are asked for.

    Args:
        main: the script.
    """

    def __init__(self, main: Path) -> None:
        self.main = str(main.resolve())
        self.folder = str(main.resolve().parent)
        self._files: dict[str, SourceFile | None] = {}

    @property
    def files(self) -> list[SourceFile]:
        """The script and all files that were read."""
        self.file(self.main)
        return [file for file in self._files.values() if file is not None]

    def file(self, path: str) -> SourceFile | None:
        """Return a file of the program; None when it cannot be read or parsed."""
        if path not in self._files:
            self._files[path] = _read(path)
        return self._files[path]

    def is_own(self, path: str) -> bool:
        """Whether a file lies in the script's folder: what a fix may edit."""
        return Path(path).is_relative_to(self.folder) and "site-packages" not in path

    def relative(self, path: str) -> str:
        """Return a path as the user names it: relative to the script's folder."""
        file = Path(path)
        return str(file.relative_to(self.folder)) if file.is_relative_to(self.folder) else path

    def node(self, frame: Frame) -> tuple[SourceFile, ast.expr | ast.stmt] | None:
        """Return what a frame was executing."""
        file = self.file(frame.position.file)
        node = file.node_at(frame.position) if file else None
        return (file, node) if file and node else None

    def call(self, frame: Frame) -> tuple[SourceFile, ast.Call] | None:
        """Return the call that a frame was executing, if it was one."""
        found = self.node(frame)
        return (found[0], found[1]) if found and isinstance(found[1], ast.Call) else None


def _read(path: str) -> SourceFile | None:
    try:
        with tokenize.open(path) as file:
            return SourceFile(path, file.read())
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None
