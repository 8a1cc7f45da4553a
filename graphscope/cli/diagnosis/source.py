"""The excerpt of the source with the culprit marked."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from graphscope.cli.diagnosis.look import CULPRIT, QUIET, Signs, plain
from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.reports.report import Report
from graphscope.doctor.reports.span import Span, find_span

_AROUND = 2
"""Lines above and below the culprit."""


def draw_source(report: Report, diagnosis: Diagnosis, signs: Signs, width: int) -> Iterator[Text]:
    """Yield the place and the lines around it; only the place where the text is unknown."""
    if not diagnosis.places:
        return
    place = diagnosis.places[0]
    yield _heading(report, diagnosis)
    lines = report.sources.get(place.file, "").split("\n")
    if not 0 < place.line <= len(lines):
        return
    first, last = _extent(lines, place.line)
    digits = len(str(last))
    shown = lines[first - 1 : last]
    left = _margin(shown)
    room = width - digits - 5
    span = find_span(report, diagnosis)
    for number, line in enumerate(shown, first):
        is_culprit = number == place.line
        text, marks = _cut(line, left, span if is_culprit else None, room, signs)
        yield _line(text, number, digits, signs, is_culprit=is_culprit)
        if marks is not None and marks.end > marks.start:
            gap = " " * (digits + 3)
            below = Text(f"{gap}{signs.bar} ", style=QUIET)
            carets = "^" * (marks.end - marks.start)
            yield below.append(" " * marks.start + carets, style=f"not dim {CULPRIT}")


def _heading(report: Report, diagnosis: Diagnosis) -> Text:
    place = diagnosis.places[0]
    return Text(plain(f"{report.relative(place.file)}:{place.line}"), style="bold cyan")


def _extent(lines: list[str], line: int) -> tuple[int, int]:
    """Return the first and last line to show, without blank ones at the ends."""
    first, last = max(1, line - _AROUND), min(len(lines), line + _AROUND)
    while first < line and not lines[first - 1].strip():
        first += 1
    while last > line and not lines[last - 1].strip():
        last -= 1
    return first, last


def _margin(lines: list[str]) -> int:
    """Return how many characters of indentation all lines share; tabs are left alone."""
    indents = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    return min(indents, default=0)


def _cut(
    line: str, left: int, span: Span | None, room: int, signs: Signs
) -> tuple[str, Span | None]:
    """Return what fits of a line, so that the marked expression is seen, and where its marks go."""
    line = line[left:]
    marks = None
    if span is not None:
        start, end = max(0, span.start - left), max(0, span.end - left)
        # Escapes and tabs take more columns than characters: measure what is printed.
        marks = Span(len(plain(line[:start])), len(plain(line[:end])))
    text = plain(line.rstrip())
    if len(text) <= room:
        return text, marks
    more = len(signs.more)
    skipped = 0
    if marks is not None and marks.end > room - more:
        skipped = min(marks.start, marks.end - room + 2 * more + 2)
        if skipped:
            text = signs.more + text[skipped + more :]
            marks = Span(marks.start - skipped, marks.end - skipped)
    if len(text) > room:
        text = text[: room - more] + signs.more
    if marks is not None:
        marks = Span(min(marks.start, len(text)), min(marks.end, len(text)))
    return text, marks


def _line(text: str, number: int, digits: int, signs: Signs, *, is_culprit: bool) -> Text:
    pointer = signs.pointer if is_culprit else " "
    line = Text(f"{pointer} ", style=CULPRIT)
    line.append(
        f"{number:>{digits}} ", style=CULPRIT if is_culprit else f"not bold default {QUIET}"
    )
    line.append(f"{signs.bar} ", style=f"not bold default {QUIET}")
    return line.append(text, style="bold default" if is_culprit else f"not bold default {QUIET}")
