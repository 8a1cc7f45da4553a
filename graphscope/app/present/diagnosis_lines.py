"""Source around the places of a diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import dedent

from graphscope.app.present.values import shorten
from graphscope.doctor.findings import Place
from graphscope.doctor.reports import Report

_AROUND = 2
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A line of source; the one that is meant is marked, and others that matter are too."""

    number: int
    text: str
    is_marked: bool = False
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some lines of a file around a place.

    Attributes:
        place: `train.py:12`.
        rows: in order; none where the text of the file is not known.
        target: id of the node that the place is about, or nothing.
    """

    place: str
    rows: tuple[SourceRow, ...]
    target: str = ""


def excerpts(
    report: Report, places: Sequence[Place], node_of: Callable[[Place], str]
) -> tuple[Excerpt, ...]:
    """Return the source of places, best first: lines around the first, the others alone.

    A place near one that is shown is marked there.
    """
    found: list[tuple[Place, set[int]]] = []
    for place in dict.fromkeys(places):
        if found and _is_near(found[0][0], place):
            found[0][1].add(place.line)
        else:
            found.append((place, {place.line}))
    return tuple(
        Excerpt(
            f"{report.relative(place.file)}:{place.line}",
            _rows(report.sources.get(place.file, ""), place.line, marked, 0 if i else _AROUND),
            node_of(place),
        )
        for i, (place, marked) in enumerate(found)
    )


def _is_near(first: Place, other: Place) -> bool:
    return first.file == other.file and abs(first.line - other.line) <= _AROUND


def _rows(source: str, line: int, marked: set[int], around: int) -> tuple[SourceRow, ...]:
    lines = source.split("\n")
    if not source or not 0 < line <= len(lines):
        return ()
    first, last = max(1, line - around), min(len(lines), line + around)
    texts = dedent("\n".join(lines[first - 1 : last]).expandtabs(4)).split("\n")
    rows = [
        SourceRow(number, shorten(text, _LONGEST), number == line, number in marked - {line})
        for number, text in enumerate(texts, first)
    ]
    while not rows[0].text.strip() and len(rows) > 1:
        del rows[0]
    while not rows[-1].text.strip() and len(rows) > 1:
        del rows[-1]
    return tuple(rows)
