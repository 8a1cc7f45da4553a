"""Candidate cuts where the names of neighbours change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
    for read in _readings():
        keys = [read(name) if name else None for name in names]
        known = [key for key in keys if key is not None]
        if sum(map(ne, known, known[1:])) * _SHORTEST_RUN <= len(known):
            yield _cut_by_keys(keys, badness)


def _readings() -> Iterator[Callable[[Tokens], Key]]:
    for depth in range(1, _DEEPEST + 1):
        yield lambda name, depth=depth: name[: _end_of_ordinal(name, depth)]  # type: ignore[misc]
        yield lambda name, depth=depth: _ordinals(name)[:depth] or name[:1]  # type: ignore[misc]
    yield lambda name: _ordinals(name)[-1:] or name[:1]
    yield lambda name: name[:1]


def _end_of_ordinal(name: Tokens, depth: int) -> int:
    """Return the end of the depth-th ordinal, or of the last one, or of the first word."""
    ends = [i + 1 for i, token in enumerate(name) if is_ordinal(token)]
    return (ends or [1])[:depth][-1]


def _ordinals(name: Tokens) -> Tokens:
    return tuple(token for token in name if is_ordinal(token))


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
