"""The exact expression that a diagnosis is about, within its line, where that can be told."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from graphscope.doctor.findings import Diagnosis, Edit, Place
from graphscope.doctor.reports.report import Report


class Span(NamedTuple):
    """Characters of a line, counted from 0."""

    start: int
    end: int


def find_span(report: Report, diagnosis: Diagnosis) -> Span | None:
    """Return the expression to mark on the line of the first place.

    What the best fix changes is the most exact answer; then the call of the layer that is blamed;
    then what the failing frame was executing.
    """
    if not diagnosis.places or not report.line_text(diagnosis.places[0]).strip():
        return None
    place = diagnosis.places[0]
    nodes = list(_expressions(report.sources[place.file], place.line))
    return (
        _changed(report, diagnosis, place, nodes)
        or _layer_call(report, diagnosis, nodes)
        or _executed(report, place)
    )


def _expressions(text: str, line: int) -> Iterator[tuple[ast.AST, Span]]:
    """Yield the nodes that lie on one line; the span of one that goes on ends with the line."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return  # Without a tree there is nothing to mark; the line itself is still shown.
    source = text.split("\n")[line - 1]
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.keyword) and node.lineno == line:
            end = node.end_col_offset if node.end_lineno == line else None
            yield node, Span(_characters(source, node.col_offset), _end(source, end))


def _characters(source: str, column: int) -> int:
    return len(source.encode()[:column].decode(errors="ignore"))


def _end(source: str, column: int | None) -> int:
    return len(source.rstrip()) if column is None else _characters(source, column)


def _changed(
    report: Report, diagnosis: Diagnosis, place: Place, nodes: list[tuple[ast.AST, Span]]
) -> Span | None:
    edit = _edit_of(diagnosis, place)
    if edit is None:
        return None
    before, after = report.line_text(place), edit.replace_with or ""
    if "\n" in after or not after.strip():
        return None
    change = changed_span(before, after)
    around = [span for _, span in nodes if _covers(span, change)]
    return min(around, key=lambda span: span.end - span.start, default=None)


def _covers(span: Span, change: Span) -> bool:
    """Whether a change lies in an expression; text inserted at its border does not."""
    if change.start == change.end:
        return span.start < change.start < span.end
    return span.start <= change.start and change.end <= span.end


def _edit_of(diagnosis: Diagnosis, place: Place) -> Edit | None:
    edits = diagnosis.fixes[0].edits if diagnosis.fixes else ()
    return next((each for each in edits if Place(each.file, each.line) == place), None)


def changed_span(before: str, after: str) -> Span:
    """Return the characters of a line that differ from another; empty for a pure insertion.

    >>> changed_span("Dense(5)", "Dense(10)")
    Span(start=6, end=7)
    """
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    tail = 0
    while (
        tail < min(len(before), len(after)) - start
        and before[-1 - tail] == after[len(after) - 1 - tail]
    ):
        tail += 1
    return Span(start, len(before) - tail)


def _layer_call(
    report: Report, diagnosis: Diagnosis, nodes: list[tuple[ast.AST, Span]]
) -> Span | None:
    names = {diagnosis.layer} | {
        step.class_name for step in report.steps if step.name == diagnosis.layer
    }
    calls = [
        span for node, span in nodes if isinstance(node, ast.Call) and _called(node.func) in names
    ]
    return calls[0] if len(calls) == 1 else None


def _called(function: ast.expr) -> str | None:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else None


def _executed(report: Report, place: Place) -> Span | None:
    frames = report.failure.frames if report.failure else ()
    for frame in frames:
        if Place(frame.file, frame.line) == place and frame.end_column > frame.column:
            return Span(frame.column, frame.end_column)
    return None
