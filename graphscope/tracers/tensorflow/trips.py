"""How often a loop runs, where its condition says so: counters against limits that are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf


def count_trips(cond: Any, body: Any, evaluate: Callable[[int], int | None]) -> int | None:
    """Return the number of iterations of a while loop, None when it is not fixed.

    The condition must be a comparison `counter < limit`, or several of them joined by `and`, where
    the body adds a constant to each counter.

    Args:
        cond: graph of the condition.
        body: graph of the body.
        evaluate: the value that a loop variable starts with, by its index; None if unknown.
    """
    comparisons = _comparisons(cond.outputs[0].op)
    if comparisons is None:
        return None
    trips = [_count(comparison, cond, body, evaluate) for comparison in comparisons]
    return None if None in trips else min(count for count in trips if count is not None)


def _comparisons(condition: Any) -> list[Any] | None:
    found, pending = [], [condition]
    while pending:
        operation = pending.pop()
        if operation.type in ("LogicalAnd", "Identity"):
            pending += [tensor.op for tensor in operation.inputs]
        elif operation.type in ("Less", "LessEqual"):
            found.append(operation)
        else:
            return None
    return found


def _count(
    comparison: Any, cond: Any, body: Any, evaluate: Callable[[int], int | None]
) -> int | None:
    counter, limit = comparison.inputs
    index = _argument(cond, counter)
    if index is None:
        return None
    start, step = evaluate(index), _step(body, index)
    end = _limit(cond, body, limit, evaluate)
    if start is None or step is None or end is None or step <= 0:
        return None
    if comparison.type == "LessEqual":
        end += 1
    return max(0, -(-(end - start) // step))


def _limit(cond: Any, body: Any, tensor: Any, evaluate: Callable[[int], int | None]) -> int | None:
    index = _argument(cond, tensor)
    if index is None:
        return _constant(tensor)
    is_fixed = _argument(body, body.outputs[index]) == index
    return evaluate(index) if is_fixed else None


def _step(body: Any, index: int) -> int | None:
    update = _skip_identities(body.outputs[index])
    if update.op.type not in ("AddV2", "Add"):
        return None
    for one, other in (update.op.inputs, reversed(update.op.inputs)):
        if _argument(body, one) == index:
            return _constant(other)
    return None


def _argument(graph: Any, tensor: Any) -> int | None:
    tensor = _skip_identities(tensor)
    names = [placeholder.name for placeholder in graph.inputs]
    return names.index(tensor.name) if tensor.name in names else None


def _constant(tensor: Any) -> int | None:
    value = tf.get_static_value(tensor)
    return None if value is None else int(value)


def _skip_identities(tensor: Any) -> Any:
    while tensor.op.type == "Identity":
        tensor = tensor.op.inputs[0]
    return tensor
