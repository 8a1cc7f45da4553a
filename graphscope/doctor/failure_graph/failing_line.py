"""What a layer's own code did when it failed between two calls."""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.failure_graph.layers import ask
from graphscope.doctor.records import Failure, Frame, Position

_NAME = re.compile(r"(?<![.\w])([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?")
_LONGEST = 48


@dataclass(frozen=True, slots=True)
class FailingLine:
    """The expression that raised, and the variables in it.

    Attributes:
        text: the expression in one line, shortened.
        position: where it stands.
        values: the values of its variables, in the order in which they are read.
    """

    text: str
    position: Position
    values: tuple[Any, ...]


def find_failing_line(failure: Failure | None) -> FailingLine | None:
    """Return the user's expression that raised; None where the source is not at hand."""
    if failure is None or not failure.site:
        return None
    frame = failure.site[0]
    text = _segment(frame.position)
    if not text:
        return None
    names = dict.fromkeys(_NAME.findall(text))
    values = tuple(_value(frame, *name) for name in names if name[0] in frame.locals)
    short = " ".join(text.split())
    if len(short) > _LONGEST:
        short = short[: _LONGEST - 1] + "…"
    return FailingLine(short, frame.position, values)


def _value(frame: Frame, name: str, attribute: str) -> Any:
    """Return a variable, or what `self.kernel` holds."""
    value = frame.locals[name]
    held = ask(lambda: getattr(value, attribute), None) if attribute else None
    return held if hasattr(held, "dtype") else value


def _segment(position: Position) -> str:
    lines = list(_lines(position))
    if not lines:
        return ""
    # The end first: on a single line it would move otherwise.
    lines[-1] = _cut(lines[-1], 0, position.end_column)
    lines[0] = _cut(lines[0], position.column, None)
    return "\n".join(lines).strip()


def _lines(position: Position) -> Iterator[str]:
    for number in range(position.line, position.end_line + 1):
        yield linecache.getline(position.file, number).rstrip("\n")


def _cut(line: str, start: int, end: int | None) -> str:
    return line.encode()[start:end].decode(errors="ignore")
