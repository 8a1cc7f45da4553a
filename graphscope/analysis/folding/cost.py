"""How well cuts explain a strip: the length of its shortest description in such units.

A part that stands alone costs one, so a strip without blocks costs one for each part. A unit of
several parts costs its parts when it is new, up to half of them when a unit with the same
ingredients is known, and one when it is known itself; repeating the unit before it costs the
logarithm of the count. It costs one more for each tensor that crosses its border, so that units
are few and narrow.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from math import inf, log2

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
_ALIKE = 0.45
"""A unit is a variant of another when they share this part of their types and of the pairs of types
that follow on each other.
"""
_LARGEST_VARIANT = 48
"""Long units share types and pairs by chance; only so many parts count as known."""
_MOST_KINDS = 16

Ingredients = frozenset[int | tuple[int, int]]


def describe(strip: Strip, cuts: Cuts, limit: float = inf) -> float:
    """Return the length of the description of the strip in units that begin at the cuts, or
    infinity as soon as it is longer than the limit.
    """
    n = len(strip.parts)
    units = pair_cuts(cuts, n)
    if sum([b - a == 1 for a, b in units]) > limit:
        return inf  # those alone are too many
    unit = number_units(cuts, n)
    borders = count_boundary(strip.flow, unit)
    follows = find_followers(strip.flow, unit)
    known: set[tuple[int, ...]] = set()
    ingredients: dict[Ingredients, int] = {}
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
        if total > limit:
            return inf
    return total + _BAD_PLACE * float(strip.places[list(cuts[1:])].sum())


def _price(
    key: tuple[int, ...], known: set[tuple[int, ...]], ingredients: dict[Ingredients, int]
) -> float:
    if key in known:
        return 1.0
    known.add(key)
    own: Ingredients = frozenset((*key, *pairwise(key)))
    longest = 0
    for other, n in ingredients.items():
        if n > longest and _are_alike(own, other):
            longest = n
    if own in ingredients or len(ingredients) < _MOST_KINDS:
        ingredients[own] = max(len(key), ingredients.get(own, 0))
    return len(key) - min(longest, len(key), _LARGEST_VARIANT) / 2


def _are_alike(one: Ingredients, other: Ingredients) -> bool:
    size, other_size = len(one), len(other)
    if size < _ALIKE * other_size or other_size < _ALIKE * size:
        return False
    shared = len(one & other)
    return shared >= _ALIKE * (size + other_size - shared)
