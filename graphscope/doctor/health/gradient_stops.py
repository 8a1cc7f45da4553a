"""Expressions of the program through which no gradient passes, and edits that let it through."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile

_STOPS = frozenset({"stop_gradient", "detach"})
_STEPS = frozenset({"round", "rint", "floor", "ceil", "sign", "trunc"})
"""Functions that are flat nearly everywhere: their gradient is 0 where it exists."""
_MODULES = frozenset({"ops", "tf", "K", "math", "jnp", "lax", "torch", "np", "numpy"})


@dataclass(frozen=True, slots=True, eq=False)
class Stop:
    """An expression that no gradient passes.

    Attributes:
        file: its file.
        node: the call.
        name: of the function.
        inner: what it is called on.
    """

    file: SourceFile
    node: ast.Call
    name: str
    inner: ast.expr

    @property
    def place(self) -> Place:
        """Its line."""
        return Place(self.file.path, self.node.lineno)

    def fixes(self) -> Iterator[Fix]:
        """Yield the edit that takes it away; of a step, first one that keeps its values."""
        text = self.file.segment(self.inner)
        text = f"({text})" if self._needs_brackets() else text
        if self.name in _STEPS and isinstance(self.node.func, ast.Attribute):
            owner = self.file.segment(self.node.func.value)
            straight = f"({text} + {owner}.stop_gradient({self.file.segment(self.node)} - {text}))"
            title = f"Let the gradient pass {self.name} as if it were not there (straight-through)"
            yield from self._fix(straight, title, 0.6)
        yield from self._fix(text, f"Remove {self.name}", 0.7)

    def _needs_brackets(self) -> bool:
        return isinstance(self.inner, ast.BinOp | ast.IfExp | ast.Lambda | ast.BoolOp)

    def _fix(self, text: str, title: str, likelihood: float) -> Iterator[Fix]:
        editor = Editor(self.file).replace(self.node, text)
        fix = make_fix(editor, title, repair_class=RepairClass.B, likelihood=likelihood)
        if fix is not None:
            yield fix


def stops_in(case: Case) -> list[Stop]:
    """Return what stops gradients in the user's own layers, models, losses and steps.

    Calls at the level of a module that are not made on tensors of a model, as on arrays of data,
    are left out by their module: NumPy's.
    """
    return [
        stop
        for file in own_files(case)
        if case.program.is_own(file.path)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call) and (stop := _stop(file, node)) is not None
    ]


def _stop(file: SourceFile, node: ast.Call) -> Stop | None:
    function = node.func
    if not isinstance(function, ast.Attribute):
        return None
    owner = file.segment(function.value).rpartition(".")[2]
    if function.attr == "detach" and not node.args:
        return Stop(file, node, function.attr, function.value)
    if function.attr not in _STOPS | _STEPS or not node.args or owner not in _MODULES:
        return None
    if owner in ("np", "numpy"):
        return None
    return Stop(file, node, function.attr, node.args[0])
