"""The parts of structures that are written out: elements, entries, what a function returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.facts.failing import function_name


def element_of(node: ast.AST | None, key: Any) -> ast.expr | None:
    """Return an element of a literal structure by an index, a name, or a pair of both."""
    parts = key if isinstance(key, tuple) else (key,)
    if isinstance(node, ast.Tuple | ast.List):
        if any(isinstance(each, ast.Starred) for each in node.elts):
            return None
        indexes = [each for each in parts if isinstance(each, int)]
        return next((node.elts[i] for i in indexes if 0 <= i < len(node.elts)), None)
    names = [each for each in parts if isinstance(each, str)]
    if isinstance(node, ast.Dict):
        for name, value in zip(node.keys, node.values, strict=True):
            if isinstance(name, ast.Constant) and name.value in names:
                return value
    if isinstance(node, ast.Call) and function_name(node) == "dict":
        return next((each.value for each in node.keywords if each.arg in names), None)
    return None


def returned_by(function: ast.AST) -> Iterator[ast.expr]:
    """Yield what a function returns or yields."""
    if isinstance(function, ast.Lambda):
        yield function.body
        return
    for node in ast.walk(function):
        if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            yield node.value
