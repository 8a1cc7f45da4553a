"""Routes of the files that the page is made of: its own assets and the graph."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from graphscope.app.services import Services
from graphscope.bundling import bundle

# Written out, because the tables of the operating system differ and may even be wrong.
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}

_ENTRIES = ("main", "worker")

# The browser asks each time and is told "not modified": on loopback that costs little, and a page
# never runs modules of two releases.
_CACHING = {"Cache-Control": "no-cache"}


def register(server: Flask, services: Services, assets: Path, styles: bytes) -> None:
    """Add `/graph.json` and `/assets/...` to the server; `styles` are those of the page."""

    def graph() -> Response:
        drawing = services.drawing
        response = _answer(drawing.data, "application/json", etag=drawing.digest)
        response.content_encoding = "gzip"
        return response

    def sheet() -> Response:
        return _answer(styles, "text/css")

    server.get("/graph.json")(graph)
    server.get("/assets/bundle/page.css")(sheet)
    register_assets(server, assets, {name: assets / "page" / f"{name}.mjs" for name in _ENTRIES})


def register_assets(server: Flask, assets: Path, entries: Mapping[str, Path]) -> None:
    """Add `/assets/...` to the server.

    Args:
        server: that answers.
        assets: the folder of the files.
        entries: scripts by name that are served as `/assets/bundle/NAME.mjs`, each with all it
            imports (see `graphscope.bundling`); made before the first visit.
    """
    scripts = {name: bundle(path, assets).encode() for name, path in entries.items()}

    def asset(name: str) -> Response:
        mimetype = _TYPES.get(PurePosixPath(name).suffix)
        path = safe_join(str(assets), name)
        if mimetype is None or path is None:
            raise NotFound
        try:
            return _answer(Path(path).read_bytes(), mimetype)
        except OSError as error:  # There is no such file, or no file can be called so.
            raise NotFound from error

    def script(name: str) -> Response:
        if name not in scripts:
            raise NotFound
        return _answer(scripts[name], "text/javascript")

    server.get("/assets/bundle/<name>.mjs")(script)
    server.get("/assets/<path:name>")(asset)


def _answer(data: bytes, mimetype: str, *, etag: str = "") -> Response:
    response = Response(data, mimetype=mimetype, headers=_CACHING)
    response.set_etag(etag or sha256(data).hexdigest()[:32])
    return response.make_conditional(request)
