"""What Dash draws: the content of the panels at the right. Everything else is the page's own."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from graphscope.app import ids


def make_layout(*, has_diagnosis: bool = False, has_training: bool = False) -> Any:
    """Return the stores that the page writes its choices to, and the panels that show them."""
    if has_training and not has_diagnosis:
        details = _make_tab_panel(ids.DETAILS, "tab-details")
        return html.Div([dcc.Store(id=ids.SELECTION), details])
    if not has_diagnosis:
        return html.Div([dcc.Store(id=ids.SELECTION), html.Div(id=ids.DETAILS)])
    return html.Div(
        [
            dcc.Store(id=ids.SELECTION),
            dcc.Store(id=ids.DIAGNOSIS),
            _make_tab_panel(ids.DIAGNOSIS_CONTENT, "tab-diagnosis"),
            _make_tab_panel(ids.DETAILS, "tab-details"),
        ]
    )


def _make_tab_panel(id_: str, tab: str) -> Any:
    """Return an empty panel that belongs to a tab of `assets/index.html`."""
    return html.Div(id=id_, role="tabpanel", **{"aria-labelledby": tab})
