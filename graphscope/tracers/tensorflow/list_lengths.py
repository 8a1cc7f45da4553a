"""How many tensors a list holds that a loop fills: one for each of its trips.

TensorFlow knows the length of such a list only at run time, so what is stacked from it has an open
first size. The length is the number with which the list was reserved before the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

LOOP_TYPES = ("While", "StatelessWhile")

MAX_ROUNDS = 8
"""How often lengths are put in and inferred again, for loops whose length comes from others."""


def find_lengths(
    graph: Any,
    evaluate: Callable[[Any], int | None],
    infer_again: Callable[[Mapping[str, int]], None],
) -> None:
    """Infer the shapes of a graph again with the lengths of its lists.

    Args:
        graph: the traced graph.
        evaluate: the value of an integer scalar in the inferred graph, if it is known.
        infer_again: infers with the given lengths of stacked lists, by operation name.
    """
    reserved = _find_stacks(graph)
    lengths: dict[str, int] = {}
    for _ in range(MAX_ROUNDS if reserved else 0):
        known = {name: evaluate(tensor) for name, tensor in reserved.items()}
        found = {name: value for name, value in known.items() if value is not None}
        if found == lengths:
            return
        # Loops in a row mostly run equally often. Where that is wrong, the next round shows it.
        guess = next(iter(found.values()), None)
        assumed = {} if guess is None else dict.fromkeys(reserved, guess)
        lengths = {**assumed, **found}
        infer_again(lengths)
    known = {name: evaluate(tensor) for name, tensor in reserved.items()}
    sure = {name: value for name, value in known.items() if value == lengths.get(name)}
    if sure != lengths:
        infer_again({name: value for name, value in sure.items() if value is not None})


def _find_stacks(graph: Any) -> dict[str, Any]:
    """Return the reserved length of each list that is stacked, by name of the operation."""
    found = {}
    for operation in graph.get_operations():
        if operation.type == "TensorListStack" and operation.get_attr("num_elements") == -1:
            source = _source(operation.inputs[0])
            if source.type == "TensorListReserve":
                found[operation.name] = source.inputs[1]
    return found


def _source(handle: Any) -> Any:
    """Return the operation that made a list, before the loops that fill it."""
    while handle.op.type in (*LOOP_TYPES, "Identity"):
        handle = handle.op.inputs[handle.value_index]
    return handle.op
