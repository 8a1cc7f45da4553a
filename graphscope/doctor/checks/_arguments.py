"""Where the source gives an argument of fit, compile and the like."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.findings import Place
from graphscope.doctor.origins import Origin, trace_value
from graphscope.doctor.records import Boundary, Frame
from graphscope.doctor.source import SourceFile


@dataclass(frozen=True, slots=True, eq=False)
class GivenArgument:
    """An argument as it is written in a call."""

    file: SourceFile
    call: ast.Call
    node: ast.expr
    frame: Frame

    @property
    def place(self) -> Place:
        """Where it is written."""
        return Place(self.file.path, self.node.lineno)


def boundary_call(case: Case, boundary: Boundary) -> tuple[SourceFile, ast.Call, Frame] | None:
    """Return the user's call of a method such as fit."""
    for frame in boundary.site:
        found = case.program.call(frame)
        if found is not None and case.program.is_own(found[0].path):
            return found[0], found[1], frame
    return None


def boundary_place(case: Case, boundary: Boundary | None) -> Place | None:
    """Return the line of a call of a method such as fit."""
    found = boundary_call(case, boundary) if boundary is not None else None
    return Place(found[0].path, found[1].lineno) if found else None


def given_argument(
    case: Case, boundary: Boundary | None, name: str, position: int
) -> GivenArgument | None:
    """Return how a call gives an argument, by keyword or by position."""
    found = boundary_call(case, boundary) if boundary is not None else None
    if found is None:
        return None
    file, call, frame = found
    node = next((each.value for each in call.keywords if each.arg == name), None)
    node = node if node is not None else _at(call.args, position)
    return GivenArgument(file, call, node, frame) if node is not None else None


def _at(arguments: list[ast.expr], position: int) -> ast.expr | None:
    """Return a positional argument; of `fit(*pair)` the expression `pair[position]`."""
    for index, each in enumerate(arguments[: position + 1]):
        if isinstance(each, ast.Starred):
            return _element(each, position - index)
        if index == position:
            return each
    return None


def _element(starred: ast.Starred, index: int) -> ast.expr:
    node = ast.Subscript(starred.value, ast.Constant(index), ast.Load())
    for each in (node, node.slice):
        ast.copy_location(each, starred)
    return node


def literal_origin(
    case: Case, given: GivenArgument, value: Any
) -> tuple[SourceFile, ast.expr] | None:
    """Return the literal that a text came from: `"mse"` in a registry of losses."""
    origin = trace_value(case, given.node, given.frame, value=value)
    for step in [*origin.chain()][::-1]:
        if _is_text(step, value) and step.file is not None and case.program.is_own(step.file.path):
            assert isinstance(step.node, ast.expr)
            return step.file, step.node
    return only_text(case, value)


def only_text(case: Case, value: Any) -> tuple[SourceFile, ast.expr] | None:
    """Return the one place in the program where a text stands."""
    found = [
        (file, node)
        for file in own_files(case)
        if case.program.is_own(file.path)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Constant) and node.value == value
    ]
    return found[0] if len(found) == 1 else None


def _is_text(step: Origin, value: Any) -> bool:
    return isinstance(step.node, ast.Constant) and step.node.value == value
