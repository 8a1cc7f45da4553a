"""The diagnosis panel: what is wrong, how it is known, and what to do about it."""

from __future__ import annotations

import logging

import dash
from dash import Input, Output, html

from graphscope.app import ids
from graphscope.app.language import say
from graphscope.app.panels.cards import Component, make_link
from graphscope.app.panels.diagnosis_parts import make_chain, make_excerpt, make_fact, make_fix
from graphscope.app.present.card import clean
from graphscope.app.present.diagnosis import Choice, DiagnosisView
from graphscope.app.services import Services

_log = logging.getLogger("graphscope")


def make_panel(services: Services, number: int | None) -> Component:
    """Return the content of the panel for the chosen diagnosis."""
    # What a request asks for may be anything.
    chosen = number if isinstance(number, int) else 0
    return make_view(clean(services.present_diagnosis(chosen)))


def make_view(view: DiagnosisView) -> Component:
    """Return a diagnosis as one article."""
    parts: list[Component] = []
    if view.choices:
        parts.append(_make_choices(view.choices))
    parts.append(_make_head(view))
    parts += _section("Where", [make_excerpt(each) for each in view.excerpts])
    parts += _section("Where the sizes come from", [make_chain(each) for each in view.chains])
    facts = [html.Ul([make_fact(each) for each in view.facts], className="gs-facts")]
    parts += _section("Fixes", [make_fix(each) for each in view.fixes])
    parts += _section("Evidence", facts if view.facts else [])
    parts += _section("What Python said", _make_failure(view))
    parts += _section("Notes", [html.P(note, className="gs-aside") for note in view.notes])
    return html.Article(parts, className="gs-diagnosis", **{"aria-label": view.headline})


def _section(title: str, content: list[Component]) -> list[Component]:
    if not content:
        return []
    return [html.Section([html.H3(say(title)), *content], className="gs-section")]


def _make_choices(choices: tuple[Choice, ...]) -> Component:
    buttons = [
        html.Li(
            html.Button(
                [
                    html.Span(className=f"gs-dot gs-{choice.severity}"),
                    html.Span(choice.title, className="gs-choice-title"),
                ],
                type="button",
                className="gs-choice",
                **{
                    "data-diagnosis": str(choice.number),
                    "aria-current": "true" if choice.is_chosen else "false",
                },
            )
        )
        for choice in choices
    ]
    title = html.P(say("{n} diagnoses", n=len(choices)), className="gs-kind")
    return html.Nav(
        [title, html.Ol(buttons)], className="gs-choices", **{"aria-label": say("Diagnoses")}
    )


def _make_head(view: DiagnosisView) -> Component:
    badges = []
    if view.severity != "good":
        badges.append(html.Span(say(view.severity), className="gs-badge gs-severity"))
    badges += [html.Span(say(badge), className="gs-badge") for badge in view.badges]
    parts: list[Component] = [
        *([html.P(badges, className="gs-badges")] if badges else []),
        html.H2(say(view.headline), className="gs-headline"),
        *(html.P(line, className="gs-line") for line in view.body),
    ]
    if view.links:
        links = [make_link(link) for link in view.links]
        parts.append(html.P([say("In the picture: "), *links], className="gs-targets"))
    return html.Header(parts, className=f"gs-verdict gs-{view.severity}")


def _make_failure(view: DiagnosisView) -> list[Component]:
    if not view.failure:
        return []
    parts: list[Component] = [
        html.P(view.failure, className="gs-failure"),
        html.Pre(view.raised, className="gs-raised"),
    ]
    if view.traceback:
        traceback = html.Pre(view.traceback, className="gs-traceback", tabIndex=0)
        parts.append(html.Details([html.Summary(say("Traceback")), traceback], className="gs-fold"))
    return parts


def explain_failure(error: Exception) -> Component:
    """Return a panel that says what went wrong; the rest of the page goes on."""
    _log.exception("The diagnosis panel failed.", exc_info=error)
    headline = f"This cannot be shown ({type(error).__name__}: {error})."
    return make_view(clean(DiagnosisView("error", headline)))


def register(app: dash.Dash, services: Services) -> None:
    """Follow the choice of a diagnosis, which is the first one at first."""

    def follow(number: int | None) -> Component:
        return make_panel(services, number)

    app.callback(
        Output(ids.DIAGNOSIS_CONTENT, "children"),
        Input(ids.DIAGNOSIS, "data"),
        on_error=explain_failure,
    )(follow)
