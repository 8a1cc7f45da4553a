"""From numbers by name to records: columns are said once, steps hold the values alone."""

from __future__ import annotations

import time
from collections.abc import Mapping

from graphscope.monitor.sink import Sink
from graphscope.runs.records import Columns, Event, Level, Step


class Journal:
    """Writes what happens to a sink."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self._columns: dict[tuple[str, ...], int] = {}

    def step(self, step: int, numbers: Mapping[str, float]) -> None:
        """Write the numbers of a step."""
        names = tuple(numbers)
        identity = self._columns.get(names)
        if identity is None:
            identity = len(self._columns)
            # Without their names the numbers say nothing: not written, they are said again.
            if self.sink.write(Columns(identity, names)):
                self._columns[names] = identity
        self.sink.write(Step(step, time.time(), identity, tuple(numbers.values())))

    def event(
        self, step: int, kind: str, text: str, level: Level = "info", **details: object
    ) -> None:
        """Write that something happened."""
        self.sink.write(Event(step, time.time(), kind, text, level, details))
