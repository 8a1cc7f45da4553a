"""Sizes of tensors as numbers, once the batch is known."""

from __future__ import annotations

import re
from functools import lru_cache
from math import prod
from typing import TypeAlias

from graphscope.graph import BATCH, Dimension, TensorSpec

Sizes: TypeAlias = tuple[int | None, ...]
"""A shape with numbers only; None is a size that nobody knows."""

_BATCH_MULTIPLE = re.compile(rf"(\d*){BATCH}([+-]\d+)?")

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


def bind_dimension(dimension: Dimension, batch: int) -> int | None:
    """Return a dimension as a number.

    >>> [bind_dimension(size, 4) for size in (7, "B", "128B", "2B+1", "B-1", "words", None)]
    [7, 4, 512, 9, 3, None, None]
    """
    if not isinstance(dimension, str):
        return dimension
    found = _BATCH_MULTIPLE.fullmatch(dimension)
    if found is None:
        return None
    return int(found[1] or 1) * batch + int(found[2] or 0)


# A large graph repeats a few specs many times.
@lru_cache(maxsize=4096)
def bind_shape(spec: TensorSpec, batch: int) -> Sizes | None:
    """Return the shape with the batch put in; None if not even the rank is known."""
    if spec.shape is None:
        return None
    return tuple(bind_dimension(size, batch) for size in spec.shape)


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
def count_bytes(spec: TensorSpec, batch: int) -> int | None:
    """Return the bytes that a tensor takes; None for open sizes and for types without a width.

    >>> count_bytes(TensorSpec(("B", 10), "float16"), 8), count_bytes(TensorSpec((), "string"), 1)
    (160, None)
    """
    sizes, bits = bind_shape(spec, batch), _bits_per_element(spec.dtype)
    if sizes is None or None in sizes or bits is None:
        return None
    return (prod(size for size in sizes if size is not None) * bits + 7) // 8


def _bits_per_element(dtype: str) -> int | None:
    if dtype in _BITS:
        return _BITS[dtype]
    found = re.fullmatch(r"q?u?(?:int|float)(\d+)(?:_\w+)?", dtype)
    return int(found[1]) if found else None
