"""Shapes with names for open sizes, from two runs with different numbers for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphscope.graph import Dimension, TensorSpec
from graphscope.tracers.symbols import Symbols
from graphscope.tracers.torch.tape import Block, Body, Operation, Value


class MisalignedError(Exception):
    """A model did other operations where its inputs had other sizes."""


class Shapes:
    """The values of a first run beside those of a second.

    Args:
        first: what the first run was.
        second: what the second was.
        inputs: the inputs of both.
        symbols: the names behind the numbers. Sizes are marked with both, to be settled.

    Raises:
        MisalignedError: when the runs did not do the same.
    """

    def __init__(
        self,
        first: Body,
        second: Body,
        inputs: Iterable[tuple[Value, Value]],
        symbols: Symbols,
    ) -> None:
        self.symbols = symbols
        self._other: dict[Value, Value] = {}
        self._attributes: dict[Operation, dict[str, Any]] = {}
        self._trips: dict[Block, int | None] = {}
        for one, other in inputs:
            self._other[one] = other
        self._align(first, second)

    def spec(self, value: Value, *, dtype: str = "") -> TensorSpec:
        """Return shape and dtype of a value."""
        other = self._find(value)
        sizes = (self._read(*pair) for pair in zip(value.shape, other.shape, strict=True))
        return TensorSpec(tuple(sizes), dtype or value.dtype)

    def attributes(self, operation: Operation) -> dict[str, Any]:
        """Return the attributes of an operation, with names for what depends on open sizes."""
        others = self._attributes[operation]
        merged = {
            name: self._merge(value, others.get(name))
            for name, value in operation.attributes.items()
        }
        return {name: value for name, value in merged.items() if value is not None}

    def trips(self, block: Block) -> Dimension:
        """Return how often a loop runs."""
        other = self._trips[block]
        return None if block.trips is None or other is None else self._read(block.trips, other)

    def _find(self, value: Value) -> Value:
        while value not in self._other and value.stands_for is not None:
            value = value.stands_for
        return self._other.get(value, value)

    def _read(self, first: int, second: int) -> Dimension:
        return self.symbols.mark(first, second)

    def _merge(self, one: Any, other: Any) -> Any:
        if one == other:
            return one
        if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            items = [self._merge(*pair) for pair in zip(one, other, strict=True)]
            return None if None in items else items
        if _is_size(one) and _is_size(other):
            # Attributes are not settled later, as the sizes of specs are.
            return self.symbols.read(one, other)
        return None

    def _align(self, first: Body, second: Body) -> None:
        pending = [(first, second)]
        while pending:
            one, other = pending.pop()
            if len(one.entries) != len(other.entries):
                raise MisalignedError
            for left, right in zip(one.entries, other.entries, strict=True):
                if isinstance(left, Block) and isinstance(right, Block):
                    self._trips[left] = right.trips
                    pending += [
                        (body, twin)
                        for (_, body), (_, twin) in zip(left.bodies, right.bodies, strict=True)
                    ]
                elif isinstance(left, Operation) and isinstance(right, Operation):
                    self._align_operation(left, right)
                else:
                    raise MisalignedError

    def _align_operation(self, one: Operation, other: Operation) -> None:
        if one.name != other.name or len(one.inputs) != len(other.inputs):
            raise MisalignedError
        self._attributes[one] = other.attributes
        # Constants have no operation that made them; they are aligned where they are taken.
        pairs = [*zip(one.inputs, other.inputs, strict=True)]
        pairs += zip(one.outputs, other.outputs, strict=False)
        for value, twin in pairs:
            if len(value.shape) != len(twin.shape):
                raise MisalignedError
            self._other[value] = twin


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
