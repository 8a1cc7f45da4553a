"""Units: the pieces a strip falls into, chosen among all candidates by the shortest description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from graphscope.analysis.folding.bead_cuts import (
    cut_at_landmarks,
    cut_at_periods,
    split_leftovers,
)
from graphscope.analysis.folding.beads import Beads, string_beads
from graphscope.analysis.folding.cost import describe
from graphscope.analysis.folding.name_cuts import cut_by_names
from graphscope.analysis.folding.strip import Cuts, Strip, number_units, pair_cuts
from graphscope.analysis.folding.tandem import find_tandems
from graphscope.analysis.folding.widths import IntArray, count_boundary

FLAT_LIMIT = 20
"""So many children are shown as they are; more are searched for blocks."""
_CONVINCING = 0.75
"""Units must describe the strip in this fraction of its length, or it stays flat."""
_NARROW = 4
"""So many tensors may cross the border of a small block; of a big one, a quarter of its size."""
_SMALLEST = 2
"""Parts in the smallest unit that can be repeated."""
_FIRST_OF_ITS_KIND = 3.0
"""So much more may it be, as the first unit of each kind must be described in full."""
_CONVINCING_NAMES = 0.9
"""The same for units that the names agree with."""
_ALIKE = 0.65
"""Units are of one family when they share this part of their types."""
_GOOD_PART = 0.1
"""Part of a strip that a family of units makes up, at least."""
_MOST_KINDS = 200
"""So many kinds of units are compared with each other; all others are families of their own."""
_TENSOR = 8
"""How bad one more tensor across a cut is, against a cut at a bad place."""
_AGAINST_NAMES = 2.0
"""What it costs to cut where the names do not change, or not to cut where they do, if names cut
the strip well by themselves.
"""
_REGIONS = (FLAT_LIMIT, 64, 256)
"""Branching regions up to these sizes are taken as wholes."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Parts `begin` to `end` of a strip; `is_repeated` if others of its family exist."""

    begin: int
    end: int
    is_repeated: bool
    is_narrow: bool

    @property
    def size(self) -> int:
        """Number of parts."""
        return self.end - self.begin


def find_units(strip: Strip, *, smallest: int) -> list[Unit]:
    """Return the units of the strip in order; empty if no cuts are convincing.

    Args:
        strip: what is to be cut.
        smallest: average number of parts of the units that are repeated, at least.
    """
    cuts = _choose_cuts(strip)
    if len(cuts) < 2:
        return []
    units = _classify(strip, cuts)
    sizes = [unit.size for unit in units if unit.is_repeated]
    return units if sum(sizes) >= smallest * len(sizes) else []


def _choose_cuts(strip: Strip) -> Cuts:
    """Return the cuts that describe the strip best, none if they do not do it well.

    Names that cut the strip well by themselves are kept together where that costs little.
    """
    size = len(strip.parts)
    named, shortest = _find_best(strip, cut_by_names(strip), (), _CONVINCING_NAMES * size)
    limit = min(shortest, _CONVINCING * size + _FIRST_OF_ITS_KIND)
    return _find_best(strip, _propose(strip), named, limit)[0] or named


def _find_best(
    strip: Strip, candidates: Iterable[Cuts], named: Cuts, limit: float
) -> tuple[Cuts, float]:
    """Return the first of the cuts with the shortest description below the limit, or none."""
    best: Cuts = ()
    for cuts in dict.fromkeys(candidates):
        against = len(set(named).symmetric_difference(cuts)) if named else 0
        cost = _AGAINST_NAMES * against
        if cost < limit:
            cost += describe(strip, cuts, limit - cost)
        if cost < limit:
            best, limit = cuts, cost
    return best, limit


def _propose(strip: Strip) -> Iterator[Cuts]:
    """Yield candidate cuts from structure; among equally good ones the first wins."""
    for beads in string_beads(strip, _REGIONS):
        place = {start: i for i, start in enumerate(beads.starts)}
        for cuts in (*cut_at_landmarks(beads), _cut_tandems(strip, beads), beads.starts[:-1]):
            yield cuts
            yield split_leftovers(cuts, beads, place)


def _cut_tandems(strip: Strip, beads: Beads) -> Cuts:
    starts = np.asarray(beads.starts, dtype=np.int64)
    sizes = np.diff(starts)
    tandems = find_tandems(beads.tokens, sizes.tolist(), _penalise(strip, starts[:-1]))
    return cut_at_periods(beads, tandems)


def _penalise(strip: Strip, starts: IntArray) -> IntArray:
    """Return how bad it is to begin a unit at each start: tensors across, and no fork before."""
    before = starts - 1
    before[before < 0] = 0
    penalty: IntArray = strip.flow.widths[before] * _TENSOR + strip.places[starts]
    penalty[starts == 0] = 0
    return penalty


def _classify(strip: Strip, cuts: Cuts) -> list[Unit]:
    n = len(strip.parts)
    pieces = pair_cuts(cuts, n)
    borders = count_boundary(strip.flow, number_units(cuts, n)).tolist()
    large = _find_large(strip, pieces)
    return [
        Unit(a, b, is_repeated=is_large, is_narrow=border <= max(_NARROW, (b - a) // 4))
        for (a, b), is_large, border in zip(pieces, large, borders, strict=True)
    ]


def _find_large(strip: Strip, pieces: Sequence[tuple[int, int]]) -> list[bool]:
    """Return which pieces are of a family that makes up a good part of the strip.

    A piece that is small beside the others of such families does not count: the first
    convolution has the ingredients of a block, but is none.
    """
    families = _find_families([frozenset(strip.types[a:b]) for a, b in pieces])
    members: dict[int, list[int]] = {}
    for family, (a, b) in zip(families, pieces, strict=True):
        if b - a >= _SMALLEST:
            members.setdefault(family, []).append(b - a)
    main = {
        family
        for family, sizes in members.items()
        if len(sizes) > 1 and sum(sizes) >= _GOOD_PART * len(strip.parts)
    }
    usual = median([size for family in main for size in members[family]] or [0])
    return [
        family in main and b - a >= max(_SMALLEST, usual / 2)
        for family, (a, b) in zip(families, pieces, strict=True)
    ]


def _find_families(ingredients: list[frozenset[int]]) -> list[int]:
    """Number the families: the first known kind that is alike, or a new one."""
    kinds: list[frozenset[int]] = []
    found: dict[frozenset[int], int] = {}
    for types in ingredients:
        if types not in found:
            comparable = kinds if len(kinds) <= _MOST_KINDS else []
            alike = (i for i, kind in enumerate(comparable) if _are_alike(types, kind))
            found[types] = next(alike, len(kinds))
            if found[types] == len(kinds):
                kinds.append(types)
    return [found[types] for types in ingredients]


def _are_alike(one: frozenset[int], other: frozenset[int]) -> bool:
    shared = len(one & other)
    return shared >= _ALIKE * (len(one) + len(other) - shared)
