"""Routes of what happened during a training."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from graphscope.app.painted.painting import Painting


def register(server: Flask, painting: Painting) -> None:
    """Add `/run.json`, `/run/values/...` and `/run/layers/...` to the server."""

    def run() -> Response:
        data, tag = painting.tell()
        response = _answer(data, "application/json")
        response.set_etag(tag)
        return response.make_conditional(request)

    def values(name: str) -> Response:
        found = painting.values(name, request.args.get("from", 0, type=int))
        if found is None:
            raise NotFound
        data, generation = found
        response = _answer(data, "application/octet-stream")
        response.headers["Graphscope-Generation"] = str(generation)
        return response

    def layer(row: int) -> Response:
        data = painting.layer(row)
        if data is None:
            raise NotFound
        return _answer(data, "application/json")

    server.get("/run.json")(run)
    server.get("/run/values/<name>")(values)
    server.get("/run/layers/<int:row>")(layer)


def _answer(data: bytes, mimetype: str) -> Response:
    response = Response(data, mimetype=mimetype, headers={"Cache-Control": "no-cache"})
    response.content_encoding = "gzip"
    return response
