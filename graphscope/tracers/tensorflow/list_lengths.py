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


class ListLengths:
    """The lengths of the lists of one graph.

    Args:
        reserved: the number with which each list was reserved; see `find_reserved`.
        guess: what the lengths are before anything is inferred: loops mostly run over the length
            of an input. Where that is wrong, the first inference shows it.
    """

    def __init__(self, reserved: Mapping[str, Any], guess: int | None) -> None:
        self._reserved = reserved
        self.known: Mapping[str, int] = {}
        """The length of each list that is stacked, by name of the operation that stacks it."""
        if guess is not None:
            self.known = dict.fromkeys(self._reserved, guess)

    def settle(
        self, evaluate: Callable[[Any], int | None], infer_again: Callable[[], None]
    ) -> None:
        """Correct the lengths until what is inferred with them agrees.

        Args:
            evaluate: the value of an integer scalar in the inferred graph, if it is known.
            infer_again: infers anew with the lengths in `known`.
        """
        for _ in range(MAX_ROUNDS):
            found = self._evaluate(evaluate)
            if found == self.known:
                return
            # Loops in a row mostly run equally often.
            other = next(iter(found.values()), None)
            assumed = {} if other is None else dict.fromkeys(self._reserved, other)
            self.known = {**assumed, **found}
            infer_again()
        found = self._evaluate(evaluate)
        sure = {name: value for name, value in found.items() if value == self.known.get(name)}
        if sure != self.known:
            self.known = sure
            infer_again()

    def _evaluate(self, evaluate: Callable[[Any], int | None]) -> dict[str, int]:
        values = {name: evaluate(tensor) for name, tensor in self._reserved.items()}
        return {name: value for name, value in values.items() if value is not None}


def find_reserved(graph: Any) -> dict[str, Any]:
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
