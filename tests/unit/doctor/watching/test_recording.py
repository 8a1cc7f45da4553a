"""Looking things up in a recording, and putting tracebacks together."""

from __future__ import annotations

import sys
from types import FrameType, TracebackType
from typing import Any

from graphscope.doctor.records import CallRecord, Creation, Recording
from graphscope.doctor.watching.tracebacks import build_traceback, entries_of, merge


def _call(
    inputs: list[Any], outputs: list[Any], parent: CallRecord | None = None, name: str = ""
) -> CallRecord:
    record = CallRecord(object(), "Layer", name, True, (), {}, inputs, [], (), parent)
    record.outputs = outputs
    if parent:
        parent.children.append(record)
    return record


def test_the_innermost_call_made_a_tensor() -> None:
    x, y, z = object(), object(), object()
    outer = _call([x], [y], name="outer")
    inner = _call([x], [y], outer)
    passing = _call([y], [y])
    after = _call([y], [z])
    recording = Recording(calls=[outer, inner, passing, after])
    assert recording.producer_of(y) is inner
    assert recording.producer_of(z) is after
    assert recording.producer_of(x) is None


def test_calls_that_come_later_are_found_too() -> None:
    x, y = object(), object()
    recording = Recording(calls=[_call([], [x])])
    assert recording.producer_of(y) is None
    later = _call([x], [])
    recording.calls.append(later)
    assert recording.producer_of(y) is None
    later.outputs = [y]
    assert recording.producer_of(y) is later


def test_creations_are_found_by_identity() -> None:
    class Equal:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    first, second = Equal(), Equal()
    recording = Recording()
    made = Creation(second, "Equal", (), {}, ())
    recording.add_creation(made)
    assert recording.creation_of(second) is made
    assert recording.creation_of(first) is None


def _raise() -> None:
    raise ValueError


def _filtered() -> tuple[list[Any], TracebackType | None]:
    try:
        _raise()
    except ValueError as error:
        return entries_of(error.__traceback__), error.__traceback__
    raise AssertionError


def test_the_fuller_end_of_a_traceback_replaces_the_shortened_one() -> None:
    inner, _ = _filtered()
    outside: FrameType = sys._getframe()
    shortened = [(outside, 0, 1), inner[0]]
    merged = merge(shortened, inner)
    assert [entry[0] for entry in merged] == [outside, *(entry[0] for entry in inner)]
    assert merge([(outside, 0, 1)], inner) == [(outside, 0, 1)]
    assert merge(inner, []) == inner


def test_a_traceback_is_built_of_its_entries() -> None:
    entries, original = _filtered()
    built = build_traceback(entries)
    assert built is not None and original is not None
    assert entries_of(built) == entries
