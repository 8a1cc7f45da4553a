"""Telling a second attempt from a second call.

Keras runs the same layers again and again before a model stands: `Sequential.add` calls every
earlier layer once more, and a layer without `build` runs its `call` in graphs that are thrown
away. Only the last of such attempts is shown. Of calls that happen very often the later ones are
not recorded; an earlier attempt then tells what the last one does not.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.failure_graph.tensors import EAGER, is_same_attempt, key_of, world_of
from graphscope.doctor.records import CallRecord


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is shown inside a call.

    Attributes:
        calls: in program order.
        is_patched: whether they come from several attempts, so that their tensors do not fit.
    """

    calls: list[CallRecord]
    is_patched: bool = False


class Attempts:
    """Finds what happened inside a call at its last attempt.

    Args:
        calls: all recorded calls.
        failed: the innermost call that failed.
    """

    def __init__(self, calls: Iterable[CallRecord], failed: CallRecord | None) -> None:
        self._failed = failed
        self._calls_of: dict[int, list[CallRecord]] = {}
        for call in walk(calls):
            if call.children:
                self._calls_of.setdefault(id(call.operation), []).append(call)

    def inside(self, call: CallRecord, aliases: dict[Hashable, Hashable]) -> Attempt:
        """Return the calls inside a call.

        Args:
            call: the call.
            aliases: learns which tensors stand for those of calls that are left out.
        """
        anchor = next((child for child in call.children if holds(child, self._failed)), None)
        own = _last_attempt(call.children, anchor)
        if call is self._failed and not own:
            return Attempt([])
        found = self._complete(own, call, anchor)
        return Attempt(drop_repeated(found, aliases), is_patched=found is not own)

    def fullest(self, operation: Any) -> CallRecord | None:
        """Return the last of the calls of an operation that have most inside."""
        calls = self._calls_of.get(id(operation), [])
        most = max((len(_operations(call.children)) for call in calls), default=0)
        fullest = [call for call in calls if len(_operations(call.children)) == most]
        return fullest[-1] if fullest else None

    def _complete(
        self, own: list[CallRecord], call: CallRecord, anchor: CallRecord | None
    ) -> list[CallRecord]:
        """Return an attempt with what it lacks from an earlier one."""
        ran = _operations(own) - ({id(anchor.operation)} if anchor else set())
        for other in reversed(self._calls_of.get(id(call.operation), [])):
            for attempt in _attempts(other.children):
                if anchor is not None:
                    attempt = _before(attempt, anchor)  # noqa: PLW2901
                if ran < _operations(attempt):
                    return [*attempt, *([anchor] if anchor else [])]
        return own


def drop_repeated(calls: list[CallRecord], aliases: dict[Hashable, Hashable]) -> list[CallRecord]:
    """Return the calls without those that were made again later with the same tensors.

    Two calls are the same when one operation takes the same tensors, or tensors that the same
    calls made: of `a(x), b(x), a(x)` the first `a(x)` gives its place to the last.

    Args:
        calls: in program order.
        aliases: learns which tensor of a call that is kept stands for one of a dropped call.
    """
    names: dict[Hashable, Hashable] = {}
    places: dict[Hashable, int] = {}
    kept: list[CallRecord] = []
    for call in calls:
        given = [key_of(tensor) for tensor in call.inputs]
        named = tuple(names.get(key, key) for key in given)
        signature: Hashable = (id(call.operation), named) if given else id(call)
        place = places.setdefault(signature, len(kept))
        if place == len(kept):
            kept.append(call)
        else:
            aliases.update(_matching(kept[place], call))
            kept[place] = call
        for output, key in enumerate(map(key_of, call.outputs)):
            if key not in given:  # a call that hands its tensor on has made nothing
                names.setdefault(key, ("made", place, output))
    return kept


def walk(calls: Iterable[CallRecord]) -> list[CallRecord]:
    """Return calls and all calls within, each once, outer ones first."""
    found: dict[int, CallRecord] = {}
    waiting = list(calls)[::-1]
    while waiting:
        call = waiting.pop()
        if id(call) not in found:
            found[id(call)] = call
            waiting += call.children[::-1]
    return list(found.values())


def holds(call: CallRecord, wanted: CallRecord | None) -> bool:
    """Whether a call is the wanted one or surrounds it."""
    while wanted is not None and wanted is not call:
        wanted = wanted.parent
    return wanted is call


def _matching(before: CallRecord, after: CallRecord) -> dict[Hashable, Hashable]:
    keys = zip(map(key_of, before.outputs), map(key_of, after.outputs), strict=False)
    return {old: new for old, new in keys if old != new}


def _operations(calls: Iterable[CallRecord]) -> set[int]:
    return {id(call.operation) for call in calls}


def _before(attempt: list[CallRecord], anchor: CallRecord) -> list[CallRecord]:
    """Return the calls of an attempt before the one of the operation that failed later on."""
    calls = []
    for call in attempt:
        if call.operation is anchor.operation:
            break
        calls.append(call)
    return calls


def _last_attempt(children: list[CallRecord], anchor: CallRecord | None) -> list[CallRecord]:
    """Return the calls of the attempt that holds the anchor, or of the last one."""
    attempts = list(_attempts(children))
    if anchor is not None:
        return next((each for each in attempts if any(c is anchor for c in each)), [anchor])
    if not attempts:
        return []
    found = attempts[0]
    if world_of(found[-1]) == EAGER:
        # Eager tensors are not kept; an attempt that ran as much in a graph tells more.
        for other in attempts[1:]:
            if _operations(found) <= _operations(other):
                return other
    return found


def _attempts(children: list[CallRecord]) -> Iterable[list[CallRecord]]:
    """Yield the calls of each attempt, the last attempt first."""
    worlds = [world_of(child) for child in children]
    seen: list[Any] = []
    for world in reversed(worlds):
        if world is None or any(world is each or world == each for each in seen):
            continue
        seen.append(world)
        yield [
            child
            for child, other in zip(children, worlds, strict=True)
            if is_same_attempt(world, other)
        ]
    if children and not seen:
        yield children
