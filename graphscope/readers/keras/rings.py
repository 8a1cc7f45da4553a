"""Short rings among calls that wait for each other."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

_MOST_STEPS = 1_000_000
"""Edges that are followed; in a graph of more, the ring that is told may not be the shortest."""


def find_ring(sources: Sequence[set[int]], stuck: set[int]) -> list[int]:
    """Return a shortest ring, in the direction of the data, its first call in the file first.

    Args:
        sources: the calls that each call takes tensors from.
        stuck: calls of which each waits for at least one of the others.
    """
    waits = {index: [s for s in sorted(sources[index]) if s in stuck] for index in sorted(stuck)}
    best = _walk(waits)
    steps = 0
    for start in [*best, *waits]:
        found, more = _search(waits, start, len(best) - 1)
        best = found or best
        steps += more
        if steps > _MOST_STEPS or len(best) == 1:
            break
    start = best.index(min(best))
    return best[start:] + best[:start]


def _walk(waits: Mapping[int, Sequence[int]]) -> list[int]:
    """Return any ring: whoever follows what each waits for comes back to where they were."""
    current = next(iter(waits))
    trail: dict[int, int] = {}
    while current not in trail:
        trail[current] = len(trail)
        current = waits[current][0]
    return [index for index, place in trail.items() if place >= trail[current]][::-1]


def _search(waits: Mapping[int, Sequence[int]], start: int, longest: int) -> tuple[list[int], int]:
    """Return the shortest ring through a call, if it has at most `longest` calls."""
    before: dict[int, int | None] = {start: None}
    depths = {start: 1}
    queue, steps = deque([start]), 0
    while queue:
        current = queue.popleft()
        if depths[current] > longest:
            break
        for source in waits[current]:
            steps += 1
            if source == start:
                return _trace(before, current), steps
            if source not in before:
                before[source] = current
                depths[source] = depths[current] + 1
                queue.append(source)
    return [], steps


def _trace(before: Mapping[int, int | None], last: int) -> list[int]:
    """Return the ring that closes at `last`, which begins with it: data flows from there."""
    ring = []
    current: int | None = last
    while current is not None:
        ring.append(current)
        current = before[current]
    return ring
