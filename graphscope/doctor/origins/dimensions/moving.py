"""Functions that put the axes of a tensor in another order: which one comes from which."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from graphscope.doctor.origins.scopes import called_name

_MOVING = {"transpose", "swapaxes", "matrix_transpose", "permute_dimensions"}

Order = Callable[[int], tuple[int, ...] | None]
"""From a rank to the axis that each axis of the result was before."""


def moved_axes(node: ast.Call, value: Callable[[ast.expr], Any]) -> Order | None:
    """Return how a call of `transpose` or `swapaxes` moves axes; None for other calls.

    Args:
        node: the call; its first argument is the tensor.
        value: gives the value of an argument's expression.
    """
    name = called_name(node)
    if name not in _MOVING or not node.args:
        return None
    given = [value(each) for each in node.args[1:]]
    given += [value(each.value) for each in node.keywords if each.arg in _ORDERS]
    return lambda rank: _order(name, given, rank)


_ORDERS = {"axes", "perm", "pattern", "axis1", "axis2"}


def _order(name: str, given: list[Any], rank: int) -> tuple[int, ...] | None:
    order = list(range(rank))
    if name == "matrix_transpose" and rank > 1:
        return (*order[:-2], order[-1], order[-2])
    if name == "swapaxes":
        if len(given) != 2 or not all(isinstance(each, int) for each in given):
            return None
        one, other = given[0] % rank, given[1] % rank
        order[one], order[other] = other, one
        return tuple(order)
    if not given or given[0] is None:
        return tuple(reversed(order))
    axes = given[0]
    if not isinstance(axes, list | tuple) or len(axes) != rank:
        return None
    return tuple(each % rank for each in axes) if all(isinstance(e, int) for e in axes) else None
