"""The fixes as a numbered list, each with its status and its change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from rich.console import Console
from rich.text import Text

from graphscope.cli.diagnosis.look import QUIET, Signs, class_text, plain, status_text
from graphscope.doctor.findings import Edit, Fix, FixStatus
from graphscope.doctor.reports.report import Report
from graphscope.doctor.reports.span import changed_span

_LONGEST = 8
"""Lines of a change that are shown; --json and the page have the whole of it."""


_ROWS = 6
"""Rows of the terminal for one line of a change, which may be as long as its author liked."""

_INDENT = 4


class Change(NamedTuple):
    """A line of a change: ` `, `-` or `+`, its number and its text, and what differs in it."""

    sign: str
    line: int
    text: str
    start: int = 0
    end: int = 0


def draw_fixes(report: Report, fixes: Iterable[Fix], signs: Signs, width: int) -> Iterator[Text]:
    """Yield the lines of the list; fixes that were tried in vain are only counted."""
    offered = report.offered
    rejected = 0
    for fix in fixes:
        if fix.status is FixStatus.REJECTED:
            rejected += 1
            continue
        number = next((str(n) for n, each in enumerate(offered, 1) if each is fix), signs.dot)
        yield Text(f"{number:<3}", style="bold").append(plain(fix.title))
        facts = Text("   ").append_text(status_text(fix.status, signs))
        yield facts.append("  ").append_text(class_text(fix.repair_class, signs))
        if fix.status is FixStatus.VERIFIED and fix.result:
            facts.append(f" {signs.dot} {plain(fix.result)}", style=QUIET)
        yield from _draw_change(report, fix, signs, width)
    if rejected:
        tried = "1 other edit was" if rejected == 1 else f"{rejected} other edits were"
        yield Text(f"   {tried} tried and did not help.", style=QUIET)


def _draw_change(report: Report, fix: Fix, signs: Signs, width: int) -> Iterator[Text]:
    changes = [(edit, list(changes_of(report, edit))) for edit in sorted_edits(fix)]
    left = _margin([change.text for _, found in changes for change in found])
    digits = max((len(str(change.line)) for _, found in changes for change in found), default=1)
    file, shown = None, 0
    total = sum(len(found) for _, found in changes)
    for edit, found in changes:
        if edit.file != file and (file is not None or not _is_first_place(report, edit)):
            yield Text(f"   {plain(report.relative(edit.file))}", style="cyan")
        file = edit.file
        for change in found:
            if shown == _LONGEST and total > _LONGEST + 1:
                yield Text(f"   {signs.more} {total - shown} more lines", style=QUIET)
                return
            shown += 1
            yield from _draw_line(change, left, digits, signs, width)


def _is_first_place(report: Report, edit: Edit) -> bool:
    """Whether the file of an edit needs no naming: its excerpt is shown above the fixes."""
    places = report.diagnoses[0].places if report.diagnoses else ()
    return bool(places) and places[0].file == edit.file


def sorted_edits(fix: Fix) -> list[Edit]:
    """Return the edits by file, in the order of their lines."""
    files = list(dict.fromkeys(edit.file for edit in fix.edits))
    return sorted(fix.edits, key=lambda edit: (files.index(edit.file), edit.line))


def changes_of(report: Report, edit: Edit) -> Iterator[Change]:
    """Yield what an edit does to its line, unchanged lines among the new ones told as such."""
    lines = report.sources.get(edit.file, "").split("\n")
    old = [lines[edit.line - 1]] if 0 < edit.line <= len(lines) else []
    new = [] if edit.replace_with is None else edit.replace_with.split("\n")
    for tag, first, last, start, stop in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            yield from (Change(" ", edit.line, text) for text in new[start:stop])
            continue
        pair = last - first == stop - start == 1
        before = changed_span(old[first], new[start]) if pair else (0, 0)
        after = changed_span(new[start], old[first]) if pair else (0, 0)
        yield from (Change("-", edit.line, text, *before) for text in old[first:last])
        yield from (Change("+", edit.line, text, *after) for text in new[start:stop])


def _margin(texts: list[str]) -> int:
    return min((len(text) - len(text.lstrip(" ")) for text in texts if text.strip()), default=0)


def _draw_line(change: Change, left: int, digits: int, signs: Signs, width: int) -> Iterator[Text]:
    """Yield a line of a change in as many rows as it needs: what changed may be at its end."""
    style = {"-": "red", "+": "green"}.get(change.sign, QUIET)
    head = Text("   ").append(f"{change.line:>{digits}} {change.sign} ", style=style)
    text = Text(style=style)
    start, end = max(left, change.start), max(left, change.end)
    text.append(plain(change.text[left:start]))
    text.append(plain(change.text[start:end]), style="bold")
    text.append(plain(change.text[max(left, end) :].rstrip()))
    rows = _wrap(text, width - head.cell_len)
    for row in rows[:_ROWS]:
        row.rstrip()
        yield head.append_text(row)
        head = Text(" " * (digits + 6))
    if len(rows) > _ROWS:
        yield head.append(signs.more, style=QUIET)


def _wrap(text: Text, room: int) -> list[Text]:
    """Break a line of code; the rows after the first are indented further than it."""
    if text.cell_len <= room:
        return [text]
    indent = len(text.plain) - len(text.plain.lstrip(" ")) + _INDENT
    console = Console(width=room)
    first, *rest = text.wrap(console, room)
    if not rest or indent > room // 2:
        return [first, *rest]
    tail = text[len(first.plain) :]
    tail = tail[len(tail.plain) - len(tail.plain.lstrip(" ")) :]
    rows = tail.wrap(console, room - indent)
    return [first, *(Text(" " * indent).append_text(row) for row in rows)]
