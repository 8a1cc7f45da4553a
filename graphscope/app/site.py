"""The Dash app: our page around Dash's details panel, and nothing that Dash would add."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from http import HTTPStatus

import dash
from dash.exceptions import DependencyException
from flask import Flask, Response, abort, request

from graphscope.app import (
    asked,
    consistency_routes,
    files,
    notices,
    overlay_routes,
    picture_routes,
    source_routes,
    weight_routes,
)
from graphscope.app.layout import make_layout
from graphscope.app.panels import details
from graphscope.app.services import Services
from graphscope.app.styles import join_styles
from graphscope.exporters.drawing import make_safe
from graphscope.resources import assets_dir

_CATCH_ALL = "/<path:path>"
_FOR_DEVELOPERS = "/_reload-hash"
_ADDRESS = re.compile(r'((?:href|src|data-worker)=")/(?=[a-z])')


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands among others of the same server."""

    key: str
    routes: str
    """The routes of the workspace, relative to the page."""
    digest: str
    """The name of the drawing that the page shows."""


def make_app(services: Services, *, prefix: str = "/", place: Place | None = None) -> dash.Dash:
    """Return the app that shows one graph.

    It knows nothing of visitors; `graphscope.app.guard` decides who may use it.

    Args:
        services: the graph and what is known of it.
        prefix: where the app is mounted, with a slash at both ends; its routes do without.
        place: the page's place in a workspace, where it has one.

    Raises:
        GraphscopeError: when the installation lacks the page.
    """
    assets = assets_dir()
    server = Flask("graphscope", static_folder=None)
    index, styles = join_styles((assets / "index.html").read_text(encoding="utf-8"), assets)
    files.register(server, services, assets, styles)
    overlay_routes.register(server, services)
    source_routes.register(server, services)
    consistency_routes.register(server, services)
    weight_routes.register(server, services)
    picture_routes.register(server, services)
    if services.painting is not None:
        from graphscope.app.painted import routes

        routes.register(server, services.painting)
    app = dash.Dash(
        "graphscope",
        server=server,
        title=_make_title(services.graph.name),
        index_string=_place_among(_place_below(index, prefix), place),
        update_title=None,
        # Everything that the environment could switch on is said here.
        assets_folder=str(assets),
        assets_url_path="dash-assets",  # files.register serves them
        assets_ignore=".",
        compress=False,
        enable_mcp=False,
        include_pages_meta=False,
        pages_folder="",
        requests_pathname_prefix=prefix,
        routes_pathname_prefix="/",
        serve_locally=True,
        suppress_callback_exceptions=False,
        use_pages=False,
        add_log_handler=False,
    )
    app.layout = make_layout(
        has_diagnosis=services.findings is not None, has_training=services.painting is not None
    )
    details.register(app, services)
    if services.findings is not None:
        from graphscope.app.panels import diagnosis

        diagnosis.register(app, services)
    _refuse_unknown_paths(server)
    asked.refuse_odd_callbacks(app)
    asked.explain_in_words(server)
    return app


def _place_below(index: str, prefix: str) -> str:
    """Return the page with its own addresses below a prefix."""
    shown = escape(prefix).replace("{", "%7B")  # `{%` begins a placeholder of Dash
    return _ADDRESS.sub(lambda found: found[1] + shown, index)


def _place_among(index: str, place: Place | None) -> str:
    """Return the page with its place in the workspace, which its script asks for news."""
    if place is None:
        return index
    told = {"workspace": place.routes, "model": place.key, "digest": place.digest}
    text = " ".join(f'data-{name}="{escape(value)}"' for name, value in told.items())
    return index.replace('data-workspace=""', text, 1)


def _make_title(name: str) -> str:
    """Return the title as HTML, which Dash puts into the page as it is.

    Braces are escaped too: `{%` begins a placeholder of Dash.
    """
    return escape(f"{make_safe(name)} · graphscope").replace("{", "&#123;")


def _refuse_unknown_paths(server: Flask) -> None:
    """Answer 404 where Dash would answer every path with the page."""

    def refuse() -> None:
        rule = request.url_rule.rule if request.url_rule else ""
        if rule in (_CATCH_ALL, _FOR_DEVELOPERS) or rule.startswith("/dash-assets/"):
            abort(HTTPStatus.NOT_FOUND)

    def explain(_error: Exception) -> Response:
        page = notices.make_page(notices.NOT_FOUND)
        return Response(page, HTTPStatus.NOT_FOUND, mimetype="text/html")

    server.before_request(refuse)
    server.register_error_handler(HTTPStatus.NOT_FOUND, explain)
    # Dash raises this for scripts of packages that the page does not use.
    server.register_error_handler(DependencyException, explain)
