"""The graph of symbolic tensors as Keras keeps it: from a tensor back to the inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def parents_of(tensor: Any) -> list[Any]:
    """Return the tensors that a symbolic tensor was computed from; none for inputs."""
    history = getattr(tensor, "_keras_history", None)
    if history is None or history.operation is None:
        return []
    node = history.operation._inbound_nodes[history.node_index]
    return [] if node.is_input else list(node.input_tensors)


def operation_of(tensor: Any) -> Any:
    """Return the layer or operation that made a symbolic tensor."""
    history = getattr(tensor, "_keras_history", None)
    return history.operation if history is not None else None


def tensors_behind(tensor: Any, stop: frozenset[int] = frozenset()) -> Iterator[Any]:
    """Yield a tensor and all it was computed from, nearest first.

    Args:
        tensor: where to begin.
        stop: ids of tensors at which the walk ends; they are not yielded.
    """
    waiting, seen = [tensor], set(stop)
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += parents_of(current)


def inputs_behind(tensor: Any, stop: frozenset[int] = frozenset()) -> list[Any]:
    """Return the tensors at which what leads to a tensor begins."""
    return [each for each in tensors_behind(tensor, stop) if not parents_of(each)]


def path_between(tensor: Any, source: Any) -> list[Any]:
    """Return the tensors from one back to another it was computed from, both included."""
    before: dict[int, Any] = {id(tensor): None}
    waiting = [tensor]
    while waiting:
        current = waiting.pop(0)
        if current is source:
            path = []
            while current is not None:
                path.append(current)
                current = before[id(current)]
            return path[::-1]
        for parent in parents_of(current):
            if id(parent) not in before:
                before[id(parent)] = current
                waiting.append(parent)
    return []
