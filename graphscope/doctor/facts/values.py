"""Values that an argument may have: what the program gives elsewhere, and what is usual."""

from __future__ import annotations

import ast
from typing import Any

from graphscope.doctor.facts.user_call import UserCall
from graphscope.doctor.fixes.arguments import find_argument

USUAL = {
    "rate": "0.5",
    "kernel_size": "3",
    "pool_size": "2",
    "size": "2",
    "units": "64",
    "filters": "32",
    "num_heads": "4",
    "key_dim": "32",
    "n": "2",
    "activation": '"relu"',
    "stddev": "0.1",
    "padding": "1",
}


def sibling_value(call: UserCall, function: Any, name: str) -> tuple[str, int] | None:
    """Return the source that the nearest like call gives for a parameter, and its line."""
    found = []
    for node in ast.walk(call.file.tree):
        if not isinstance(node, ast.Call) or node is call.node or _name(node) != call.name:
            continue
        value = find_argument(node, function, name)
        if value is not None:
            found.append((abs(node.lineno - call.node.lineno), call.file.segment(value), node))
    if not found:
        return None
    _, text, node = min(found, key=lambda each: each[0])
    return text, node.lineno


def _name(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
