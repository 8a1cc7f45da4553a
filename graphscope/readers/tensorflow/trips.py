"""How often a loop runs, where its condition says so: counters against limits that are known."""

from __future__ import annotations

from collections.abc import Callable

from graphscope.readers.tensorflow.unfolding.program import Loop, Result, Source, Step


def count_trips(loop: Loop, evaluate: Callable[[Source], int | None]) -> int | None:
    """Return the number of iterations of a loop, None when it is not fixed.

    The condition must be a comparison `counter < limit`, or several of them joined by `and`, where
    the body adds a constant to each counter.

    Args:
        loop: what the loop takes, returns and goes by.
        evaluate: the value of a tensor of one whole number; None if unknown.
    """
    comparisons = _comparisons(loop.condition)
    if not comparisons:
        return None
    trips = [_count(each, loop, evaluate) for each in comparisons]
    known = [count for count in trips if count is not None]
    return min(known) if len(known) == len(trips) else None


def _comparisons(condition: Source) -> list[Step]:
    """Return the comparisons that must all hold; none when there is anything else among them."""
    found, waiting = [], [condition]
    while waiting:
        source = waiting.pop()
        if not isinstance(source, Result):
            return []
        type_ = source.step.node.op
        if type_ in ("LogicalAnd", "Identity"):
            waiting += source.step.inputs
        elif type_ in ("Less", "LessEqual"):
            found.append(source.step)
        else:
            return []
    return found


def _count(comparison: Step, loop: Loop, evaluate: Callable[[Source], int | None]) -> int | None:
    index = loop.taken.get((comparison, 0))
    if index is None or len(comparison.inputs) < 2:
        return None
    step = _step(loop, index, evaluate)
    limit = loop.taken.get((comparison, 1))
    is_fixed = limit is None or loop.is_fixed(limit)
    start, end = evaluate(comparison.inputs[0]), evaluate(comparison.inputs[1])
    if not is_fixed or start is None or end is None or step is None or step <= 0:
        return None
    return max(0, -(-(end + (comparison.node.op == "LessEqual") - start) // step))


def _step(loop: Loop, index: int, evaluate: Callable[[Source], int | None]) -> int | None:
    """Return what the body adds to a counter in each trip."""
    result = loop.results[index] if index < len(loop.results) else None
    if not isinstance(result, Result) or result.step.node.op not in ("Add", "AddV2"):
        return None
    for one, other in ((0, 1), (1, 0)):
        if loop.taken.get((result.step, one)) == index and other < len(result.step.inputs):
            return evaluate(result.step.inputs[other])
    return None
