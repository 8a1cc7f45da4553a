"""How often a loop runs, where its condition says so: counters against fixed limits."""

from __future__ import annotations

from graphscope.tracers.torch.tape import Block, Operation, Value
from graphscope.tracers.torch.tensors import original


def count_trips(block: Block, at_most: int | None = None) -> int | None:
    """Return the number of trips of a while loop, None when it is not fixed.

    The condition must be a comparison `counter < limit`, or several of them joined by `and`, where
    the body adds a constant to each counter.

    Args:
        block: the loop, whose bodies are the condition and what is repeated.
        at_most: the number of trips that the program allows.
    """
    condition = block.bodies[0][1].results
    comparisons = _comparisons(condition[0]) if condition else None
    if comparisons is None:
        return None
    trips = [_count(comparison, block) for comparison in comparisons]
    known = [count for count in trips if count is not None]
    if len(known) < len(trips):
        return None
    return min(known if at_most is None else [*known, at_most])


def _comparisons(condition: Value) -> list[Operation] | None:
    found, pending = [], [condition]
    while pending:
        operation = pending.pop().operation
        name = "" if operation is None else operation.name
        if operation is not None and name in ("logical_and", "bitwise_and"):
            pending += operation.inputs
        elif operation is not None and name in ("lt", "le"):
            found.append(operation)
        else:
            return None
    return found


def _count(comparison: Operation, block: Block) -> int | None:
    counter = comparison.inputs[0]
    limit = comparison.attributes.get("other")
    if len(comparison.inputs) == 2:
        limit = _known(comparison.inputs[1])
    start = _known(original(counter))
    step = _step(counter, block)
    if limit is None or start is None or step is None or step <= 0:
        return None
    end = int(limit) + (comparison.name == "le")
    return max(0, -(-(end - start) // step))


def _step(counter: Value, block: Block) -> int | None:
    result = next((after for before, after in block.carried if before is counter), None)
    update = None if result is None else result.operation
    if update is None or update.name != "add" or counter not in update.inputs:
        return None
    others = [value for value in update.inputs if value is not counter]
    step = _known(others[0]) if others else update.attributes.get("other")
    return step if isinstance(step, int) else None


def _known(value: Value) -> int | None:
    if not value.is_known or value.tensor.numel() != 1 or value.tensor.is_floating_point():
        return None
    return int(value.tensor)
