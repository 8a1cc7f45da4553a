"""Where the parts of a graph stand in the user's program."""

from __future__ import annotations

from typing import Any

from graphscope.doctor.findings import Place
from graphscope.doctor.records import CallRecord, Creation, Position, Recording, Site
from graphscope.graph import SourceLine
from graphscope.tracers.frames import shorten_path


class Lines:
    """Finds the user's lines of calls, and remembers them by the ids of what stands for them.

    Attributes:
        places: lines by id, the line where the layer was made first.
    """

    def __init__(self, recording: Recording) -> None:
        self._creations = {id(made.instance): made for made in recording.creations}
        self.places: dict[str, tuple[Place, ...]] = {}

    def source(self, call: CallRecord) -> SourceLine | None:
        """Return the line to look at: where the layer was made, else where it was called."""
        made = self._creation(call.operation)
        return _line(made.site) if made and made.site else _line(call.site)

    def source_of_creation(self, instance: Any) -> SourceLine | None:
        """Return the line where an object was made."""
        made = self._creation(instance)
        return _line(made.site) if made else None

    def at(self, position: Position) -> SourceLine:
        """Return a position as a line of a graph."""
        return _at(position)

    def put_position(self, id_: str, position: Position) -> None:
        """Remember a line that is no call."""
        self.places[id_] = (Place(position.file, position.line),)

    def put(self, id_: str, call: CallRecord) -> None:
        """Remember the lines of a call."""
        made = self._creation(call.operation)
        # Further out on a call's site stands what runs the whole model, such as `fit`.
        frames = [*(made.site if made else ()), *call.site[:1]]
        places = (Place(frame.position.file, frame.position.line) for frame in frames)
        self.places[id_] = tuple(dict.fromkeys((*self.places.get(id_, ()), *places)))

    def put_creation(self, id_: str, instance: Any) -> None:
        """Remember the lines where an object was made."""
        made = self._creation(instance)
        sites = made.site if made else ()
        self.places[id_] = tuple(Place(each.position.file, each.position.line) for each in sites)

    def _creation(self, instance: Any) -> Creation | None:
        made = self._creations.get(id(instance))
        return made if made is not None and made.instance is instance else None


def _line(site: Site) -> SourceLine | None:
    if not site:
        return None
    return _at(site[0].position)


def _at(position: Position) -> SourceLine:
    return SourceLine(shorten_path(position.file), position.line, position.function)
