"""The details panel: what is known about the selected item, or about the whole model."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, TypeAlias

import dash
from dash import Input, Output

from graphscope.app import ids
from graphscope.app.facts import Facts
from graphscope.app.panels.cards import make_card
from graphscope.app.present import present_item, present_model
from graphscope.app.present.card import Card, Message, Section, clean
from graphscope.app.present.edge import DrawnEdge, present_edge
from graphscope.app.services import Services
from graphscope.graph import ROOT

_log = logging.getLogger("graphscope")


Selection: TypeAlias = str | Mapping[str, Any] | None
"""The id of an item, an edge as `DrawnEdge.read` takes it, or nothing."""


def make_details(services: Services, selection: Selection) -> Any:
    """Return the content of the panel."""
    return make_card(clean(_present(services.facts, selection)))


def _present(facts: Facts, selection: Selection) -> Card:
    if isinstance(selection, Mapping):
        return present_edge(facts, DrawnEdge.read(selection))
    if selection is None or selection == ROOT:
        return present_model(facts)
    if not isinstance(selection, str):  # What a request asks for may be anything.
        raise ValueError("A selection is the id of an item, or an edge.")
    return present_item(facts, facts.tree.find(selection))


def explain_failure(error: Exception) -> Any:
    """Return a panel that says what went wrong; the rest of the page goes on.

    What a stranger's model can make fail must not leave the facts of the last item on screen, as
    if they were those of the selected one.
    """
    _log.exception("The details panel failed.", exc_info=error)
    trouble = Message("bad", f"{type(error).__name__}: {error}", title="This cannot be shown")
    return make_card(clean(Card("Error", "Details", sections=(Section("", (trouble,)),))))


def register(app: dash.Dash, services: Services) -> None:
    """Follow the selection, which is nothing at first."""

    def follow(selection: Selection) -> Any:
        return make_details(services, selection)

    app.callback(
        Output(ids.DETAILS, "children"), Input(ids.SELECTION, "data"), on_error=explain_failure
    )(follow)
