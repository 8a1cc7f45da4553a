"""A deterministic topological order of the parts of one scope that keeps branches together.

Every interval of a topological order is convex: a path that leaves it can only go further down.
So the blocks that are cut out of this order are convex by construction.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphscope.analysis.folding.parts import Part

_MANY_READERS = 3
"""So many readers make a result a shared one."""


def linearise(parts: Sequence[Part]) -> list[Part] | None:
    """Return the parts in order, inputs of the model first.

    The branches of a merge stand one after the other right before it; what the longest path does
    not need (a second head, a loose end) stands right behind what it reads.

    Returns:
        None if the parts depend on each other in a circle.
    """
    needs = find_needs(parts)
    depths = _find_depths(needs)
    if depths is None:
        return None
    keys = _find_keys(parts, needs, depths)
    return [parts[i] for i in sorted(range(len(parts)), key=keys.__getitem__)]


def find_needs(parts: Sequence[Part]) -> list[list[int]]:
    """Return for each part the positions of the parts that it reads from, in input order."""
    maker = {tensor: i for i, part in enumerate(parts) for tensor in part.outputs}
    needs: list[list[int]] = []
    for i, part in enumerate(parts):
        found = [maker[tensor] for tensor in part.inputs if tensor in maker]
        if len(found) > 1:
            found = list(dict.fromkeys(found))
        if i in found:
            found.remove(i)
        needs.append(found)
    return needs


def _find_depths(needs: list[list[int]]) -> list[int] | None:
    """Return the length of the longest path to each part, None if there is a circle."""
    readers: list[list[int]] = [[] for _ in needs]
    for i, found in enumerate(needs):
        for j in found:
            readers[j].append(i)
    missing = [len(found) for found in needs]
    depths = [0] * len(needs)
    ready = [i for i, count in enumerate(missing) if count == 0]
    for i in ready:  # grows while it is read
        depth = depths[i] + 1
        for j in readers[i]:
            depths[j] = max(depths[j], depth)
            missing[j] -= 1
            if missing[j] == 0:
                ready.append(j)
    return depths if len(ready) == len(needs) else None


def _find_keys(
    parts: Sequence[Part], needs: list[list[int]], depths: list[int]
) -> list[tuple[int, ...]]:
    """Return the sort key of each part.

    The cone of the deepest end gets keys (0,), (1,), ...; a cone that hangs on the part with key
    k gets (*k, 1 + its rank, 0), (*k, 1 + its rank, 1), ..., which sorts right behind k.
    """
    keys: list[tuple[int, ...]] = [()] * len(parts)
    taken = 0
    for i, part in enumerate(parts):
        if part.kind == "input" and not needs[i]:
            keys[i] = (taken,)
            taken += 1
    inputs = taken
    readers = _count_readers(needs)
    hanging: dict[int, int] = {}
    for end in _find_ends(parts, needs, depths):
        cone = _hoist_shared(*_collect(end, needs, keys), needs, readers)
        anchor = _find_anchor(cone, needs, keys, inputs)
        if anchor is None:
            start: tuple[int, ...] = ()
            first, taken = taken, taken + len(cone)
        else:
            hanging[anchor] = hanging.get(anchor, 0) + 1
            start, first = (*keys[anchor], hanging[anchor]), 0
        for offset, i in enumerate(cone):
            keys[i] = (*start, first + offset)
    return keys


def _count_readers(needs: list[list[int]]) -> list[int]:
    readers = [0] * len(needs)
    for found in needs:
        for need in found:
            readers[need] += 1
    return readers


def _find_ends(parts: Sequence[Part], needs: list[list[int]], depths: list[int]) -> list[int]:
    """Return the parts that nobody in the scope reads, the one with the longest path first."""
    read = {j for found in needs for j in found}
    ends = [i for i in range(len(parts)) if i not in read]
    return sorted(ends, key=lambda i: (-depths[i], not parts[i].outputs, i))


def _collect(
    end: int, needs: list[list[int]], keys: list[tuple[int, ...]]
) -> tuple[list[int], dict[int, int]]:
    """Return the end and all it needs that has no key yet, in post-order, and for each part how
    many stood there when it was first met: its own needs stand behind those.
    """
    cone: list[int] = []
    seen: dict[int, int] = {}
    if keys[end]:
        return cone, seen
    seen[end] = 0
    path, turns = [end], [0]
    while path:
        found, turn = needs[path[-1]], turns[-1]
        if turn == len(found):
            cone.append(path.pop())
            turns.pop()
            continue
        turns[-1] = turn + 1
        need = found[turn]
        if not keys[need] and need not in seen:
            seen[need] = len(cone)
            path.append(need)
            turns.append(0)
    return cone, seen


def _hoist_shared(
    cone: list[int], met: dict[int, int], needs: list[list[int]], readers: list[int]
) -> list[int]:
    """Return the cone with what many parts read, and what needs nothing before it, moved to the
    front: an attention mask is made before the first block, not in its midst.
    """
    if max(map(readers.__getitem__, cone), default=0) < _MANY_READERS:
        return cone
    place = {part: i for i, part in enumerate(cone)}
    lowest: list[int] = []
    for i, part in enumerate(cone):
        inner = (lowest[place[need]] for need in needs[part] if need in place)
        lowest.append(min(inner, default=i))
    front: list[list[int]] = []
    rest: list[list[int]] = []
    stop = len(cone)
    while stop:
        part, start = cone[stop - 1], met[cone[stop - 1]]
        is_shared = readers[part] >= _MANY_READERS and lowest[stop - 1] >= start > 0
        first = start if is_shared else stop - 1
        (front if is_shared else rest).append(cone[first:stop])
        stop = first
    return [part for piece in (*reversed(front), *reversed(rest)) for part in piece]


def _find_anchor(
    cone: list[int], needs: list[list[int]], keys: list[tuple[int, ...]], inputs: int
) -> int | None:
    """Return the last part with a key that the cone reads, inputs of the model aside."""
    placed = {need for i in cone for need in needs[i] if keys[need] and keys[need] >= (inputs,)}
    return max(placed, key=keys.__getitem__, default=None)
