"""The user's call behind a graph node that failed at run time, when its frames are long gone."""

from __future__ import annotations

import ast
import re
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import Failing, function_name
from graphscope.doctor.fixes.names import frames_in, sites_of
from graphscope.doctor.records import Frame, Position
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.definitions import parameters_of

_NUMBER = re.compile(r"_\d+$")


def call_in_graph(case: Case, name: str) -> Failing | None:
    """Return the call of a function that made the node; None when the lines tell of none."""
    failure = case.failure
    if failure is None or failure.graph_node is None:
        return None
    lines = list(failure.described_lines)
    for index in range(len(lines) - 1, -1, -1):
        file = case.program.file(lines[index][0])
        statement = file.statement_on(lines[index][1]) if file else None
        for node in ast.walk(statement) if statement is not None else ():
            if file is not None and isinstance(node, ast.Call) and function_name(node) == name:
                frame = _frame(case, file, node)
                outer = _outer(file, lines[:index])
                return Failing(case, file, node, frame, outer) if frame else None
    return None


def _outer(file: SourceFile, lines: list[tuple[str, int]]) -> ast.stmt | None:
    return file.statement_on(lines[-1][1]) if lines and lines[-1][0] == file.path else None


def _frame(case: Case, file: SourceFile, node: ast.Call) -> Frame | None:
    """A frame of the method, as it must have been: its object is the layer that the node names."""
    known = next((each for each, _ in frames_in(case, file, node)), None)
    function = file.function_of(node)
    if known is not None and (function is None or known.locals):
        return known
    layer = layer_of_node(case)
    around = file.class_of(node)
    template = next(
        (f for site in sites_of(case) for f in site if f.position.file == file.path), None
    )
    if template is None or function is None or around is None or layer is None:
        return known
    if around.name not in {cls.__name__ for cls in type(layer).__mro__}:
        return known
    position = Position(
        file.path,
        node.lineno,
        node.end_lineno or node.lineno,
        node.col_offset,
        node.end_col_offset or 0,
        getattr(function, "name", "<lambda>"),
    )
    first = parameters_of(function)[0].arg if parameters_of(function) else "self"
    return Frame(position, template.code, {first: layer}, template.globals)


def layer_of_node(case: Case) -> Any:
    """Return the innermost layer that the name of the failed graph node names."""
    parts = (case.failure.graph_node or "").split("/") if case.failure else []
    for part in reversed(parts[:-1]):
        names = {part, _NUMBER.sub("", part)}
        for creation in reversed(case.recording.creations):
            is_layer = hasattr(creation.instance, "call")
            if is_layer and getattr(creation.instance, "name", None) in names:
                return creation.instance
    return None


def handed_over(found: Failing, name: str) -> ast.expr | None:
    """Return what the calling statement gives for a parameter of the function around."""
    function = found.file.function_of(found.node)
    if found.outer is None or not isinstance(function, ast.FunctionDef):
        return None
    names = [each.arg for each in parameters_of(function)]
    is_method = found.file.class_of(function) is not None
    index = names.index(name) - is_method if name in names else -1
    for node in ast.walk(found.outer):
        if isinstance(node, ast.Call) and function_name(node) == function.name:
            named = next((each.value for each in node.keywords if each.arg == name), None)
            return named or (node.args[index] if 0 <= index < len(node.args) else None)
    return None
