"""Sizes of tensors as numbers, once the batch and other open sizes are known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import prod
from typing import TypeAlias

from graphscope.graph import BATCH, Dimension, TensorSpec
from graphscope.graph.dimensions import evaluate

Sizes: TypeAlias = tuple[int | None, ...]
"""A shape with numbers only; None is a size that nobody knows."""

_BITS = {
    "bool": 8,
    "bfloat16": 16,
    "half": 16,
    "complex64": 64,
    "complex128": 128,
    "int4": 4,
    "uint4": 4,
}


class UnknownCostError(Exception):
    """A rule needs a size or setting that is not known: then the cost is not known either."""


class OpenSizes(Mapping[str, int]):
    """Numbers for the names of open sizes, the batch among them; a key of caches.

    Args:
        batch: the number of `B`.
        others: numbers of further names; a number for `B` here wins.
    """

    def __init__(self, batch: int = 1, others: Mapping[str, int] | None = None) -> None:
        self._numbers = {BATCH: batch, **(others or {})}
        self._hash = hash(frozenset(self._numbers.items()))

    def __getitem__(self, name: str) -> int:
        return self._numbers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __hash__(self) -> int:
        return self._hash

    def get_number(self, dimension: Dimension) -> int | None:
        """Return a dimension as a number, None where a name in it has none.

        >>> sizes = OpenSizes(4, {"H": 7})
        >>> [sizes.get_number(size) for size in (7, "128B", "B-1", "ceil(H/2)", "T", "words", None)]
        [7, 512, 3, 4, None, None, None]
        """
        return evaluate(dimension, self._numbers) if isinstance(dimension, str) else dimension


# A large graph repeats a few specs many times.
@lru_cache(maxsize=4096)
def bind_shape(spec: TensorSpec, sizes: int | OpenSizes) -> Sizes | None:
    """Return the shape with numbers for open sizes; None if not even the rank is known.

    Args:
        spec: the tensor.
        sizes: the batch alone, or numbers for several names.
    """
    if spec.shape is None:
        return None
    numbers = OpenSizes(sizes) if isinstance(sizes, int) else sizes
    return tuple(numbers.get_number(size) for size in spec.shape)


def count_elements(sizes: Sizes | None) -> int:
    """Return the number of elements.

    Raises:
        UnknownCostError: when a size is not known.
    """
    if sizes is None:
        raise UnknownCostError
    count = 1
    for size in sizes:
        count *= known(size)
    return count


def known(size: int | None) -> int:
    """Return the size.

    Raises:
        UnknownCostError: when it is not known.
    """
    if size is None:
        raise UnknownCostError
    return size


@lru_cache(maxsize=4096)
def count_bytes(spec: TensorSpec, sizes: int | OpenSizes) -> int | None:
    """Return the bytes that a tensor takes; None for open sizes and for types without a width.

    >>> count_bytes(TensorSpec(("B", 10), "float16"), 8), count_bytes(TensorSpec((), "string"), 1)
    (160, None)
    """
    shape, bits = bind_shape(spec, sizes), _bits_per_element(spec.dtype)
    if shape is None or None in shape or bits is None:
        return None
    return (prod(size for size in shape if size is not None) * bits + 7) // 8


def _bits_per_element(dtype: str) -> int | None:
    if dtype in _BITS:
        return _BITS[dtype]
    found = re.fullmatch(r"q?u?(?:int|float)(\d+)(?:_\w+)?", dtype)
    return int(found[1]) if found else None
