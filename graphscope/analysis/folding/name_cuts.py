"""Candidate cuts where the names of neighbours change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import ne

import numpy as np

from graphscope.analysis.folding.names import Tokens, find_ordinals
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

Read = Callable[[Tokens, list[int]], Tokens]
"""Makes a key of the tokens of a name and the ends of the ordinals among them."""


def cut_by_names(strip: Strip) -> Iterator[Cuts]:
    """Yield the cuts of several readings of the names; nothing if names say nothing."""
    names = _drop_shared([part.tokens for part in strip.parts])
    named = [i for i, name in enumerate(names) if name]
    if not named or len(named) * 4 < len(names):
        return
    badness = np.append(0, strip.flow.widths) * _TENSOR + strip.places
    telling = [names[i] for i in named]
    ends = [find_ordinals(name) for name in telling]
    for refined in _readings(max(map(len, ends))):
        for read in refined:
            keys = list(map(read, telling, ends))
            changes = [i for i, differs in enumerate(map(ne, keys, keys[1:])) if differs]
            if len(changes) * _SHORTEST_RUN > len(keys):
                break
            borders = [(named[i], named[i + 1]) for i in changes]
            yield _cut_at_borders(borders, named, badness)


def _readings(most: int) -> Iterator[Iterator[Read]]:
    """Yield readings in groups, each of a group finer than the one before it: where that changes
    too often, this does.

    Args:
        most: ordinals in the names, at most. Readings that look for more are left out, as they
            would find the same.
    """
    depths = range(1, min(most, _DEEPEST) + 1)
    yield (_read_to_ordinal(depth) for depth in depths)
    yield (_read_ordinals(slice(depth)) for depth in depths)
    if most > 1:
        yield iter([_read_ordinals(slice(-1, None))])
    yield iter([_read_first])


def _read_first(name: Tokens, _: list[int]) -> Tokens:
    return name[:1]


def _read_to_ordinal(depth: int) -> Read:
    """Read all up to the depth-th ordinal, or to the last one, or the first word."""

    def read(name: Tokens, ends: list[int]) -> Tokens:
        return name[: ends[depth - 1 if depth <= len(ends) else -1]] if ends else name[:1]

    return read


def _read_ordinals(which: slice) -> Read:
    """Read some of the ordinals, or the first word."""

    def read(name: Tokens, ends: list[int]) -> Tokens:
        return tuple([name[end - 1] for end in ends[which]]) if ends else name[:1]

    return read


def _drop_shared(names: Sequence[Tokens]) -> list[Tokens]:
    """Remove the tokens that all telling names begin with (`convnext_tiny_...`)."""
    telling = [name for name in names if name]
    first, last = min(telling, default=()), max(telling, default=())
    shared = 0
    while shared < min(len(first), len(last)) - 1 and first[shared] == last[shared]:
        shared += 1
    return [name[shared:] for name in names] if shared else list(names)


def _cut_at_borders(
    borders: Sequence[tuple[int, int]], named: Sequence[int], badness: IntArray
) -> Cuts:
    """Return the cuts between pairs of named parts, and around all named ones."""
    cuts = {0}
    for left, right in borders:
        cuts.update(_place_cuts(left, right, badness))
    if named[0]:
        cuts.add(_find_best(-1, named[0], badness)[1])
    if named[-1] + 1 < len(badness):
        cuts.add(_find_best(named[-1], len(badness) - 1, badness)[0])
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
