"""What a cost rule may look at: one call, reduced to sizes and settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphscope.analysis.costs.sizes import Sizes, UnknownCostError, count_elements, known
from graphscope.graph.types import NOTHING


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operation or layer.

    `arguments` holds tensors and weights of an operation in the order of its signature, and only
    the tensors of a layer, whose weights stand in `weights`. A shape of None is wholly unknown.
    """

    type: str
    arguments: tuple[Sizes | None, ...] = ()
    results: tuple[Sizes | None, ...] = ()
    weights: tuple[Sizes, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    """Attributes of the operation, or config of the layer."""

    def argument(self, index: int) -> Sizes:
        """Return the shape of an argument; single sizes in it may be unknown."""
        return _shape_at(self.arguments, index)

    def result(self, index: int = 0) -> Sizes:
        """Return the shape of a result; single sizes in it may be unknown."""
        return _shape_at(self.results, index)

    @property
    def taken(self) -> int:
        """Number of elements of the first argument."""
        return count_elements(self.argument(0))

    @property
    def made(self) -> int:
        """Number of elements of the first result."""
        return count_elements(self.result())

    def axis(self, index: int, axis: int) -> int:
        """Return the size of one axis of an argument."""
        return axis_size(self.argument(index), axis)


Rule: TypeAlias = Callable[[Call], int]
"""Returns the FLOPs of a call, or raises UnknownCostError."""


def axis_size(sizes: Sizes, axis: int) -> int:
    """Return one size of a shape.

    Raises:
        UnknownCostError: when it is not known, or the shape has no such axis.
    """
    if not -len(sizes) <= axis < len(sizes):
        raise UnknownCostError
    return known(sizes[axis])


def as_int(value: Any) -> int:
    """Return a setting as a whole number.

    Raises:
        UnknownCostError: when it is none. Settings come from files and may be anything.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnknownCostError
    return value


def as_ints(value: Any) -> tuple[int, ...]:
    """Return a setting as whole numbers; a single number is a tuple of one."""
    if isinstance(value, (list, tuple)):
        return tuple(as_int(each) for each in value)
    return (as_int(value),)


def _shape_at(shapes: tuple[Sizes | None, ...], index: int) -> Sizes:
    shape = shapes[index] if index < len(shapes) else None
    if shape is None:
        raise UnknownCostError
    return shape


def names(text: str) -> tuple[str, ...]:
    """Return the words of a table of names."""
    return tuple(text.split())
