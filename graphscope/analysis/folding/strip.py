"""A strip: the ordered parts of one scope, or of a piece of it, that are to be cut into units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import eq

import numpy as np

from graphscope.analysis.folding.parts import Part, Shape
from graphscope.analysis.folding.widths import Flow, IntArray, measure_flow

Cuts = tuple[int, ...]
"""Where units begin: ascending positions, the first is always 0."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Parts in topological order with what flows between them.

    Attributes:
        parts: n parts.
        flow: the tensors between them.
        types: loose signature of each part.
        places: (n,) how bad it is to begin a unit at each part: 0 where the flow forks and the
            size in space changes, 1 if one of the two holds, 2 if none does.
    """

    parts: Sequence[Part]
    flow: Flow
    types: tuple[int, ...]
    places: IntArray


def make_strip(parts: Sequence[Part]) -> Strip:
    """Return the strip of parts that stand in topological order."""
    flow = measure_flow(parts)
    sizes = [size_in_space(part) for part in parts]
    stays = list(map(eq, sizes, sizes[1:]))
    places = np.zeros(len(parts), dtype=np.int64)
    places[1:] = np.asarray(stays, dtype=np.int64) + ~flow.forks[:-1]
    return Strip(parts, flow, tuple(part.loose for part in parts), places)


def size_in_space(part: Part) -> Shape:
    """Return the shape of the first output without batch and channels."""
    return None if part.shape is None else part.shape[1:-1]


def pair_cuts(cuts: Cuts, n: int) -> list[tuple[int, int]]:
    """Return begin and end of each unit.

    >>> pair_cuts((0, 2), 5)
    [(0, 2), (2, 5)]
    """
    return list(zip(cuts, (*cuts[1:], n), strict=True))


def number_units(cuts: Cuts, n: int) -> IntArray:
    """Return the number of the unit of each part.

    >>> number_units((0, 2), 5).tolist()
    [0, 0, 1, 1, 1]
    """
    starts = np.zeros(n, dtype=np.int64)
    starts[list(cuts[1:])] = 1
    return np.cumsum(starts)
