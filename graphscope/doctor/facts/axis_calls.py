"""Calls in the methods of the user's layers that reduce or join along an axis."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.findings import Place
from graphscope.doctor.source import SourceFile

REDUCING = {
    "mean", "sum", "max", "min", "prod", "std", "var", "amax", "amin", "median", "logsumexp",
    "reduce_mean", "reduce_sum", "reduce_max", "reduce_min", "reduce_prod", "argmax", "argmin",
    "norm", "all", "any",
}  # fmt: skip
JOINING = {"concatenate", "concat", "stack"}


@dataclass(frozen=True, slots=True, eq=False)
class AxisCall:
    """A call with an axis argument that includes the batch.

    Attributes:
        file: the file.
        node: the call.
        axis: the axis argument.
        value: its value: 0, or a tuple with 0.
    """

    file: SourceFile
    node: ast.Call
    axis: ast.expr
    value: Any

    @property
    def place(self) -> Place:
        """The line of the argument."""
        return Place(self.file.path, self.axis.lineno)

    @property
    def is_joining(self) -> bool:
        """Whether it joins tensors, and does not reduce one."""
        return function_name(self.node) in JOINING

    @property
    def text(self) -> str:
        """Its source in one line."""
        return " ".join(self.file.segment(self.node).split())


def batch_axis_calls(case: Case, layer: Any) -> list[AxisCall]:
    """Return the calls in a layer's `call` method that work along axis 0."""
    found: list[AxisCall] = []
    for file, function in methods_of(case, layer):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and (each := _along_batch(file, node)) is not None:
                found.append(each)
    return found


def _along_batch(file: SourceFile, node: ast.Call) -> AxisCall | None:
    name = function_name(node)
    if name not in REDUCING | JOINING or "np" in file.segment(node.func).split("."):
        return None
    axis = next((each.value for each in node.keywords if each.arg in {"axis", "dim"}), None)
    if axis is None and len(node.args) > 1:
        axis = node.args[1]
    if axis is None:
        return None
    try:
        value = ast.literal_eval(axis)
    except ValueError:
        return None
    zero = value == 0 if type(value) is int else isinstance(value, list | tuple) and 0 in value
    return AxisCall(file, node, axis, value) if zero else None


def methods_of(case: Case, layer: Any) -> Iterator[tuple[SourceFile, ast.AST]]:
    """Yield the `call` of a layer and what it calls of its own class and file."""
    name = type(layer).__name__
    for file in case.program.files:
        for cls in file.classes(name):
            functions = {
                each.name: each
                for each in [*file.tree.body, *cls.body]
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
            }
            waiting, seen = ["call"], set()
            while waiting:
                current = waiting.pop()
                function = functions.get(current)
                if function is None or current in seen:
                    continue
                seen.add(current)
                yield file, function
                waiting += [
                    function_name(node) for node in ast.walk(function) if isinstance(node, ast.Call)
                ]
