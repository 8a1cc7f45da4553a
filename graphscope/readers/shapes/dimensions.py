"""Arithmetic on dimensions, where a size may be unknown or a name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, TypeGuard

from graphscope.graph import Dimension

Shape: TypeAlias = tuple[Dimension, ...]


class IncompatibleError(Exception):
    """The layer cannot take these inputs: what is wrong with them, in one sentence."""


def is_size(dimension: Dimension) -> TypeGuard[int]:
    """Whether the dimension is a number, so that one can calculate with it."""
    return isinstance(dimension, int)


def total(dimensions: Iterable[Dimension]) -> Dimension:
    """Return the sum, unknown when one of the dimensions is."""
    result = 0
    for dimension in dimensions:
        if not is_size(dimension):
            return None
        result += dimension
    return result


def product(dimensions: Iterable[Dimension]) -> Dimension:
    """Return the product, unknown when one of the dimensions is."""
    result = 1
    for dimension in dimensions:
        if not is_size(dimension):
            return None
        result *= dimension
    return result


def slide(
    size: Dimension, *, window: int, stride: int, padding: str, dilation: int = 1
) -> Dimension:
    """Return how many positions a window takes along one dimension.

    Raises:
        IncompatibleError: when the window does not fit once.
    """
    if not is_size(size):
        return None
    if padding != "valid":
        return -(-size // stride)
    reach = (window - 1) * dilation + 1
    if size < reach:
        raise IncompatibleError(f"a window of {reach} does not fit into a size of {size}")
    return (size - reach) // stride + 1


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
    if a == b:
        return a
    if a == 1:
        return b
    if b == 1:
        return a
    if is_size(a) and is_size(b):
        raise IncompatibleError(f"sizes {a} and {b} differ")
    # A size above 1 wins over an unknown one: any other value could not be broadcast to it.
    if is_size(a) and b is None:
        return a
    if is_size(b) and a is None:
        return b
    return None


def axis_of(axis: int, rank: int) -> int:
    """Return the axis counted from the front.

    Raises:
        IncompatibleError: when the tensor has no such axis.
    """
    if not -rank <= axis < rank:
        raise IncompatibleError(f"a tensor of rank {rank} has no axis {axis}")
    return axis % rank
