"""Names of the program that hold a tensor and are not read after it was made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.fixes.names import sites_of
from graphscope.doctor.records import Frame
from graphscope.doctor.source.program import Function, SourceFile


@dataclass(frozen=True, slots=True, eq=False)
class UnusedName:
    """A variable that holds a tensor in a function, and that nothing reads.

    Attributes:
        function: None at module level.
        bound: the parameter, or the statement that assigns it.
    """

    file: SourceFile
    function: Function | None
    name: str
    bound: ast.arg | ast.stmt
    frame: Frame

    @property
    def is_parameter(self) -> bool:
        """Whether it is an argument that the function does not use."""
        return isinstance(self.bound, ast.arg)


def unused_names(case: Case, tensor: Any) -> Iterator[UnusedName]:
    """Yield the names that hold a tensor and are never read where they live."""
    seen: set[tuple[str, str, str]] = set()
    for site in sites_of(case):
        for frame in site:
            for name, held in frame.locals.items():
                key = (frame.position.file, frame.position.function, name)
                if held is not tensor or key in seen:
                    continue
                seen.add(key)
                found = _unused(case, frame, name)
                if found is not None:
                    yield found


def _unused(case: Case, frame: Frame, name: str) -> UnusedName | None:
    file = case.program.file(frame.position.file)
    if file is None or not case.program.is_own(file.path):
        return None
    function = _function_of(file, frame)
    body: ast.AST = function or file.tree
    bound = _binding(body, name)
    reads = [each for each in reads_of(body, name) if not _is_declared(file, each)]
    if bound is None or any(each.lineno > bound.lineno for each in reads):
        return None
    if isinstance(bound, ast.arg) and reads:
        return None
    return UnusedName(file, function, name, bound, frame)


def _is_declared(file: SourceFile, read: ast.Name) -> bool:
    """Whether a name is only told to a model as one of its inputs: `Model([a, b], c)`."""
    inner: ast.AST = read
    for node in file.ancestors(read):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            is_inputs = inner in node.args[:1] or (
                isinstance(inner, ast.keyword) and inner.arg == "inputs"
            )
            return called in ("Model", "Functional") and is_inputs
        inner = node
    return False


def _function_of(file: SourceFile, frame: Frame) -> Function | None:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef) and node.name == frame.code.co_name:
            lines = [node.lineno, *(each.lineno for each in node.decorator_list)]
            if frame.code.co_firstlineno in lines:
                return node
    return None


def _binding(body: ast.AST, name: str) -> ast.arg | ast.stmt | None:
    if isinstance(body, ast.FunctionDef):
        for argument in [*body.args.posonlyargs, *body.args.args, *body.args.kwonlyargs]:
            if argument.arg == name:
                return argument
    assigned = [
        node
        for node in ast.walk(body)
        if isinstance(node, ast.Assign)
        and any(isinstance(each, ast.Name) and each.id == name for each in node.targets)
    ]
    return max(assigned, key=lambda each: each.lineno) if assigned else None


def reads_of(body: ast.AST, name: str) -> list[ast.Name]:
    """Return the places in a piece of code that read a name."""
    return [
        node
        for node in ast.walk(body)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
