"""Tandem repeats: pieces of a row that follow on themselves, as in conv act conv act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graphscope.analysis.folding.widths import IntArray

_LONGEST_PERIOD = 256
"""Beads in the longest piece that is looked for."""
_RARE = 4
"""Good places to begin are rare when there is at most one in so many."""
_SHORTEST = 4
"""Beads that agree with the ones a period before, at least: fewer agree by chance."""
_MOST_WORK = 4_000_000
"""Comparisons of two beads that one search may cost."""


@dataclass(frozen=True, slots=True)
class Tandem:
    """A piece of `period` beads that occurs `count` times in a row from `start` on."""

    start: int
    period: int
    count: int


def find_tandems(tokens: Sequence[int], sizes: Sequence[int], penalty: IntArray) -> list[Tandem]:
    """Return tandem repeats that do not overlap, the ones that save most first.

    Args:
        tokens: (k,) the row.
        sizes: (k,) number of parts of each bead; a repeated piece has at least two parts.
        penalty: (k,) how bad it is to begin a piece at each bead, smaller is better. It decides
            where a period begins, which repetition alone leaves open.
    """
    row = np.asarray(tokens, dtype=np.int64)
    volume = np.concatenate([[0], np.cumsum(sizes)])
    runs = _find_runs(row, volume)
    taken = np.zeros(len(row) + 1, dtype=bool)
    found: list[Tandem] = []
    for _, period, start, stop in runs:
        for begin, end in _free_pieces(taken, start, stop):
            tandem = _choose_start(begin, end, period, penalty)
            if tandem is not None:
                found.append(tandem)
                taken[tandem.start : tandem.start + period * tandem.count] = True
    return found


def _find_runs(row: IntArray, volume: IntArray) -> list[tuple[int, int, int, int]]:
    """Return (-saved parts, period, start, stop) of each stretch with a period, best first.

    A stretch whose period is a multiple of one that it has anyway is left out.
    """
    n = len(row)
    longest = min(n // 2, _LONGEST_PERIOD, _MOST_WORK // max(n, 1))
    runs: list[tuple[int, int, int, int]] = []
    shorter: list[tuple[int, int, int]] = []
    for period in range(1, longest + 1):
        for start, length in _true_runs(row[:-period] == row[period:], max(period, _SHORTEST)):
            stop = start + length + period
            if any(period % p == 0 and a <= start and stop <= b for p, a, b in shorter):
                continue
            shorter.append((period, start, stop))
            piece = int(volume[start + period] - volume[start])
            if piece > 1:
                saved = int(volume[stop] - volume[start]) - piece
                runs.append((-saved, period, start, stop))
    return sorted(runs)


def _true_runs(
    equal: np.ndarray[tuple[int], np.dtype[np.bool_]], least: int
) -> list[tuple[int, int]]:
    edges = np.diff(np.concatenate([[0], equal.astype(np.int8), [0]]))
    starts, stops = (edges == 1).nonzero()[0], (edges == -1).nonzero()[0]
    lengths = stops - starts
    keep = lengths >= least
    return list(zip(starts[keep].tolist(), lengths[keep].tolist(), strict=True))


def _free_pieces(
    taken: np.ndarray[tuple[int], np.dtype[np.bool_]], start: int, stop: int
) -> list[tuple[int, int]]:
    return [(start + a, start + a + length) for a, length in _true_runs(~taken[start:stop], 1)]


def _choose_start(begin: int, end: int, period: int, penalty: IntArray) -> Tandem | None:
    """Return the repetition within begin..end whose pieces begin at the best places."""
    count = (end - begin) // period
    if count < 2:
        return None
    slack = min((end - begin) % period, period - 1)
    totals = [
        int(penalty[start : start + period * count : period].sum())
        for start in range(begin, begin + slack + 1)
    ]
    least = min(totals)
    best = [begin + i for i, total in enumerate(totals) if total == least]
    return Tandem(_choose_phase(best, period, penalty), period, count)


def _choose_phase(starts: list[int], period: int, penalty: IntArray) -> int:
    """Return the one of equally good starts that leaves whole pieces before it.

    A block of attention and a feed-forward part has two good places to begin. The first good place
    of the row begins a block, so the right start has an even number of good places before it.
    """
    worst = penalty[starts].max()
    good = np.flatnonzero(penalty[1:] <= worst) + 1
    each = int(((good >= starts[0]) & (good < starts[0] + period)).sum())
    if not 0 < each * _RARE <= period:
        return starts[0]
    whole = (start for start in starts if int((good < start).sum()) % each == 0)
    return next(whole, starts[0])
