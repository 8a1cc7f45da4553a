"""How the doctor words things: layers, places, shapes and counts, the same in every rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Evidence, Place
from graphscope.doctor.fixes.placement import creation_call, placement_of
from graphscope.doctor.records import CallRecord, Frame, Spec


def class_name(thing: Any) -> str:
    """Return the name of a thing's class."""
    return type(thing).__name__


def label(layer: Any) -> str:
    """Return a layer's class and name: `LSTM 'lstm_1'`."""
    name = getattr(layer, "name", None)
    return f"{class_name(layer)} {name!r}" if name else class_name(layer)


def where(case: Case, place: Place | Frame | None) -> str:
    """Return a place as the user names it: `blocks.py:31`; empty for none."""
    if isinstance(place, Frame):
        place = Place(place.position.file, place.position.line)
    return f"{case.program.relative(place.file)}:{place.line}" if place else ""


def at(case: Case, place: Place | Frame | None) -> str:
    """Return ` at blocks.py:31`, or nothing when the place is not known."""
    return f" at {where(case, place)}" if place else ""


def place_of(case: Case, layer: Any) -> Place | None:
    """Return the line that made a layer (the element's own line in a list of layers)."""
    made = creation_call(case, layer)
    if made is not None:
        return Place(made[0].path, made[1].lineno)
    creation = case.recording.creation_of(layer)
    if creation is not None and creation.site:
        position = creation.site[0].position
        return Place(position.file, position.line)
    placement = placement_of(case, layer)
    return placement.place if placement else None


def call_place(call: CallRecord | None) -> Place | None:
    """Return the user's line that made a call."""
    if call is None or not call.site:
        return None
    position = call.site[0].position
    return Place(position.file, position.line)


def frame_place(frame: Frame) -> Place:
    """Return the line a frame was at."""
    return Place(frame.position.file, frame.position.line)


def shape(spec: Spec | tuple[int | None, ...] | list[int | None] | None) -> str:
    """Return a shape as Keras users write it: `(None, 10)`."""
    if isinstance(spec, Spec):
        return str(spec)
    return "unknown" if spec is None else str(tuple(spec))


def code(case: Case, place: Place) -> Evidence:
    """Return the line of a place as evidence."""
    file = case.program.file(place.file)
    return Evidence("code", file.line_text(place.line) if file else "", place)


def distinct(places: Iterable[Place | None]) -> tuple[Place, ...]:
    """Return places without repeats and unknown ones, in order."""
    return tuple(dict.fromkeys(place for place in places if place is not None))


def plural(count: int, noun: str) -> str:
    """Return a count with its noun: `1 axis` is not handled, `2 inputs` is.

    >>> plural(1, "input"), plural(3, "input")
    ('1 input', '3 inputs')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
