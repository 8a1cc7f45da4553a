"""What a function returns and yields, as it stands in the source."""

from __future__ import annotations

import ast

from graphscope.doctor.source.program import Function


def returned(function: Function) -> list[ast.expr]:
    """Return the expressions that a function returns, nested functions left out."""
    if isinstance(function, ast.Lambda):
        return [function.body]
    return [
        node.value for node in _own_nodes(function) if isinstance(node, ast.Return) and node.value
    ]


def yielded(function: Function) -> list[ast.expr]:
    """Return the expressions that a generator function yields."""
    return [
        node.value
        for node in _own_nodes(function)
        if isinstance(node, ast.Yield | ast.YieldFrom) and node.value
    ]


def _own_nodes(function: Function) -> list[ast.AST]:
    found: list[ast.AST] = []
    body = function.body if isinstance(function.body, list) else [function.body]
    waiting: list[ast.AST] = list(reversed(body))
    while waiting:
        node = waiting.pop()
        found.append(node)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))
    return found
