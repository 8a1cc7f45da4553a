"""Parts of the diagnosis panel: source, chains of origins, facts and diffs."""

from __future__ import annotations

from dash import html

from graphscope.app.language import say
from graphscope.app.panels.cards import Component, make_link
from graphscope.app.present.card import Link
from graphscope.app.present.diagnosis import Chain, Fact
from graphscope.app.present.diagnosis_fixes import DiffRow, FixView
from graphscope.app.present.diagnosis_lines import Excerpt, SourceRow

_SIGNS = {"+": "added", "-": "removed", " ": "same", "@": "file"}
_SAID = {"+": "Added: ", "-": "Removed: "}


def make_excerpt(excerpt: Excerpt) -> Component:
    """Return lines of source under the name of their place."""
    place = make_place(excerpt.place, excerpt.target)
    if not excerpt.rows:
        return html.Figure(html.Figcaption(place), className="gs-excerpt")
    rows = [_make_source_row(row) for row in excerpt.rows]
    code = html.Code(rows, className="gs-source", tabIndex=0)
    return html.Figure([html.Figcaption(place), code], className="gs-excerpt")


def _make_source_row(row: SourceRow) -> Component:
    number = html.Span(str(row.number), className="gs-number")
    text = html.Mark(row.text) if row.is_marked or row.is_other else html.Span(row.text or " ")
    style = " gs-marked" if row.is_marked else " gs-other" if row.is_other else ""
    return html.Span([number, text], className=f"gs-source-row{style}")


def make_chain(chain: Chain) -> Component:
    """Return the way a value came as a list of steps, nearest first."""
    return html.Ol([html.Li(_make_told(step)) for step in chain.steps], className="gs-chain")


def make_fact(fact: Fact) -> Component:
    """Return one fact."""
    return html.Li(_make_told(fact))


def _make_told(fact: Fact) -> list[Component]:
    parts: list[Component] = [html.Span(fact.text, className="gs-told")]
    if fact.place:
        parts.append(make_place(fact.place, fact.target))
    return parts


def make_place(place: str, target: str) -> Component:
    """Return the name of a place; it selects the node that was made there."""
    if not target:
        return html.Span(place, className="gs-place")
    link = make_link(Link(place, target))
    link.className = "gs-link gs-place"
    return link


def make_fix(fix: FixView) -> Component:
    """Return a fix: its title, how far it was tried, and what it changes."""
    meaning = say("Class {letter}: {meaning}.", letter=fix.repair_class, meaning=say(fix.meaning))
    chips = [
        html.Span(say(fix.status), className=f"gs-chip gs-{fix.status}", title=say(fix.result)),
        html.Span(
            say("class {letter}", letter=fix.repair_class),
            className="gs-chip gs-class",
            title=meaning,
        ),
    ]
    parts: list[Component] = [
        html.Header([html.P(chips, className="gs-chips"), html.H4(fix.title)]),
        html.P(say(fix.result), className="gs-aside"),
        html.P(meaning, className="gs-aside"),
    ]
    if fix.diff:
        rows = [_make_diff_row(row) for row in fix.diff]
        parts.append(html.Code(rows, className="gs-diff", tabIndex=0))
    if fix.command:
        parts.append(html.P([say("Apply it: "), html.Code(fix.command)], className="gs-command"))
    return html.Article(parts, className=f"gs-fix gs-fix-{fix.status}", **{"aria-label": fix.title})


def _make_diff_row(row: DiffRow) -> Component:
    sign = row.sign if row.sign in "+-" else " "
    said = (
        [html.Span(say(_SAID[row.sign]), className="visually-hidden")] if row.sign in _SAID else []
    )
    return html.Span(
        [html.Span(sign, className="gs-sign", **{"aria-hidden": "true"}), *said, row.text or " "],
        className=f"gs-diff-row gs-{_SIGNS[row.sign]}",
    )
