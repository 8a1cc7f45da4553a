"""The details panel: what is known about the selected item, or about the whole model."""

from __future__ import annotations

from typing import Any

import dash
from dash import Input, Output

from graphscope.app import ids
from graphscope.app.panels.cards import make_card
from graphscope.app.present import present_item, present_model
from graphscope.app.services import Services
from graphscope.graph import ROOT


def make_details(services: Services, selection: str | None) -> Any:
    """Return the content of the panel."""
    facts = services.facts
    if selection in (None, ROOT):
        return make_card(present_model(facts))
    return make_card(present_item(facts, str(selection)))


def register(app: dash.Dash, services: Services) -> None:
    """Follow the selection."""

    def follow(selection: str | None) -> Any:
        return make_details(services, selection)

    app.callback(
        Output(ids.DETAILS, "children"),
        Input(ids.SELECTION, "data"),
        prevent_initial_call=True,
    )(follow)
