"""Blocks in flat scopes: functional models put hundreds of layers side by side.

The children of one scope are put into a topological order that keeps branches together, so that
every interval is convex. Candidate cuts come from names, from narrow places in the flow, from
landmarks and from periods; the cuts that give the shortest description win, and if none
describes the scope much shorter than its plain list, the scope stays flat.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphscope.analysis.folding.grouping import Group, find_stages, group_units
from graphscope.analysis.folding.names import read_name
from graphscope.analysis.folding.naming import Naming
from graphscope.analysis.folding.order import linearise
from graphscope.analysis.folding.parts import Part
from graphscope.analysis.folding.strip import make_strip
from graphscope.analysis.folding.units import FLAT_LIMIT, find_units
from graphscope.analysis.folding.workshop import Workshop
from graphscope.analysis.repeats import fold_runs

_DEEPEST = 8
_SMALLEST_INSIDE = 6
"""A block is only divided into blocks of so many parts on average."""
_LEAST_COVERED = 0.5
"""Blocks must hold this part of the children, or the scope stays flat."""


def fold_children(children: Sequence[Part], workshop: Workshop) -> list[Part]:
    """Return the children of one scope with blocks and runs of equal siblings folded.

    Args:
        children: in program order, with signatures and interfaces.
        workshop: makes the new parts.
    """
    if len(children) <= FLAT_LIMIT:
        return fold_runs(children, workshop)
    ordered = linearise(children)
    if ordered is None:
        return list(children)
    for part in ordered:
        part.tokens = read_name(part.name, part.type)
    inputs = [part for part in ordered if part.kind == "input"]
    rest = [part for part in ordered if part.kind != "input"]
    divided = _Divider(rest, workshop).divide(rest, 0)
    if divided is None:
        return fold_runs(children, workshop)
    return fold_runs([*inputs, *divided], workshop)


class _Divider:
    """Divides the ordered children of one scope into nested blocks."""

    def __init__(self, parts: Sequence[Part], workshop: Workshop) -> None:
        self._naming = Naming(parts)
        self._workshop = workshop

    def divide(self, parts: Sequence[Part], depth: int) -> list[Part] | None:
        """Return the parts with blocks, None if no structure is convincing."""
        if len(parts) <= FLAT_LIMIT or depth > _DEEPEST:
            return None
        units = find_units(make_strip(parts), smallest=_SMALLEST_INSIDE if depth else 2)
        groups = group_units(units, parts, self._naming)
        covered = sum(group.end - group.begin for group in groups if group.word)
        if covered < _LEAST_COVERED * len(parts):
            return None
        made = [self._make_group(group, parts, depth) for group in groups]
        return self._make_stages(groups, made, parts)

    def _make_group(self, group: Group, parts: Sequence[Part], depth: int) -> list[Part]:
        members = parts[group.begin : group.end]
        if not group.word:
            return list(members)
        name = self._choose_name(group.name, group.word)
        inside = self.divide(members, depth + 1) or list(members)
        return [self._make_block(name, "Block", inside)]

    def _make_stages(
        self, groups: Sequence[Group], made: Sequence[list[Part]], parts: Sequence[Part]
    ) -> list[Part]:
        result: list[Part] = []
        place = 0
        for begin, end in find_stages(groups, parts):
            result += [part for group in made[place:begin] for part in group]
            members = [part for group in made[begin:end] for part in group]
            inside = parts[groups[begin].begin : groups[end - 1].end]
            name = self._choose_name(self._naming.find_own_name(inside), "stage")
            result.append(self._make_block(name, "Stage", members))
            place = end
        return result + [part for group in made[place:] for part in group]

    def _choose_name(self, name: str, word: str) -> str:
        if name or word in ("stem", "head"):
            return name or word
        return self._naming.count_up("block" if word == "transition" else word)

    def _make_block(self, name: str, type_: str, inside: Sequence[Part]) -> Part:
        children = fold_runs(inside, self._workshop)
        return self._workshop.make_whole("block", name, type_, children)
