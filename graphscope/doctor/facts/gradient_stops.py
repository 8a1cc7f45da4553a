"""Expressions of the program through which no gradient passes, and edits that let it through."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.classes import own_class, own_files
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor, SourceFile

STOPS = frozenset({"stop_gradient", "detach"})
STEPS = frozenset({"round", "rint", "floor", "ceil", "sign", "trunc"})
"""Functions that are flat nearly everywhere: their gradient is 0 where it exists."""
CHOICES = frozenset(
    {"argmax", "argmin", "argsort", "equal", "not_equal", "greater", "greater_equal", "less",
     "less_equal", "isclose", "logical_and", "logical_or", "logical_not", "one_hot", "in_top_k",
     "numpy", "convert_to_numpy"}
)  # fmt: skip
"""Functions whose result is an index, a truth or no tensor at all: they have no gradient."""
FLAT = STOPS | STEPS | CHOICES
_OPERATIONS = frozenset(name.replace("_", "") for name in FLAT)
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
        """Yield the edit that takes it away; of a step, first one that keeps its values.

        What returns indices or truths has another shape or meaning without it: it has no edit.
        """
        text = self.file.segment(self.inner)
        text = f"({text})" if self._needs_brackets() else text
        if self.name in STEPS and isinstance(self.node.func, ast.Attribute):
            owner = self.file.segment(self.node.func.value)
            straight = f"({text} + {owner}.stop_gradient({self.file.segment(self.node)} - {text}))"
            title = f"Let the gradient pass {self.name} as if it were not there (straight-through)"
            yield from self._fix(straight, title, 0.6)
        if self.name in STEPS | STOPS:
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


def stop_in_class(case: Case, layer: Any) -> Stop | None:
    """Return what stops the gradient in a layer of the user's own; None where nothing is seen."""
    found = own_class(case, layer)
    nodes = ast.walk(found[1]) if found is not None else ()
    stops = (_stop(found[0], node) for node in nodes if found and isinstance(node, ast.Call))
    return next((stop for stop in stops if stop is not None), None)


def stop_at(case: Case, call: CallRecord) -> Stop | None:
    """Return a recorded operation of Keras as what stops the gradient, where it is written."""
    if not is_flat(call) or not call.site:
        return None
    found = case.program.call(call.site[0])
    if found is None or not found[1].args:
        return None
    function = found[1].func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return Stop(found[0], found[1], name, found[1].args[0])


def is_flat(call: CallRecord) -> bool:
    """Whether a recorded operation hands no gradient on: a step, a choice, a cast to integers."""
    if call.is_layer:
        return False
    if call.class_name == "Cast":
        return not call.output_specs or "float" not in call.output_specs[0].dtype
    return call.class_name.lower() in _OPERATIONS


def _stop(file: SourceFile, node: ast.Call) -> Stop | None:
    function = node.func
    if not isinstance(function, ast.Attribute):
        return None
    owner = file.segment(function.value).rpartition(".")[2]
    if function.attr == "detach" and not node.args:
        return Stop(file, node, function.attr, function.value)
    if function.attr not in STOPS | STEPS or not node.args or owner not in _MODULES:
        return None
    if owner in ("np", "numpy"):
        return None
    return Stop(file, node, function.attr, node.args[0])
