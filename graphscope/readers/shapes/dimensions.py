"""Arithmetic on dimensions, where a size may be unknown or a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias, TypeGuard

from graphscope.graph import BATCH, Dimension, windows
from graphscope.graph.dimensions import add, multiply, names_in

Shape: TypeAlias = tuple[Dimension, ...]


class IncompatibleError(Exception):
    """The layer cannot take these inputs: what is wrong with them, in one sentence."""


def is_size(dimension: Dimension) -> TypeGuard[int]:
    """Whether the dimension is a number, so that one can calculate with it."""
    return isinstance(dimension, int)


def total(dimensions: Iterable[Dimension]) -> Dimension:
    """Return the sum, unknown when one of the dimensions is."""
    return add(*dimensions)


def product(dimensions: Iterable[Dimension]) -> Dimension:
    """Return the product, unknown when one of the dimensions is."""
    return multiply(*dimensions)


def slide(
    size: Dimension, *, window: int, stride: int, padding: str, dilation: int = 1
) -> Dimension:
    """Return how many positions a window takes along one dimension.

    Raises:
        IncompatibleError: when the window does not fit once.
    """
    if padding != "valid":
        return windows.slide_same(size, stride)
    reach = (window - 1) * dilation + 1
    if is_size(size) and size < reach:
        raise IncompatibleError(f"a window of {reach} does not fit into a size of {size}")
    return windows.slide(size, window=window, stride=stride, dilation=dilation)


@contextmanager
def differences_noted() -> Iterator[list[tuple[Dimension, Dimension]]]:
    """Note in a list which open sizes are taken to be the same though they have two names."""
    found: list[tuple[Dimension, Dimension]] = []
    token = _DIFFERENCES.set(found)
    try:
        yield found
    finally:
        _DIFFERENCES.reset(token)


_DIFFERENCES: ContextVar[list[tuple[Dimension, Dimension]] | None] = ContextVar(
    "differences", default=None
)


def unify(a: Dimension, b: Dimension) -> Dimension:
    """Return the size of two that must be the same; a number tells most, then a short name.

    None where the batch would have to be one number.

    Raises:
        IncompatibleError: when they are two numbers.
    """
    if a == b or b is None:
        return a
    if a is None:
        return b
    if is_size(a) and is_size(b):
        raise IncompatibleError(f"sizes {a} and {b} differ")
    if is_size(a) or is_size(b):
        number, name = (a, b) if is_size(a) else (b, a)
        return None if BATCH in names_in(name) else number
    found = _DIFFERENCES.get()
    if found is not None:
        found.append((a, b))
    return min(a, b, key=lambda size: (len(str(size)), str(size)))


def broadcast(first: Shape, second: Shape) -> Shape:
    """Return the shape of an elementwise operation on two tensors.

    Raises:
        IncompatibleError: when two sizes differ and neither is 1.
    """
    if len(first) < len(second):
        first, second = second, first
    lead = len(first) - len(second)
    return first[:lead] + tuple(
        _broadcast_sizes(a, b) for a, b in zip(first[lead:], second, strict=True)
    )


def _broadcast_sizes(a: Dimension, b: Dimension) -> Dimension:
    if a == 1:
        return b
    if b == 1:
        return a
    # An unknown size may be 1 or the other one; a name, or a size above 1, wins over it.
    return unify(a, b)


def axis_of(axis: int, rank: int) -> int:
    """Return the axis counted from the front.

    Raises:
        IncompatibleError: when the tensor has no such axis.
    """
    if not -rank <= axis < rank:
        raise IncompatibleError(f"a tensor of rank {rank} has no axis {axis}")
    return axis % rank
