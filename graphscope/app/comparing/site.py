"""The WSGI application that shows a comparison. There is no Dash in it: the page draws all."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from http import HTTPStatus

from flask import Flask, Response, request

from graphscope.analysis.diff import Topic
from graphscope.app import asked, notices
from graphscope.app.comparing.comparison import Comparison
from graphscope.app.files import register_assets
from graphscope.app.services import Services
from graphscope.resources import assets_dir

_DOCUMENTS = ("merged", "before", "after", "comparison")


def make_compare_app(
    before: Services,
    after: Services,
    *,
    prefix: str = "/",
    labels: tuple[str, str] | None = None,
    ignore: Collection[Topic] = (),
) -> Flask:
    """Return the app that compares two graphs.

    It knows nothing of visitors; `graphscope.app.guard` decides who may use it.

    Args:
        before: the earlier graph and what is known of it.
        after: the later one.
        prefix: where the app is mounted, with a slash at both ends. Addresses in the page are
            relative to it, and the app's routes do without.
        labels: what the page calls the graphs; their names by default.
        ignore: topics that do not count as differences.

    Raises:
        GraphscopeError: when the installation lacks the page.
    """
    assets = assets_dir()
    server = Flask("graphscope-compare", static_folder=None)
    server.config["APPLICATION_ROOT"] = prefix
    comparison = Comparison(before, after, labels=labels, ignore=ignore)
    page = (assets / "compare" / "index.html").read_bytes()
    register_assets(
        server,
        assets,
        {
            "compare": assets / "compare" / "main.mjs",
            "worker": assets / "page" / "worker.mjs",
        },
    )

    def index() -> Response:
        return Response(page, mimetype="text/html")

    def document(name: str) -> Response:
        data = comparison.document(name)
        response = Response(data, mimetype="application/json")
        response.content_encoding = "gzip"
        response.set_etag(sha256(data).hexdigest()[:32])
        return response.make_conditional(request)

    def explain(_error: Exception) -> Response:
        missing = notices.make_page(notices.NOT_FOUND)
        return Response(missing, HTTPStatus.NOT_FOUND, mimetype="text/html")

    server.get("/")(index)
    server.get(f"/<any({', '.join(_DOCUMENTS)}):name>.json")(document)
    server.register_error_handler(HTTPStatus.NOT_FOUND, explain)
    asked.explain_in_words(server)
    return server
