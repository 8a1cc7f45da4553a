"""Small helpers for arrays of whole numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


def to_array(numbers: Iterable[int]) -> IntArray:
    """Return whole numbers as an array (n,)."""
    return np.fromiter(numbers, dtype=np.int64)


def to_mask(places: Iterable[int], length: int) -> BoolArray:
    """Return an array (length,) that is true at some places."""
    mask = np.zeros(length, dtype=bool)
    mask[to_array(places)] = True
    return mask


def begin(counts: IntArray) -> IntArray:
    """Return where n rows of some lengths begin in one row of all, and where it ends (n + 1,)."""
    return np.concatenate([[0], np.cumsum(counts)])


def spread(begins: IntArray, counts: IntArray) -> IntArray:
    """Return the numbers of n ranges, one range after the other.

    Args:
        begins: (n,) the first number of each.
        counts: (n,) how many numbers each has.
    """
    offsets = begin(counts)
    return np.arange(offsets[-1]) + np.repeat(begins - offsets[:-1], counts)
