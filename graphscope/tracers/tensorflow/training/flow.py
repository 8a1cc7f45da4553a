"""How the operations of one TensorFlow graph depend on each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

STEP_GRAPH = "graphscope_step"
"""Name of the graph that a step is traced in; all others are bodies in it."""


class Flow:
    """The operations of one graph and who takes their results.

    Attributes:
        operations: the operations in the order in which they were created.
        consumers: who takes what an operation computes.
        is_body: whether the graph is that of a loop, a branch or a function.
    """

    def __init__(self, graph: Any) -> None:
        self.is_body = graph.name != STEP_GRAPH
        self.operations = graph.get_operations()
        self.consumers: dict[Any, list[Any]] = {}
        for operation in self.operations:
            for source in self.inputs(operation):
                self.consumers.setdefault(source, []).append(operation)

    @staticmethod
    def inputs(operation: Any) -> list[Any]:
        """Return the operations whose results an operation takes."""
        return [tensor.op for tensor in operation.inputs]

    def after(self, operations: Iterable[Any]) -> set[Any]:
        """Return the operations and all that depend on them."""
        return _closure(operations, lambda each: self.consumers.get(each, ()))

    def before(self, operations: Iterable[Any]) -> set[Any]:
        """Return the operations and all that they depend on."""
        return _closure(operations, self.inputs)


def _closure(operations: Iterable[Any], follow: Callable[[Any], Iterable[Any]]) -> set[Any]:
    found: set[Any] = set()
    pending = list(operations)
    while pending:
        operation = pending.pop()
        if operation not in found:
            found.add(operation)
            pending += follow(operation)
    return found


def producers_first(operations: list[Any]) -> list[Any]:
    """Return the operations in an order in which each comes after what it takes.

    The order of creation is kept where it allows; it is almost always right.
    """
    known = set(operations)
    done: set[Any] = set()
    ordered: list[Any] = []
    for first in operations:
        pending = [first]
        while pending:
            operation = pending[-1]
            if operation in done:
                pending.pop()
                continue
            before = [tensor.op for tensor in operation.inputs]
            missing = [each for each in before if each in known and each not in done]
            if missing:
                pending += reversed(missing)
            else:
                pending.pop()
                done.add(operation)
                ordered.append(operation)
    return ordered
