"""What Dash draws: the content of the details panel. Everything else is the page's own."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from graphscope.app import ids
from graphscope.app.panels.details import make_details
from graphscope.app.services import Services


def make_layout(services: Services) -> Any:
    """Return the store that the page writes the selection to, and the panel that shows it."""
    return html.Div(
        [
            dcc.Store(id=ids.SELECTION),
            html.Div(make_details(services, None), id=ids.DETAILS),
        ]
    )
