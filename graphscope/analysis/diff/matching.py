"""Which call of one graph is which of another: blocks first, then what is inside them, then moves.

From the roots downwards children are matched among siblings; equal subtrees are matched whole.
What is left on both sides is then looked for anywhere: an equal subtree, or a layer of the same
given name, has moved. The order of phases is that of GumTree (Falleri et al. 2014).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from graphscope.analysis.diff.entry import Entry, Tree
from graphscope.analysis.diff.likeness import Likeness
from graphscope.analysis.diff.siblings import SiblingWire, match_siblings
from graphscope.analysis.diff.signatures import lift_wire


class Matching:
    """Pairs of entries, in both directions."""

    def __init__(self) -> None:
        self.after: dict[Entry, Entry] = {}
        """The entry after, by the entry before."""
        self.before: dict[Entry, Entry] = {}
        """The entry before, by the entry after."""

    def add(self, before: Entry, after: Entry) -> None:
        """Pair two entries."""
        self.after[before] = after
        self.before[after] = before

    def has(self, before: Entry, after: Entry) -> bool:
        """Whether one of two entries has a pair already."""
        return before in self.after or after in self.before


def match_trees(before: Tree, after: Tree) -> Matching:
    """Return which entry is which; the roots are a pair always."""
    return _Matcher(before, after).match()


class _Matcher:
    def __init__(self, before: Tree, after: Tree) -> None:
        self._trees = (before, after)
        self._wires = (_group_wires(before), _group_wires(after))
        self._likeness = Likeness()
        self._found = Matching()

    def match(self) -> Matching:
        """Match the trees."""
        self._match_below(self._trees[0].root, self._trees[1].root)
        self._match_moved()
        return self._found

    def _match_below(self, before: Entry, after: Entry) -> None:
        """Pair two entries and what is inside them, without recursion."""
        waiting = [(before, after)]
        while waiting:
            one, other = waiting.pop()
            if self._found.has(one, other):
                continue
            self._found.add(one, other)
            if one.exact == other.exact:
                waiting += zip(one.children, other.children, strict=True)
            elif one.children and other.children:
                waiting += self._match_children(one, other)

    def _match_children(self, before: Entry, after: Entry) -> list[tuple[Entry, Entry]]:
        one = [child for child in before.children if child not in self._found.after]
        other = [child for child in after.children if child not in self._found.before]
        if not one or not other:
            return []
        wires = [
            _between(group.get(parent, []), children)
            for group, parent, children in zip(
                self._wires, (before, after), (one, other), strict=True
            )
        ]
        pairs = match_siblings(one, other, (wires[0], wires[1]), self._likeness)
        return [(one[place], other[partner]) for place, partner in sorted(pairs.items())]

    def _match_moved(self) -> None:
        """Pair what is left on both sides, wherever it stands: large subtrees before small ones."""
        self._match_left(lambda entry: entry.exact if _is_telling(entry) else None)
        self._match_left(
            lambda entry: (entry.name, entry.config) if entry.has_chosen_name else None
        )
        self._match_left(_given_name, only_unique=True)
        self._match_left(lambda entry: entry.config if entry.size > 1 else None)
        self._match_companions()

    def _match_left(self, key: Callable[[Entry], Hashable], *, only_unique: bool = False) -> None:
        left = self._left()
        if not left[0] or not left[1]:
            return
        groups: tuple[dict[Hashable, list[Entry]], dict[Hashable, list[Entry]]] = ({}, {})
        for entries, group in zip(left, groups, strict=True):
            for entry in sorted(entries, key=lambda entry: -entry.size):
                found = key(entry)
                if found is not None:
                    group.setdefault(found, []).append(entry)
        for found, befores in groups[0].items():
            afters = groups[1].get(found, [])
            if only_unique and (len(befores) > 1 or len(afters) > 1):
                continue
            for before, after in _prefer_names(befores, afters):
                if not self._found.has(before, after):
                    self._match_below(before, after)

    def _match_companions(self) -> None:
        """Pair activations and the like, which look all alike, where their neighbours moved to."""
        moved: dict[tuple[Entry, Entry], None] = {}
        for before, after in self._found.after.items():
            if before.parent is None or after.parent is None:
                continue
            if self._found.after.get(before.parent) is not after.parent:
                moved[before.parent, after.parent] = None
        for one, other in moved:
            for before, after in self._match_children(one, other):
                self._match_below(before, after)

    def _left(self) -> tuple[list[Entry], list[Entry]]:
        return (
            [each for each in self._trees[0].root.walk() if each not in self._found.after],
            [each for each in self._trees[1].root.walk() if each not in self._found.before],
        )


def _is_telling(entry: Entry) -> bool:
    """Whether an equal subtree elsewhere is more than a coincidence."""
    return entry.size > 1 or bool(entry.weights)


def _given_name(entry: Entry) -> Hashable:
    is_named = entry.has_chosen_name and entry.kind in ("layer", "uncalled")
    return (entry.name, entry.type) if is_named else None


def _prefer_names(befores: list[Entry], afters: list[Entry]) -> Iterator[tuple[Entry, Entry]]:
    by_name: dict[str, list[Entry]] = {}
    for after in reversed(afters):
        by_name.setdefault(after.name, []).append(after)
    taken: set[Entry] = set()
    rest = []
    for before in befores:
        named = by_name.get(before.name)
        if named:
            after = named.pop()
            taken.add(after)
            yield before, after
        else:
            rest.append(before)
    yield from zip(rest, (after for after in afters if after not in taken), strict=False)


def _group_wires(tree: Tree) -> dict[Entry, list[tuple[Entry, int, Entry]]]:
    """Return the wires between children, by the entry around them."""
    found: dict[Entry, list[tuple[Entry, int, Entry]]] = {}
    for wire in tree.wires:
        lifted = lift_wire(wire)
        if lifted is not None:
            around, source, target = lifted
            found.setdefault(around, []).append((source, wire.output, target))
    return found


def _between(wires: list[tuple[Entry, int, Entry]], children: list[Entry]) -> list[SiblingWire]:
    place = {child: index for index, child in enumerate(children)}
    return [
        (place[source], output, place[target])
        for source, output, target in wires
        if source in place and target in place
    ]
