"""From units to groups: stem, blocks and head, and stages of blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from graphscope.analysis.folding.names import is_ordinal, share_prefix, tokenise
from graphscope.analysis.folding.naming import Naming
from graphscope.analysis.folding.parts import Part
from graphscope.analysis.folding.strip import size_in_space
from graphscope.analysis.folding.units import Unit

_FEWEST_TO_STAGE = 5
"""So many units are worth grouping into stages."""
_TRANSITION = 4
"""So many nameless parts between blocks make a block of their own; fewer stay as they are."""


@dataclass(frozen=True, slots=True)
class Group:
    """Parts `begin` to `end` of a strip.

    Attributes:
        word: `block`, `stem`, `head` or `transition`; empty for parts that stay as they are.
        name: the group's own name, if the names inside agree on one.
    """

    begin: int
    end: int
    word: str
    name: str = ""


def group_units(units: Sequence[Unit], parts: Sequence[Part], naming: Naming) -> list[Group]:
    """Return the groups of the strip in order; together they hold every part once."""
    units = _promote_named(units, parts, naming)
    repeated = [i for i, unit in enumerate(units) if unit.is_repeated and unit.is_narrow]
    if not repeated:
        return [_name_lone(unit, parts, naming) for unit in units]
    first, last = repeated[0], repeated[-1]
    groups = _merge(units[:first], "stem", parts, naming)
    for is_block, run in groupby(units[first : last + 1], key=lambda u: u.is_repeated):
        groups += _group_run(list(run), parts, naming, is_block=is_block)
    return groups + _merge(units[last + 1 :], "head", parts, naming)


def find_stages(groups: Sequence[Group], parts: Sequence[Part]) -> list[tuple[int, int]]:
    """Return begin and end in `groups` of stages of several groups; empty if none stand out.

    Names decide where they speak of stages (`conv2_block1`); otherwise a stage is what has one
    size in space.
    """
    blocks = [i for i, group in enumerate(groups) if group.word == "block"]
    if len(blocks) < _FEWEST_TO_STAGE:
        return []
    first, last = blocks[0], blocks[-1] + 1
    inner = groups[first:last]
    return _find_runs([_stage_of_names(group, parts) for group in inner], first) or _find_runs(
        _sizes_in_space(inner, parts), first
    )


def _sizes_in_space(groups: Sequence[Group], parts: Sequence[Part]) -> list[Hashable]:
    """Return the size of each group's result; parts that only lead to the next block, such as
    padding, count as that block.
    """
    sizes: list[Hashable] = [size_in_space(parts[group.end - 1]) for group in groups]
    for place in range(len(sizes) - 2, -1, -1):
        if _is_nameless(groups[place], parts):
            sizes[place] = sizes[place + 1]
    return sizes


def _is_nameless(group: Group, parts: Sequence[Part]) -> bool:
    return not group.word and not any(part.tokens for part in parts[group.begin : group.end])


def _promote_named(units: Sequence[Unit], parts: Sequence[Part], naming: Naming) -> Sequence[Unit]:
    """Count units as repeated that are named like repeated ones, whatever is inside: `block1`
    next to `block2` and `block3`.
    """
    names = [_find_name(unit, parts, naming) for unit in units]
    words = {_words(name) for unit, name in zip(units, names, strict=True) if unit.is_repeated}
    return [
        replace(unit, is_repeated=True) if name and _words(name) in words else unit
        for unit, name in zip(units, names, strict=True)
    ]


def _find_name(unit: Unit, parts: Sequence[Part], naming: Naming) -> str:
    members = parts[unit.begin : unit.end]
    if len(members) < 2 or not unit.is_narrow:
        return ""
    return naming.find_own_name(members) or naming.find_lead_name(members)


def _words(name: str) -> tuple[str, ...]:
    return tuple(token for token in tokenise(name) if not is_ordinal(token))


def _merge(units: Sequence[Unit], word: str, parts: Sequence[Part], naming: Naming) -> list[Group]:
    if not units:
        return []
    begin, end = units[0].begin, units[-1].end
    if end - begin < 2:
        return [Group(begin, end, "")]
    members = parts[begin:end]
    name = naming.find_own_name(members, least=max(2, len(members) // 2))
    return [Group(begin, end, word, name)]


def _group_run(
    run: Sequence[Unit], parts: Sequence[Part], naming: Naming, *, is_block: bool
) -> list[Group]:
    if is_block:
        return [_name_block(unit, parts, naming) for unit in run]
    groups: list[Group] = []
    for unit in run:
        group = _name_lone(unit, parts, naming)
        if group.word or not groups or groups[-1].word:
            groups.append(group)
        else:
            groups[-1] = Group(groups[-1].begin, group.end, "")
    return [_as_transition(group) for group in groups]


def _as_transition(group: Group) -> Group:
    is_long = group.end - group.begin >= _TRANSITION
    return Group(group.begin, group.end, "transition") if is_long and not group.word else group


def _name_block(unit: Unit, parts: Sequence[Part], naming: Naming) -> Group:
    if not unit.is_narrow:
        return Group(unit.begin, unit.end, "")
    return Group(unit.begin, unit.end, "block", _find_name(unit, parts, naming))


def _name_lone(unit: Unit, parts: Sequence[Part], naming: Naming) -> Group:
    name = naming.find_own_name(parts[unit.begin : unit.end]) if unit.is_narrow else ""
    return Group(unit.begin, unit.end, "block" if name else "", name)


def _stage_of_names(group: Group, parts: Sequence[Part]) -> Hashable:
    """Return the group's shared name without its last ordinal, itself for a group without."""
    telling = [part.name for part in parts[group.begin : group.end] if part.tokens]
    tokens = tokenise(share_prefix(telling))
    ordinals = [i for i, token in enumerate(tokens) if is_ordinal(token)]
    return tokens[: ordinals[-1]] if ordinals and group.word == "block" else group


def _find_runs(keys: list[Hashable], first: int) -> list[tuple[int, int]]:
    """Return runs of two or more equal keys; none unless there are several. A key that comes
    again after others names no stage.
    """
    runs = [(key, len(list(run))) for key, run in groupby(keys)]
    counts = Counter(key for key, _ in runs)
    stages, place = [], first
    for key, length in runs:
        if length > 1 and counts[key] == 1:
            stages.append((place, place + length))
        place += length
    return stages if len(stages) > 1 else []
