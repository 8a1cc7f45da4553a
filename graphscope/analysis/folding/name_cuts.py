"""Candidate cuts where the names of neighbours change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from operator import ne

import numpy as np

from graphscope.analysis.folding.names import Tokens, is_ordinal
from graphscope.analysis.folding.strip import Cuts, Strip
from graphscope.analysis.folding.widths import IntArray

_DEEPEST = 3
"""Ordinals that are looked at: stage, block, branch."""
_TENSOR = 8
"""How bad one more tensor across a cut is, against a cut where the flow does not fork."""
_SHORTEST_RUN = 2
"""Parts that have one key in a row, on average; otherwise the names change all the time."""
_STRAY = 2
"""So many nameless parts may follow a named unit and still belong to it."""

Key = Tokens | None


def cut_by_names(strip: Strip) -> Iterator[Cuts]:
    """Yield the cuts of several readings of the names; nothing if names say nothing."""
    names = _drop_shared([part.tokens for part in strip.parts])
    if sum(1 for name in names if name) * 4 < len(names):
        return
    badness = np.append(0, strip.flow.widths) * _TENSOR + strip.places
    ends = [_ends_of_ordinals(name) for name in names]
    for read in _readings():
        keys = [read(*each) if each[0] else None for each in zip(names, ends, strict=True)]
        known = [key for key in keys if key is not None]
        if sum(map(ne, known, known[1:])) * _SHORTEST_RUN <= len(known):
            yield _cut_by_keys(keys, badness)


def _readings() -> Iterator[Callable[[Tokens, list[int]], Key]]:
    """Yield what makes a key of the tokens of a name and the ends of the ordinals among them."""
    for depth in range(1, _DEEPEST + 1):
        yield partial(_read_to_ordinal, depth)
        yield partial(_read_ordinals, slice(depth))
    yield partial(_read_ordinals, slice(-1, None))
    yield lambda name, _: name[:1]


def _read_to_ordinal(depth: int, name: Tokens, ends: list[int]) -> Tokens:
    """Return all up to the depth-th ordinal, or to the last one, or the first word."""
    return name[: ends[min(depth, len(ends)) - 1]] if ends else name[:1]


def _read_ordinals(which: slice, name: Tokens, ends: list[int]) -> Tokens:
    """Return some of the ordinals, or the first word."""
    return tuple([name[end - 1] for end in ends[which]]) or name[:1]


def _ends_of_ordinals(name: Tokens) -> list[int]:
    return [i + 1 for i, token in enumerate(name) if is_ordinal(token)]


def _drop_shared(names: Sequence[Tokens]) -> list[Tokens]:
    """Remove the tokens that all telling names begin with (`convnext_tiny_...`)."""
    telling = [name for name in names if name]
    first, last = min(telling, default=()), max(telling, default=())
    shared = 0
    while shared < min(len(first), len(last)) - 1 and first[shared] == last[shared]:
        shared += 1
    return [name[shared:] for name in names]


def _cut_by_keys(keys: Sequence[Key], badness: IntArray) -> Cuts:
    cuts = {0}
    named = [i for i, key in enumerate(keys) if key is not None]
    for left, right in pairwise(named):
        if keys[left] != keys[right]:
            cuts.update(_place_cuts(left, right, badness))
    if named and named[0]:
        cuts.add(_find_best(-1, named[0], badness)[1])
    if named and named[-1] + 1 < len(keys):
        cuts.add(_find_best(named[-1], len(keys) - 1, badness)[0])
    return tuple(sorted(cuts))


def _place_cuts(left: int, right: int, badness: IntArray) -> tuple[int, ...]:
    """Cut between two named parts with nameless ones between them, at the best place.

    A long nameless stretch between two equally good places is a unit of its own.
    """
    if right == left + 1:
        return (right,)
    early, late = _find_best(left, right, badness)
    return (early, late) if late - early > _STRAY else (late,)


def _find_best(left: int, right: int, badness: IntArray) -> tuple[int, int]:
    """Return the first and the last of the best places behind left, up to right, for a unit to
    begin.
    """
    between = badness[left + 1 : right + 1]
    best = (between == between.min()).nonzero()[0]
    return left + 1 + int(best[0]), left + 1 + int(best[-1])
