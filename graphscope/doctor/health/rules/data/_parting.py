"""Where inputs and targets part: one is put into an order or filtered, and the other is not."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import given_argument
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import trace_data
from graphscope.doctor.records import Boundary
from graphscope.doctor.source import Editor, SourceFile


@dataclass(frozen=True, slots=True, eq=False)
class Parting:
    """Two arrays that are handed on side by side, and are indexed differently.

    Attributes:
        file: where they are.
        first: the array that is indexed, `x[order]`.
        second: the other, `y` or `y[:n]`.
    """

    file: SourceFile
    first: ast.Subscript
    second: ast.expr

    @property
    def place(self) -> Place:
        """The line on which they part."""
        return Place(self.file.path, self.second.lineno)

    @property
    def told(self) -> str:
        """What is done to both, in words."""
        one, other = (self.file.segment(each) for each in (self.first, self.second))
        return f"`{one}` goes with `{other}`: they are not indexed alike"

    def fix(self) -> Fix | None:
        """Return the edit that indexes the second as the first."""
        base = self.second.value if isinstance(self.second, ast.Subscript) else self.second
        text = f"{self.file.segment(base)}[{self.file.segment(self.first.slice)}]"
        editor = Editor(self.file).replace(self.second, text)
        title = f"Index {self.file.segment(base)} in the same way"
        return make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.95)


def parting(case: Case, fit: Boundary) -> Parting | None:
    """Follow the inputs of a training back, to where targets beside them are indexed otherwise."""
    given = given_argument(case, fit, "x", 0)
    if given is None:
        return None
    for step in trace_data(case, given.node, given.frame, file=given.file).walk():
        node, file = step.node, step.file
        if (
            file is None
            or not isinstance(node, ast.Subscript)
            or not case.program.is_own(file.path)
        ):
            continue
        around = file.parent(node)
        other = around.elts[1] if isinstance(around, ast.Tuple) and len(around.elts) > 1 else None
        if other is None or other is node or not isinstance(other, ast.Subscript | ast.Name):
            continue
        if _base(other) != _base(node) and _index(other) != _index(node):
            return Parting(file, node, other)
    return None


def _base(node: ast.expr) -> str:
    return ast.unparse(node.value if isinstance(node, ast.Subscript) else node)


def _index(node: ast.expr) -> str:
    return ast.unparse(node.slice) if isinstance(node, ast.Subscript) else ""
