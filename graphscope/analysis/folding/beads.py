"""Beads: a strip seen as a row of single parts, or of small regions between narrow gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graphscope.analysis.folding.strip import Strip
from graphscope.analysis.folding.widths import IntArray

_DEEPEST = 16
"""How often a piece without narrow gaps is searched again for its own narrowest gaps."""


@dataclass(frozen=True, slots=True)
class Beads:
    """A strip as a row of k beads.

    Attributes:
        starts: (k + 1,) where each bead begins, and the end of the strip.
        tokens: (k,) equal for beads with the same ingredients.
        regions: the tokens of beads of several parts.
    """

    starts: tuple[int, ...]
    tokens: tuple[int, ...]
    regions: frozenset[int] = frozenset()


def string_beads(strip: Strip, limits: Iterable[int]) -> list[Beads]:
    """Return the different rows of the pieces between the narrowest gaps, for each limit, and of
    single parts.

    A piece is a single part where the flow is one line, and a whole region where it branches and
    merges. Pieces larger than the limit are divided at their own narrowest gaps.
    """
    n = len(strip.parts)
    rows = [tuple(sorted(_find_starts(strip.flow.widths, n, limit))) for limit in limits]
    return [_string(strip, starts) for starts in dict.fromkeys((*rows, tuple(range(n))))]


def _string(strip: Strip, starts: tuple[int, ...]) -> Beads:
    """Return the row of beads that begin at the starts.

    The token of a region is the set of types in it, so that a residual block with a projection
    equals one without.
    """
    n, types = len(strip.parts), strip.types
    if len(starts) == n:
        return Beads((*starts, n), _number(types))
    ends = [*starts[1:], n]
    keys = [
        types[a] if b == a + 1 else frozenset(types[a:b]) for a, b in zip(starts, ends, strict=True)
    ]
    tokens = _number(keys)
    single = set(types)
    regions = frozenset(token for token, key in zip(tokens, keys, strict=True) if key not in single)
    return Beads((*starts, n), tokens, regions)


def _find_starts(widths: IntArray, n: int, limit: int) -> set[int]:
    starts = {0}
    pieces = [(0, n, 0)]
    while pieces:
        begin, end, depth = pieces.pop()
        inner = widths[begin : end - 1]
        if depth > _DEEPEST or not len(inner):
            continue
        cuts = ((inner == inner.min()).nonzero()[0] + (begin + 1)).tolist()
        starts.update(cuts)
        edges = [begin, *cuts, end]
        pieces += [(a, b, depth + 1) for a, b in pairwise(edges) if b - a > limit]
    return starts


def _number(keys: Sequence[object]) -> tuple[int, ...]:
    numbers: dict[object, int] = {}
    return tuple([numbers.setdefault(key, len(numbers)) for key in keys])
