"""What Dash draws: the content of the details panel. Everything else is the page's own."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from graphscope.app import ids


def make_layout() -> Any:
    """Return the store that the page writes the selection to, and the panel that shows it."""
    return html.Div([dcc.Store(id=ids.SELECTION), html.Div(id=ids.DETAILS)])
