"""Which children of one block are which of another.

Three readings are tried, and the one that leaves least to explain is taken: that names are to be
trusted, that only names which somebody chose are, and that none is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeAlias

from graphscope.analysis.diff.entry import Entry
from graphscope.analysis.diff.likeness import Likeness
from graphscope.analysis.diff.sequences import align, longest_rise

Pairs: TypeAlias = dict[int, int]
"""Places among the children before, to places among those after."""
Key: TypeAlias = Callable[[Entry], Hashable]
SiblingWire: TypeAlias = tuple[int, int, int]
"""Place of the source, which output, place of the target."""

_TYPE_CHANGED = 0.9
_SETTINGS_CHANGED = 0.4
_ONLY_SHAPES = 0.1
_RENAMED = 0.3
_RENUMBERED = 0.002
_REWIRED = 0.3
"""Prices, in calls that are added or removed; only their order matters: a call is rather changed
than replaced, rather renamed than changed, and a number that Keras made up weighs next to nothing.
"""

_MOST_PAIRS = 10_000
"""So many pairs of unlike calls are compared in one gap; beyond it only classes count."""


def match_siblings(
    before: Sequence[Entry],
    after: Sequence[Entry],
    wires: tuple[Iterable[SiblingWire], Iterable[SiblingWire]],
    likeness: Likeness,
) -> Pairs:
    """Return the pairs of children that are the same call."""
    known = (frozenset(wires[0]), frozenset(wires[1]))
    best: tuple[float, Pairs] | None = None
    for reading in (_by_names, _by_chosen_names, _by_structure):
        match = _Match(before, after, likeness)
        reading(match)
        match.pair_alike()
        price = _price(match, known)
        if best is None or price < best[0]:
            best = (price, match.pairs)
        if price == 0:
            break
    assert best is not None, "there are readings"
    return best[1]


def _by_names(match: _Match) -> None:
    match.pair_equal(lambda entry: (entry.name, entry.exact))
    match.pair_equal(lambda entry: (entry.name, entry.type, entry.config))
    match.pair_equal(lambda entry: (entry.name, entry.type, entry.kind))
    match.align(lambda entry: entry.exact)
    match.align(lambda entry: entry.config)


def _by_chosen_names(match: _Match) -> None:
    match.align(lambda entry: (entry.chosen, entry.exact))
    match.align(lambda entry: (entry.chosen, entry.type, entry.config))
    match.pair_equal(_own_name)
    match.align(lambda entry: entry.exact)
    match.align(lambda entry: entry.config)
    match.align(lambda entry: (entry.chosen, entry.type))


def _by_structure(match: _Match) -> None:
    match.align(lambda entry: entry.exact)
    match.align(lambda entry: entry.config)
    match.pair_equal(_own_name)
    match.align(lambda entry: entry.loose)


def _own_name(entry: Entry) -> Hashable:
    return (entry.name, entry.type) if entry.has_chosen_name else entry


class _Match:
    """Pairs of children, as they are found."""

    def __init__(self, before: Sequence[Entry], after: Sequence[Entry], likeness: Likeness) -> None:
        self.before, self.after = before, after
        self.pairs: Pairs = {}
        self._taken: set[int] = set()
        self.likeness = likeness

    @property
    def left_before(self) -> list[int]:
        """Places of children before that have no pair."""
        return [place for place in range(len(self.before)) if place not in self.pairs]

    @property
    def left_after(self) -> list[int]:
        """Places of children after that have no pair."""
        return [place for place in range(len(self.after)) if place not in self._taken]

    def pair(self, before: int, after: int) -> None:
        """Pair two children."""
        self.pairs[before] = after
        self._taken.add(after)

    def pair_equal(self, key: Key) -> None:
        """Pair children of equal keys wherever they stand, in the order in which they occur."""
        open_places: dict[Hashable, list[int]] = {}
        for place in reversed(self.left_after):
            open_places.setdefault(key(self.after[place]), []).append(place)
        for place in self.left_before:
            found = open_places.get(key(self.before[place]))
            if found:
                self.pair(place, found.pop())

    def align(self, key: Key) -> None:
        """Pair children of equal keys in the same order, first between pairs that are known."""
        numbers: dict[Hashable, int] = {}
        for within_gaps in (True, False) if self.pairs else (False,):
            before, after = self.left_before, self.left_after
            if not before or not after:
                return
            gap_before, gap_after = self._gaps(before, after, within_gaps=within_gaps)
            one = [
                numbers.setdefault((gap, key(self.before[place])), len(numbers))
                for place, gap in zip(before, gap_before, strict=True)
            ]
            other = [
                numbers.setdefault((gap, key(self.after[place])), len(numbers))
                for place, gap in zip(after, gap_after, strict=True)
            ]
            for first, second in align(one, other):
                self.pair(before[first], after[second])

    def pair_alike(self) -> None:
        """Pair what is left between known pairs and is alike, the most alike first."""
        before, after = self.left_before, self.left_after
        if not before or not after:
            return
        for one, other in self._group(before, after):
            if len(one) * len(other) <= _MOST_PAIRS:
                self._pair_group(one, other)
        self.pair_equal(_own_name_of_any_type)

    def _pair_group(self, before: list[int], after: list[int]) -> None:
        scores = [
            (-self.likeness.between(self.before[one], self.after[other]), abs(x - y), one, other)
            for x, one in enumerate(before)
            for y, other in enumerate(after)
        ]
        for score, _, one, other in sorted(scores):
            if score < 0 and one not in self.pairs and other not in self._taken:
                self.pair(one, other)
        if len(before) == len(after) == 1 and before[0] not in self.pairs:
            one_entry, other_entry = self.before[before[0]], self.after[after[0]]
            if _takes_the_place(one_entry, other_entry):
                self.pair(before[0], after[0])

    def _group(self, before: list[int], after: list[int]) -> list[tuple[list[int], list[int]]]:
        gap_before, gap_after = self._gaps(before, after, within_gaps=True)
        groups: dict[int, tuple[list[int], list[int]]] = {}
        for place, gap in zip(before, gap_before, strict=True):
            groups.setdefault(gap, ([], []))[0].append(place)
        for place, gap in zip(after, gap_after, strict=True):
            groups.setdefault(gap, ([], []))[1].append(place)
        return [groups[gap] for gap in sorted(groups)]

    def _gaps(
        self, before: list[int], after: list[int], *, within_gaps: bool
    ) -> tuple[list[int], list[int]]:
        """Return for each place the number of the gap between known pairs that it stands in."""
        if not within_gaps:
            return [0] * len(before), [0] * len(after)
        fixed = _rising(self.pairs)
        ends = sorted(fixed.values())
        starts = sorted(fixed)
        return (
            [bisect_right(starts, place) for place in before],
            [bisect_right(ends, place) for place in after],
        )


def _rising(pairs: Pairs) -> Pairs:
    """Return the pairs that keep the order on both sides, as many as possible."""
    order = sorted(pairs)
    ranks = [(index, pairs[place]) for index, place in enumerate(order)]
    return {order[index]: place for index, place in longest_rise(ranks)}


def _own_name_of_any_type(entry: Entry) -> Hashable:
    is_named = entry.has_chosen_name and entry.kind in ("layer", "uncalled", "operation")
    return (entry.name, bool(entry.children)) if is_named else entry


def _takes_the_place(before: Entry, after: Entry) -> bool:
    """Whether one call was put in the place of another: a pooling of averages for one of maxima."""
    return (
        before.kind == after.kind == "layer"
        and not before.children
        and not after.children
        and before.outputs == after.outputs
        and bool(before.outputs)
    )


def _price(match: _Match, wires: tuple[frozenset[SiblingWire], frozenset[SiblingWire]]) -> float:
    price = sum(match.before[place].size for place in match.left_before)
    price += sum(match.after[place].size for place in match.left_after)
    total = float(price)
    for one, other in match.pairs.items():
        total += _price_of_pair(match.before[one], match.after[other], match.likeness)
    return total + _REWIRED * _count_rewired(match, wires)


def _price_of_pair(before: Entry, after: Entry, likeness: Likeness) -> float:
    price = 0.0
    if before.chosen != after.chosen:
        price += _RENAMED
    elif before.name != after.name:
        price += _RENUMBERED
    if before.exact == after.exact:
        return price
    if before.children and after.children:
        share = likeness.share(before, after)
        return price + _ONLY_SHAPES + 0.5 * (1 - share) * max(before.size, after.size)
    if before.type != after.type:
        return price + _TYPE_CHANGED
    return price + (_ONLY_SHAPES if before.config == after.config else _SETTINGS_CHANGED)


def _count_rewired(
    match: _Match, wires: tuple[frozenset[SiblingWire], frozenset[SiblingWire]]
) -> int:
    pairs, kept = match.pairs, set(match.pairs.values())
    mapped = {
        (pairs[source], output, pairs[target])
        for source, output, target in wires[0]
        if source in pairs and target in pairs
    }
    between = {wire for wire in wires[1] if wire[0] in kept and wire[2] in kept}
    return len(mapped ^ between)
