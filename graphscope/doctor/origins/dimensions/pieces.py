"""Functions that cut a tensor into equal pieces along an axis."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from graphscope.doctor.origins.scopes import called_name

_SPLITTING = {"split", "array_split"}


def pieces_of(node: ast.Call, look: Callable[[ast.expr], Any]) -> tuple[int, int] | None:
    """Return into how many pieces a call cuts, and along which axis; None for other calls.

    Args:
        node: the call.
        look: returns the value of an expression, or something that is no integer.
    """
    if called_name(node) not in _SPLITTING:
        return None
    named = {each.arg: each.value for each in node.keywords}
    count_node = named.get("indices_or_sections") or named.get("num_or_size_splits")
    count_node = count_node or (node.args[1] if len(node.args) > 1 else None)
    axis_node = named.get("axis") or (node.args[2] if len(node.args) > 2 else None)
    count = look(count_node) if count_node is not None else None
    axis = look(axis_node) if axis_node is not None else 0
    if not isinstance(count, int) or count < 1 or not isinstance(axis, int):
        return None
    return count, axis
