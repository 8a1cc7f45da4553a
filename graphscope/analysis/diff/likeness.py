"""How much two entries are alike, where they are not equal."""

from __future__ import annotations

from collections import Counter

from graphscope.analysis.diff.entry import Entry

LEAST_ALIKE = 0.5
"""Blocks that share half of their calls are the same block, changed: GumTree's threshold for its
bottom-up phase (Falleri et al. 2014, section 3.2)."""

_LEAST_OF_A_TYPE = 0.2
"""A block of the same class needs less: that its class stayed is evidence too."""


class Likeness:
    """Compares entries; remembers what is inside blocks."""

    def __init__(self) -> None:
        self._inside: dict[str, dict[int, Counter[int]]] = {"config": {}, "loose": {}}

    def between(self, before: Entry, after: Entry) -> float:
        """Return 0 for what cannot be the same call, up to 1 for calls that are equal."""
        if before.exact == after.exact:
            return 1.0
        if not _may_match(before, after):
            return 0.0
        if before.children and after.children:
            return self._compare_blocks(before, after)
        return _compare_calls(before, after)

    def share(self, before: Entry, after: Entry) -> float:
        """Return the part of the calls inside that both blocks have: Dice's coefficient."""
        return self._dice(before, after, "config")

    def _compare_blocks(self, before: Entry, after: Entry) -> float:
        # Where a width changed throughout, no setting is left; the classes still agree.
        alike = max(self._dice(before, after, "config"), 0.9 * self._dice(before, after, "loose"))
        least = _LEAST_OF_A_TYPE if before.type == after.type else LEAST_ALIKE
        return alike if alike >= least else 0.0

    def _dice(self, before: Entry, after: Entry, level: str) -> float:
        one, other = self._calls(before, level), self._calls(after, level)
        shared = sum((one & other).values())
        return 2 * shared / max(1, sum(one.values()) + sum(other.values()))

    def _calls(self, entry: Entry, level: str) -> Counter[int]:
        known = self._inside[level]
        if id(entry) not in known:
            leaves = (each for each in entry.walk() if not each.children)
            known[id(entry)] = Counter(getattr(each, level) for each in leaves)
        return known[id(entry)]


def _may_match(before: Entry, after: Entry) -> bool:
    kinds = {before.kind, after.kind}
    if len(kinds) > 1 and not kinds <= {"layer", "uncalled"}:
        return False
    if bool(before.children) != bool(after.children):
        # A block matches a call whose inside is not known, if it is of the same class.
        return before.type == after.type
    return before.type == after.type or bool(before.children)


def _compare_calls(before: Entry, after: Entry) -> float:
    keys = before.settings.keys() | after.settings.keys()
    same = sum(before.settings.get(key) == after.settings.get(key) for key in keys)
    alike = 0.5 + 0.2 * (same / len(keys) if keys else 1.0)
    alike += 0.1 * (before.outputs == after.outputs)
    return alike + 0.15 * (before.chosen == after.chosen) + 0.04 * (before.name == after.name)
