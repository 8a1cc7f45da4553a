"""The longest common subsequence of two lists of numbers, fast where they are nearly equal.

Common ends are cut off; what occurs once on both sides divides the rest, as in Bram Cohen's
patience diff; between these anchors runs the algorithm of E. W. Myers, "An O(ND) difference
algorithm and its variations" (1986).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

Pair = tuple[int, int]

_MOST_EDITS = 400
"""Myers needs memory for the square of the edits; lists that differ more are matched by the order
in which equal numbers occur."""


def align(before: Sequence[int], after: Sequence[int]) -> list[Pair]:
    """Return pairs of places that hold equal numbers, rising on both sides.

    >>> align([1, 2, 3, 4], [1, 3, 9, 4])
    [(0, 0), (2, 1), (3, 3)]
    """
    found: list[Pair] = []
    waiting = [(0, len(before), 0, len(after))]
    while waiting:
        low, high, start, end = waiting.pop()
        while low < high and start < end and before[low] == after[start]:
            found.append((low, start))
            low, start = low + 1, start + 1
        while low < high and start < end and before[high - 1] == after[end - 1]:
            high, end = high - 1, end - 1
            found.append((high, end))
        if low == high or start == end:
            continue
        anchors = _find_anchors(before, after, (low, high, start, end))
        if anchors:
            found += anchors
            waiting += _between(anchors, (low, high, start, end))
        else:
            inner = _myers(before[low:high], after[start:end])
            found += [(low + one, start + other) for one, other in inner]
    return sorted(found)


def _find_anchors(
    before: Sequence[int], after: Sequence[int], window: tuple[int, int, int, int]
) -> list[Pair]:
    low, high, start, end = window
    count_before, count_after = Counter(before[low:high]), Counter(after[start:end])
    place = {after[i]: i for i in range(start, end) if count_after[after[i]] == 1}
    pairs = [
        (i, place[before[i]])
        for i in range(low, high)
        if count_before[before[i]] == 1 and before[i] in place
    ]
    return longest_rise(pairs)


def longest_rise(pairs: list[Pair]) -> list[Pair]:
    """Return the longest part of the pairs whose second places rise."""
    tails: list[int] = []
    ends: list[int] = []
    came_from: list[int | None] = []
    for index, (_, place) in enumerate(pairs):
        at = bisect_left(tails, place)
        came_from.append(ends[at - 1] if at else None)
        if at == len(tails):
            tails.append(place)
            ends.append(index)
        else:
            tails[at], ends[at] = place, index
    rise: list[Pair] = []
    step: int | None = ends[-1] if ends else None
    while step is not None:
        rise.append(pairs[step])
        step = came_from[step]
    return rise[::-1]


def _between(
    anchors: list[Pair], window: tuple[int, int, int, int]
) -> list[tuple[int, int, int, int]]:
    low, high, start, end = window
    gaps = []
    for one, other in [*anchors, (high, end)]:
        gaps.append((low, one, start, other))
        low, start = one + 1, other + 1
    return gaps


def _myers(before: Sequence[int], after: Sequence[int]) -> list[Pair]:
    """Return a longest common subsequence, or a common one where the lists differ widely."""
    if set(before).isdisjoint(after):
        return []
    reach = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(min(len(before) + len(after), _MOST_EDITS) + 1):
        trail.append(dict(reach))
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (
                diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]
            )
            x = reach[diagonal + 1] if down else reach[diagonal - 1] + 1
            y = x - diagonal
            while x < len(before) and y < len(after) and before[x] == after[y]:
                x, y = x + 1, y + 1
            reach[diagonal] = x
            if x >= len(before) and y >= len(after):
                return _retrace(trail, x, y)
    return _match_in_order(before, after)


def _retrace(trail: list[dict[int, int]], x: int, y: int) -> list[Pair]:
    pairs: list[Pair] = []
    for edits in range(len(trail) - 1, -1, -1):
        reach, diagonal = trail[edits], x - y
        down = diagonal == -edits or (
            diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]
        )
        came = diagonal + 1 if down else diagonal - 1
        before_x = reach[came] if edits else 0
        before_y = before_x - came if edits else 0
        start_x = before_x if down or not edits else before_x + 1
        while x > start_x and y > 0 and x - 1 >= 0:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = before_x, before_y
    return pairs[::-1]


def _match_in_order(before: Sequence[int], after: Sequence[int]) -> list[Pair]:
    places: dict[int, list[int]] = {}
    for place, number in enumerate(after):
        places.setdefault(number, []).append(place)
    pairs: list[Pair] = []
    least = -1
    for place, number in enumerate(before):
        open_places = places.get(number, [])
        at = bisect_left(open_places, least + 1)
        if at < len(open_places):
            least = open_places[at]
            pairs.append((place, least))
    return pairs
