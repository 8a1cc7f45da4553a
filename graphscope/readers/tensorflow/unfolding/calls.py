"""Operations that run functions, and how deep those can be opened."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

from graphscope.readers.tensorflow import attributes
from graphscope.readers.tensorflow.definitions import FunctionDef, NodeDef

CALL_TYPES = frozenset({"PartitionedCall", "StatefulPartitionedCall"})
LOOP_TYPES = frozenset({"While", "StatelessWhile"})
BRANCH_TYPES = frozenset({"If", "StatelessIf", "Case", "StatelessCase"})

_OPENING = CALL_TYPES | LOOP_TYPES | BRANCH_TYPES

MAX_STEPS = 200_000
"""Operations that a file may unfold to and be shown whole."""
MAX_PREVIEW = 10_000
"""Operations that are shown of a file that unfolds to more."""
MAX_DEPTH = 40
"""Calls within calls that are opened."""

_WRAPPED = re.compile(r"^__(?:inference|forward|backward)_(.*)$")
_NUMBERED = re.compile(r"(?:_\d+)+$")


def called_functions(node: NodeDef, functions: Container[str]) -> dict[str, str]:
    """Return the names of the functions that an operation runs, by its attributes.

    Operations whose functions run elsewhere or later (on a data set, say) have none here.
    """
    if node.op not in _OPENING:  # Most are no calls, and their attributes need not be looked at.
        return {"f": node.op} if node.op in functions else {}
    given = node.attributes
    if node.op in CALL_TYPES:
        wanted: tuple[str, ...] = ("f",)
    elif node.op in LOOP_TYPES:
        wanted = ("cond", "body")
    elif node.op in ("If", "StatelessIf"):
        wanted = ("then_branch", "else_branch")
    else:
        branches = attributes.read_functions(given["branches"]) if "branches" in given else []
        return {f"branches_{index}": name for index, name in enumerate(branches)}
    return {name: attributes.read_function(given[name]) for name in wanted if name in given}


def find_depth(nodes: Iterable[NodeDef], functions: Mapping[str, FunctionDef]) -> int | None:
    """Return how deep calls can be opened; None when all of them can.

    A function that calls another twice is two calls, and forty such functions are 2**40: how many
    operations there would be is counted before any function is opened.
    """
    own, called = _survey(list(nodes), functions)
    sizes = dict(own)
    preview = 0
    for depth in range(1, MAX_DEPTH + 1):
        deeper = {
            name: count + sum(sizes.get(callee, 0) for callee in called[name])
            for name, count in own.items()
        }
        if deeper[""] > MAX_STEPS:
            return preview
        if deeper == sizes:
            return None
        if deeper[""] <= MAX_PREVIEW:
            preview = depth
        sizes = deeper
    return preview


def _survey(
    nodes: list[NodeDef], functions: Mapping[str, FunctionDef]
) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Return the number of operations of each function in reach, and what it calls.

    The graph itself has the name "".
    """
    own, called = {"": len(nodes)}, {"": _callees(nodes, functions)}
    waiting = list(called[""])
    while waiting:
        name = waiting.pop()
        if name not in own and name in functions:
            own[name] = len(functions[name].nodes)
            called[name] = _callees(functions[name].nodes, functions)
            waiting += called[name]
    return own, called


def _callees(nodes: Iterable[NodeDef], functions: Mapping[str, FunctionDef]) -> list[str]:
    return [name for node in nodes for name in called_functions(node, functions).values()]


def plain_name(function: str) -> str:
    """Return the name of a function without what TensorFlow adds to make it the only one.

    >>> plain_name("__inference_serve_1661"), plain_name("seq_while_body_12")
    ('serve', 'seq_while_body')
    """
    match = _WRAPPED.match(function)
    return _NUMBERED.sub("", match[1] if match else function) or function
