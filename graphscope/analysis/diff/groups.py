"""Changes that say the same, told once: twelve blocks that all became wider are one change ×12."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from graphscope.analysis.diff.result import CallSummary, Change, GraphDiff

_DIGITS = re.compile(r"\d+")
_Kind: TypeAlias = Literal["call", "follows", "inside"]
_Key: TypeAlias = tuple[_Kind, Hashable]

_FOLLOWING = frozenset({"shapes", "dtypes", "flops", "memory"})


@dataclass(frozen=True, slots=True)
class Group:
    """Changes that are told as one.

    Attributes:
        kind: `call`: the same change of one call or of several; `follows`: calls that only hand on
            a shape that changed before them; `inside`: changes deeper than what is shown.
        changes: in the order of the program.
        inside: the block whose inside changed, its id.
    """

    kind: _Kind
    changes: tuple[Change, ...]
    inside: str = ""

    @property
    def first(self) -> Change:
        """The change that stands for all."""
        return self.changes[0]


def group_changes(diff: GraphDiff, *, depth: int | None = None) -> list[Group]:
    """Return the changes in groups, each at the place of its first.

    Args:
        diff: the comparison.
        depth: how many levels of calls are told; what changed deeper is told by number. None for
            all.
    """
    groups: dict[_Key, list[Change]] = {}
    for change in diff.changes:
        groups.setdefault(_key(change, depth), []).append(change)
    return [_make_group(key, changes) for key, changes in groups.items()]


def _make_group(key: _Key, changes: list[Change]) -> Group:
    return Group(key[0], tuple(changes), str(key[1]) if key[0] == "inside" else "")


def _key(change: Change, depth: int | None) -> _Key:
    blocks = change.path[1:]
    if depth is not None and len(blocks) > depth:
        return ("inside", blocks[depth])
    topics = {fact.topic for fact in change.facts}
    if change.verdict == "changed" and topics <= _FOLLOWING:
        shapes = [fact for fact in change.facts if fact.topic in ("shapes", "dtypes")]
        return ("follows", tuple(_settle(f.name, f.before, f.after) for f in shapes))
    facts = tuple(_settle(fact.name, fact.before, fact.after) for fact in change.facts)
    calls = (_describe(change.before), _describe(change.after))
    return ("call", (change.verdict, *calls, facts))


def _describe(call: CallSummary | None) -> tuple[Hashable, ...]:
    if call is None:
        return ("",)
    return (call.type, _plain(call.id), call.calls, call.parameters, call.output)


def _settle(name: str, *values: object) -> Hashable:
    texts = []
    for value in values:
        is_path = isinstance(value, list | str) and name in ("name", "in", "reads")
        texts.append(_plain(repr(value)) if is_path else repr(value))
    return (name, *texts)


def _plain(text: str) -> str:
    return _DIGITS.sub("#", text)


def name_members(changes: Iterable[Change], limit: int = 3) -> list[str]:
    """Return the ids of the calls, the middle ones left out where there are many."""
    ids = [change.shown.id for change in changes]
    return ids if len(ids) <= limit else [*ids[: limit - 1], "…", ids[-1]]
