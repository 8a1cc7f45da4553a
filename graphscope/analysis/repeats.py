"""Runs of equal siblings, folded only where that tells the truth about the flow of data.

A *chain*: three or more equal siblings, each of which reads the one before it in the same way;
whatever else they read, they all read from the same nodes. *Twins*: four or more equal siblings
that read from the same nodes and are read by the same nodes. Siblings that merely look alike stay
apart: the query, key, value and output projections of attention are equal layers, but no run.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence

from graphscope.analysis.folding.names import share_prefix
from graphscope.analysis.folding.parts import Part
from graphscope.analysis.folding.workshop import Workshop

_SHORTEST_CHAIN = 3
_SHORTEST_CHAIN_OF_NODES = 6
"""A few equal nodes in a row are shown; a box around them would hide more than it explains."""
_FEWEST_TWINS = 4
"""Two or three parallel twins, such as query, key and value, are better seen than folded."""

_OUTSIDE = -1

Leaks = tuple[frozenset[int], ...]
Pattern = tuple[int | None, ...]

_NEXT: Pattern = (0,)
_NOBODY: frozenset[int] = frozenset()


def fold_runs(children: Sequence[Part], workshop: Workshop) -> list[Part]:
    """Return the children of one scope with every run replaced by a repeat that holds it."""
    alike: dict[int, list[Part]] = {}
    for part in children:
        if part.kind != "input":
            alike.setdefault(part.exact, []).append(part)
    groups = [group for group in alike.values() if len(group) >= _fewest(group[0])]
    if not groups:
        return list(children)
    readers = _Readers(children)
    runs = [run for group in groups for run in _find_runs(group, readers, workshop)]
    return _replace_runs(children, runs, workshop)


def _fewest(part: Part) -> int:
    chain = _SHORTEST_CHAIN if part.children else _SHORTEST_CHAIN_OF_NODES
    return min(chain, _FEWEST_TWINS)


def _find_runs(
    group: Sequence[Part], readers: _Readers, workshop: Workshop
) -> Iterator[list[Part]]:
    shortest = _SHORTEST_CHAIN if group[0].children else _SHORTEST_CHAIN_OF_NODES
    chained: set[int] = set()
    for chain in _find_chains(group, readers, workshop):
        if len(chain) >= shortest:
            chained.update(map(id, chain))
            yield chain
    yield from _find_twins([part for part in group if id(part) not in chained], workshop)


def _find_chains(
    group: Sequence[Part], readers: _Readers, workshop: Workshop
) -> Iterator[list[Part]]:
    maker = {tensor: part for part in group for tensor in part.outputs}
    links: dict[int, Part] = {}
    patterns: dict[int, Pattern] = {}
    for part in group:
        before = _find_maker(part, maker)
        if before is None or id(before) in links:
            continue
        pattern = _link(before, part, workshop)
        if pattern is not None:
            links[id(before)] = part
            patterns[id(part)] = pattern
    for part in group:
        if id(part) not in patterns:
            yield from _walk(part, links, patterns, readers)


def _find_maker(part: Part, maker: dict[int, Part]) -> Part | None:
    for tensor in part.inputs:
        if tensor in maker:
            return maker[tensor]
    return None


def _link(before: Part, part: Part, workshop: Workshop) -> Pattern | None:
    """Return how the part reads the one before it: for every input the output it comes from, or
    None where both read from the same node elsewhere. No link if anything else is read.
    """
    if len(part.inputs) == len(before.outputs) == 1:
        return _NEXT  # what it reads can only be this
    outputs = {tensor: i for i, tensor in enumerate(before.outputs)}
    pattern: list[int | None] = []
    for own, other in zip(part.inputs, before.inputs, strict=True):
        if own in outputs:
            pattern.append(outputs[own])
        elif workshop.maker_of(own) == workshop.maker_of(other):
            pattern.append(None)
        else:
            return None
    return tuple(pattern)


def _walk(
    first: Part, links: dict[int, Part], patterns: dict[int, Pattern], readers: _Readers
) -> Iterator[list[Part]]:
    """Yield the pieces of the row of links that keep one pattern and leak alike."""
    chain = [first]
    how: tuple[Pattern, Leaks] | None = None
    while (part := links.get(id(chain[-1]))) is not None:
        last = chain[-1]
        here: tuple[Pattern, Leaks] | None = (patterns[id(part)], readers.find_leaks(last, part))
        if how is None or here == how:
            chain.append(part)
        elif len(chain) < _SHORTEST_CHAIN:
            chain = [last, part]
        else:
            yield chain
            chain, here = [part], None
        how = here
    yield chain


class _Readers:
    """Which siblings read each tensor, with `_OUTSIDE` if it leaves the scope.

    Most tensors have one reader; sets are made for the others alone.
    """

    def __init__(self, children: Sequence[Part]) -> None:
        self._first = first = dict[int, int]()
        self._others: dict[int, set[int]] = {}
        left = {tensor: count for part in children for tensor, count in part.outputs.items()}
        for part in children:
            reader = id(part)
            for tensor, count in part.inputs.items():
                if tensor in left:
                    left[tensor] -= count
                    if first.setdefault(tensor, reader) != reader:
                        self._add(tensor, reader)
        for tensor, count in left.items():
            if count > 0 and first.setdefault(tensor, _OUTSIDE) != _OUTSIDE:
                self._add(tensor, _OUTSIDE)

    def _add(self, tensor: int, reader: int) -> None:
        self._others.setdefault(tensor, set()).add(reader)

    def find_leaks(self, part: Part, follower: Part) -> Leaks:
        """Return for each output of a part who reads it besides the follower."""
        reader, first, others = id(follower), self._first, self._others
        leaks = []
        for tensor in part.outputs:
            if first.get(tensor, reader) == reader and tensor not in others:
                leaks.append(_NOBODY)
            else:
                leaks.append(frozenset({first[tensor], *others.get(tensor, ())} - {reader}))
        return tuple(leaks)


def _find_twins(group: Sequence[Part], workshop: Workshop) -> Iterator[list[Part]]:
    def makers(part: Part) -> Hashable:
        return tuple([workshop.maker_of(tensor) for tensor in part.inputs])

    def readers(part: Part) -> Hashable:
        return tuple([workshop.readers_of(tensor) for tensor in part.outputs])

    connected = [part for part in group if part.inputs and part.outputs]
    # Who reads them is only asked of the few that are fed alike.
    for siblings in _find_equals(connected, makers):
        yield from _find_equals(siblings, readers)


def _find_equals(parts: Sequence[Part], key: Callable[[Part], Hashable]) -> list[list[Part]]:
    """Return the groups of parts of one key that are large enough for twins."""
    found: dict[Hashable, list[Part]] = {}
    for part in parts if len(parts) >= _FEWEST_TWINS else ():
        found.setdefault(key(part), []).append(part)
    return [group for group in found.values() if len(group) >= _FEWEST_TWINS]


def _replace_runs(
    children: Sequence[Part], runs: Sequence[list[Part]], workshop: Workshop
) -> list[Part]:
    first = {id(run[0]): run for run in runs}
    inside = {id(part) for run in runs for part in run}
    result: list[Part] = []
    for part in children:
        if id(part) in first:
            run = first[id(part)]
            name = share_prefix([member.name for member in run]) or run[0].type.lower()
            result.append(workshop.make_whole("repeat", name, run[0].type, run, len(run)))
        elif id(part) not in inside:
            result.append(part)
    return result
