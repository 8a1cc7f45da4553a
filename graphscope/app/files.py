"""Routes of the files that the page is made of: its own assets and the graph."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path, PurePosixPath

from flask import Flask, Response, abort, request, send_from_directory

from graphscope.app.services import Services
from graphscope.bundling import bundle

# Written out, because the tables of the operating system differ and may even be wrong.
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}

# The browser asks each time and is told "not modified": on loopback that costs little, and a page
# never runs modules of two releases.
_CACHING = {"Cache-Control": "no-cache"}


def register(server: Flask, services: Services, assets: Path) -> None:
    """Add `/graph.json` and `/assets/...` to the server."""

    def graph() -> Response:
        drawing = services.drawing
        response = Response(drawing.data, mimetype="application/json", headers=_CACHING)
        response.content_encoding = "gzip"
        response.set_etag(drawing.digest)
        return response.make_conditional(request)

    def asset(name: str) -> Response:
        mimetype = _TYPES.get(PurePosixPath(name).suffix)
        if mimetype is None:
            abort(HTTPStatus.NOT_FOUND)
        response = send_from_directory(assets, name, mimetype=mimetype, conditional=True)
        response.headers.update(_CACHING)
        return response

    def script(name: str) -> Response:
        response = Response(
            bundle(assets / "page" / f"{name}.mjs", assets),
            mimetype="text/javascript",
            headers=_CACHING,
        )
        response.add_etag()
        return response.make_conditional(request)

    server.get("/graph.json")(graph)
    # The page's two entries, each with all it imports (see graphscope.bundling).
    server.get("/assets/bundle/<any(main, worker):name>.mjs")(script)
    server.get("/assets/<path:name>")(asset)
