"""Cards as Dash components: structure and class names here, looks in `assets/panels.css`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from dash import html

from graphscope.app.language import say, translate_card
from graphscope.app.present.card import (
    Bar,
    Card,
    Entry,
    Link,
    Listing,
    Message,
    Row,
    Section,
    Table,
    Tensor,
)

Component = Any
"""A Dash component; Dash has no types for them."""


def make_card(card: Card) -> Component:
    """Return the card as one article, in the language of the visit."""
    card = translate_card(card)
    return html.Article(
        [_make_head(card), *map(_make_section, card.sections)],
        className="gs-panel",
        **{"aria-label": f"{card.kind}: {card.title}"},
    )


def make_link(link: Link) -> Component:
    """Return a button that selects an item; the page listens for `data-select`."""
    if not link.target:
        return html.Span(link.text, className="gs-end")
    return html.Button(
        link.text,
        type="button",
        className="gs-link",
        title=say("Select {name}", name=link.target),
        **{"data-select": link.target},
    )


def _make_head(card: Card) -> Component:
    parts: list[Component] = [html.P(card.kind, className="gs-kind")]
    if card.path:
        parts.append(_make_path(card.path))
    parts.append(html.H2(card.title, className="gs-title"))
    if card.type or card.badges or card.warnings:
        badges = [html.Span(badge, className="gs-badge") for badge in card.badges]
        badges += [html.Span(each, className="gs-badge gs-warning") for each in card.warnings]
        parts.append(html.P([_make_type(card), *badges], className="gs-type"))
    return html.Header(parts, className="gs-head")


def _make_type(card: Card) -> Component:
    if not card.documentation:
        return html.Span(card.type)
    return html.A(
        card.type,
        href=card.documentation,
        target="_blank",
        rel="noreferrer noopener",
        title=say("Open the documentation (leaves this machine)"),
    )


def _make_path(path: Sequence[Link]) -> Component:
    return html.Nav(
        html.Ol([html.Li(make_link(link)) for link in path]),
        className="gs-path",
        **{"aria-label": say("Scopes around it")},
    )


def _make_section(section: Section) -> Component:
    entries = [
        component
        for kind, group in groupby(section.entries, key=type)
        for component in _RENDERERS[kind](list(group))
    ]
    if section.is_folded:
        return html.Details([html.Summary(section.title), *entries], className="gs-section")
    heading = [html.H3(section.title)] if section.title else []
    return html.Section([*heading, *entries], className="gs-section")


def _make_rows(rows: Iterable[Row]) -> list[Component]:
    return [html.Dl([_make_row(row) for row in rows], className="gs-rows")]


def _make_row(row: Row) -> Component:
    style = "gs-value gs-code" if row.is_code else "gs-value"
    links = [make_link(link) for link in row.links]
    value = html.Dd(
        [row.value, *links] if links else row.value, className=style, title=row.hint or None
    )
    return html.Div([html.Dt(row.key, className="gs-key"), value], className="gs-row")


def _make_tensors(tensors: Iterable[Tensor]) -> list[Component]:
    return [html.Ul([html.Li(_make_tensor(tensor)) for tensor in tensors], className="gs-tensors")]


def _make_tensor(tensor: Tensor) -> list[Component]:
    ends = [make_link(link) for link in tensor.ends]
    if tensor.more:
        ends.append(html.Span(say("and {n} more", n=f"{tensor.more:,}"), className="gs-end"))
    if tensor.label:
        ends.append(html.Span(tensor.label, className="gs-badge"))
    spec = [html.Span(tensor.shape, className="gs-shape")]
    if tensor.dtype:
        spec.append(html.Span(tensor.dtype, className="gs-dtype"))
    return [html.Div(ends, className="gs-ends"), html.Div(spec, className="gs-spec")]


def _make_bars(bars: Iterable[Bar]) -> list[Component]:
    return [html.Ul([html.Li(_make_bar(bar)) for bar in bars], className="gs-bars")]


def _make_bar(bar: Bar) -> list[Component]:
    return [
        make_link(bar.link),
        html.Span(bar.value, className="gs-value gs-code"),
        html.Span(className="gs-bar", style={"--share": f"{bar.share:.3f}"}),
    ]


def _make_tables(tables: Iterable[Table]) -> list[Component]:
    return [
        html.Table(
            [
                html.Thead(html.Tr([html.Th(title, scope="col") for title in table.head])),
                html.Tbody([html.Tr([html.Td(cell) for cell in row]) for row in table.rows]),
            ],
            className="gs-table",
        )
        for table in tables
    ]


def _make_messages(messages: Iterable[Message]) -> list[Component]:
    return [_make_message(message) for message in messages]


def _make_message(message: Message) -> Component:
    parts: list[Component] = []
    if message.title:
        parts.append(html.Strong(message.title))
    parts.append(html.P(message.text))
    if message.link:
        parts.append(make_link(message.link))
    return html.Div(parts, className=f"gs-message gs-{message.tone}", role="note")


def _make_listings(listings: Iterable[Listing]) -> list[Component]:
    return [
        html.Details(
            [html.Summary(listing.title), html.Pre(listing.lines, tabIndex=0)],
            className="gs-listing",
            open=True,
        )
        for listing in listings
    ]


_RENDERERS: dict[type[Entry], Callable[[list[Any]], list[Component]]] = {
    Row: _make_rows,
    Tensor: _make_tensors,
    Bar: _make_bars,
    Table: _make_tables,
    Message: _make_messages,
    Listing: _make_listings,
}
