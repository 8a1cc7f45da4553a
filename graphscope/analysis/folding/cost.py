"""How well cuts explain a strip: the length of its shortest description in such units.

A part that stands alone costs one, so a strip without blocks costs one for each part. A unit of
several parts costs its parts when it is new, half when a unit with the same ingredients is known,
and one when it is known; repeating the unit before it costs the logarithm of the count. It costs
one more for each tensor that crosses its border, so that units are few and narrow.
"""

from __future__ import annotations

from itertools import groupby
from math import log2

from graphscope.analysis.folding.strip import Cuts, Strip, number_units, pair_cuts
from graphscope.analysis.folding.widths import count_boundary, find_followers

_BAD_PLACE = 0.05
"""What it costs to begin a unit where the flow does not fork, and where the size in space stays:
it decides between units that begin one part later or earlier.
"""
_PARALLEL = 3.0
"""What a unit costs that reads nothing from the unit before it: branches of one region are better
kept together.
"""
_ALIKE = 0.65
"""Two units have the same ingredients when they share this part of their types."""
_MOST_KINDS = 64


def describe(strip: Strip, cuts: Cuts) -> float:
    """Return the length of the description of the strip in units that begin at the cuts."""
    n = len(strip.parts)
    units = pair_cuts(cuts, n)
    unit = number_units(cuts, n)
    borders = count_boundary(strip.flow, unit)
    follows = find_followers(strip.flow, unit)
    known: set[tuple[int, ...]] = set()
    ingredients: list[frozenset[int]] = []
    total = 0.0
    place = 0
    for key, run in groupby(strip.types[a:b] for a, b in units):
        count = sum(1 for _ in run)
        if len(key) == 1:
            total += count
        else:
            total += _price(key, known, ingredients) + log2(count)
            total += float(borders[place : place + count].max())
            total += _PARALLEL * float((~follows[place : place + count]).sum())
        place += count
    return total + _BAD_PLACE * float(strip.places[list(cuts[1:])].sum())


def _price(
    key: tuple[int, ...], known: set[tuple[int, ...]], ingredients: list[frozenset[int]]
) -> float:
    if key in known:
        return 1.0
    types = frozenset(key)
    is_variant = any(are_alike(types, other) for other in ingredients[:_MOST_KINDS])
    known.add(key)
    if types not in ingredients[:_MOST_KINDS]:
        ingredients.append(types)
    return len(key) / 2 if is_variant else float(len(key))


def are_alike(one: frozenset[int], other: frozenset[int]) -> bool:
    """Whether two units have the same ingredients, or nearly."""
    return len(one & other) >= _ALIKE * len(one | other)
