"""Edits of a file made from syntax nodes; everything else keeps its formatting."""

from __future__ import annotations

import ast
import difflib
from dataclasses import dataclass

from graphscope.doctor.findings import Edit
from graphscope.doctor.source.program import SourceFile

_MOST_MOVED = 8
"""A line that moved further than this is told as one deleted and one inserted."""


@dataclass(frozen=True, slots=True)
class _Change:
    """Text between two offsets replaced; offsets count characters of the file."""

    start: int
    end: int
    text: str


class Editor:
    """Collects changes of one file and turns them into edits of whole lines.

    Changes must not overlap. Every method returns the editor, so that calls can be chained.

    >>> file = SourceFile("/p/net.py", "x = f(1,\\n      2)\\n")
    >>> call = file.tree.body[0].value
    >>> Editor(file).set_keyword(call, "pad", '"same"').edits()
    (Edit(file='/p/net.py', line=2, replace_with='      2, pad="same")'),)
    """

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self._changes: list[_Change] = []
        self._offsets = _line_offsets(file.text)

    def replace(self, node: ast.expr | ast.stmt | ast.keyword, text: str) -> Editor:
        """Put other text in the place of an expression, statement or keyword argument."""
        start, end = self._span(node)
        return self._change(start, end, text)

    def wrap(self, node: ast.expr, before: str, after: str) -> Editor:
        """Put text around an expression: `wrap(x, "Flatten()(", ")")`."""
        start, end = self._span(node)
        return self._change(start, end, before + self.file.text[start:end] + after)

    def set_keyword(self, call: ast.Call, name: str, text: str) -> Editor:
        """Give a call a keyword argument, new or instead of the one it has."""
        for keyword in call.keywords:
            if keyword.arg == name:
                return self.replace(keyword.value, text)
        return self.append_argument(call, f"{name}={text}")

    def append_argument(self, call: ast.Call, text: str) -> Editor:
        """Add an argument at the end of a call."""
        given = _arguments(call)
        if not given:
            close = self._span(call)[1] - 1
            return self._change(close, close, text)
        last = max(self._span(node)[1] for node in given)
        # A generator that is the only argument needs parentheses beside a second one.
        start, end = self._span(given[0])
        if isinstance(given[0], ast.GeneratorExp) and end == self._span(call)[1]:
            return self._change(start, end, f"({self.file.text[start:end]}, {text})")
        return self._change(last, last, f", {text}")

    def insert_after_text(self, node: ast.expr | ast.arg, text: str) -> Editor:
        """Put text behind an expression or parameter, on its line."""
        _, end = self._span(node)
        return self._change(end, end, text)

    def remove_argument(self, call: ast.Call, node: ast.expr | ast.keyword) -> Editor:
        """Take an argument out of a call, with the comma that belongs to it."""
        given = sorted(_arguments(call), key=lambda each: self._span(each)[0])
        index = given.index(node)
        start, end = self._span(node)
        if index + 1 < len(given):
            return self._change(start, self._span(given[index + 1])[0], "")
        if index > 0:
            return self._change(self._span(given[index - 1])[1], end, "")
        return self._change(start, end, "")

    def delete(self, statement: ast.stmt) -> Editor:
        """Delete a statement and its lines; a body that would be empty gets `pass`."""
        parent = self.file.parent(statement)
        bodies = [getattr(parent, name, None) for name in ("body", "orelse", "finalbody")]
        if not isinstance(parent, ast.Module) and [statement] in bodies:
            return self.replace(statement, "pass")
        body = next((each for each in bodies if each and statement in each), [statement])
        index = body.index(statement)
        if index + 1 < len(body) and body[index + 1].lineno == statement.end_lineno:
            return self._change(self._span(statement)[0], self._span(body[index + 1])[0], "")
        if index > 0 and body[index - 1].end_lineno == statement.lineno:
            return self._change(self._span(body[index - 1])[1], self._span(statement)[1], "")
        start = self._offsets[_first_line(statement) - 1]
        end = self._offsets[statement.end_lineno or statement.lineno]
        return self._change(start, end, "")

    def insert_after(self, statement: ast.stmt, text: str) -> Editor:
        """Add statements after one, indented as it is; `text` is not indented."""
        _, end = self._span(statement)
        rest = self.file.lines[(statement.end_lineno or statement.lineno) - 1 :][0]
        behind = rest.encode()[statement.end_col_offset or 0 :].decode(errors="ignore")
        if behind.strip().startswith("#"):
            end += len(behind)
        return self._change(end, end, "\n" + indent(text, self._margin(statement)))

    def insert_before(self, statement: ast.stmt, text: str) -> Editor:
        """Add statements before one, indented as it is; `text` is not indented."""
        start = self._offsets[_first_line(statement) - 1]
        return self._change(start, start, indent(text, self._margin(statement)) + "\n")

    def insert_element_after(self, element: ast.expr, text: str) -> Editor:
        """Add an element to a list, tuple or call after one of its elements."""
        _, end = self._span(element)
        return self._change(end, end, self._between(element) + text)

    def insert_element_before(self, element: ast.expr, text: str) -> Editor:
        """Add an element to a list, tuple or call before one of its elements."""
        start, _ = self._span(element)
        return self._change(start, start, text + self._between(element))

    def remove_element(self, container: ast.List | ast.Tuple, element: ast.expr) -> Editor:
        """Take an element out of a list or tuple, with its comma."""
        index = container.elts.index(element)
        start, end = self._span(element)
        if index + 1 < len(container.elts):
            return self._change(start, self._span(container.elts[index + 1])[0], "")
        if index > 0:
            return self._change(self._span(container.elts[index - 1])[1], end, "")
        return self._change(start, end, "")

    def swap(self, first: ast.expr, second: ast.expr) -> Editor:
        """Exchange two expressions."""
        texts = self.file.segment(first), self.file.segment(second)
        return self.replace(first, texts[1]).replace(second, texts[0])

    def add_import(self, module: str, name: str) -> Editor:
        """Make a name importable in the file: `from module import name`.

        An import from the same module that stands on one line is extended.
        """
        last: ast.stmt | None = None
        for statement in self.file.tree.body:
            if isinstance(statement, ast.ImportFrom) and statement.module == module:
                return self._extend_import(statement, name)
            if isinstance(statement, ast.Import | ast.ImportFrom):
                last = statement
        line = f"from {module} import {name}"
        first = self.file.tree.body[0]
        if last is None and isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            last = first
        return self.insert_after(last, line) if last else self.insert_before(first, line)

    def text(self) -> str:
        """Return the file's text with all changes."""
        text = self.file.text
        for change in sorted(self._changes, key=lambda each: (each.start, each.end), reverse=True):
            text = text[: change.start] + change.text + text[change.end :]
        return text

    def edits(self) -> tuple[Edit, ...]:
        """Return the changes as edits of lines; empty when nothing changes."""
        return edits_between(self.file.path, self.file.text, self.text())

    def parses(self) -> bool:
        """Whether the changed file is still Python."""
        try:
            ast.parse(self.text())
        except SyntaxError:
            return False
        return True

    def _between(self, element: ast.expr) -> str:
        """Return what parts elements: a new line where this one begins its own."""
        start = self._offsets[element.lineno - 1]
        before = self.file.text[start : self._span(element)[0]]
        return ", " if before.strip() else f",\n{before}"

    def _margin(self, statement: ast.stmt) -> str:
        """Return the spaces or tabs before a statement."""
        line = self.file.lines[statement.lineno - 1]
        margin = line[: len(line) - len(line.lstrip())]
        return margin if len(margin) == statement.col_offset else " " * statement.col_offset

    def _extend_import(self, statement: ast.ImportFrom, name: str) -> Editor:
        if any(alias.name in {name, "*"} and not alias.asname for alias in statement.names):
            return self
        last = statement.names[-1]
        end = self._offset(last.end_lineno or 0, last.end_col_offset or 0)
        return self._change(end, end, f", {name}")

    def _change(self, start: int, end: int, text: str) -> Editor:
        self._changes.append(_Change(start, end, text))
        return self

    def _span(self, node: ast.expr | ast.stmt | ast.keyword | ast.arg) -> tuple[int, int]:
        start = self._offset(node.lineno, node.col_offset)
        return start, self._offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def _offset(self, line: int, column: int) -> int:
        encoded = self.file.lines[line - 1].encode()[:column]
        return self._offsets[line - 1] + len(encoded.decode(errors="ignore"))


def indent(text: str, pad: str) -> str:
    """Indent all lines of a text that are not empty."""
    return "\n".join(pad + line if line else line for line in text.split("\n"))


def edits_between(path: str, before: str, after: str) -> tuple[Edit, ...]:
    """Return the edits of lines that turn one text into the other.

    >>> edits_between("f", "a\\nb\\nc", "a\\nb\\nb2\\nc")
    (Edit(file='f', line=2, replace_with='b\\nb2'),)
    """
    old, new = before.split("\n"), after.split("\n")
    if len(old) == len(new):
        # Lines that changed places are told as two changed lines, each where it stands.
        pairs = enumerate(zip(old, new, strict=True), start=1)
        changed = tuple(Edit(path, line, text) for line, (was, text) in pairs if was != text)
        if len(changed) <= _MOST_MOVED:
            return changed
    found: list[Edit] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "insert":
            found.append(_insertion(path, old, start, new[new_start:new_end]))
        elif tag != "equal":
            found += _replacement(path, range(start, end), new[new_start:new_end])
    return tuple(found)


def _insertion(path: str, old: list[str], at: int, lines: list[str]) -> Edit:
    if at == 0:
        return Edit(path, 1, "\n".join([*lines, old[0]]))
    return Edit(path, at, "\n".join([old[at - 1], *lines]))


def _replacement(path: str, lines: range, new: list[str]) -> list[Edit]:
    if len(lines) == len(new):
        return [Edit(path, line + 1, text) for line, text in zip(lines, new, strict=True)]
    first = Edit(path, lines[0] + 1, "\n".join(new) if new else None)
    return [first, *(Edit(path, line + 1, None) for line in lines[1:])]


def _arguments(call: ast.Call) -> list[ast.expr | ast.keyword]:
    return [*call.args, *call.keywords]


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


def _line_offsets(text: str) -> list[int]:
    """Return the offset of every line's first character, and the text's length at the end."""
    offsets = [0]
    for line in text.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    offsets[-1] = len(text)
    return offsets
