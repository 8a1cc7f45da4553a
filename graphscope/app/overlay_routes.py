"""The route of overlays whose values take long to count and are not in the drawing document."""

from __future__ import annotations

from flask import Flask, Response
from werkzeug.exceptions import NotFound

from graphscope.app.services import Services


def register(server: Flask, services: Services) -> None:
    """Add `/overlays/NAME.json` to the server: `{"values": [...]}`, one for each item."""

    def overlay(name: str) -> Response:
        data = services.overlay(name)
        if data is None:
            raise NotFound
        response = Response(
            data, mimetype="application/json", headers={"Cache-Control": "no-cache"}
        )
        response.content_encoding = "gzip"
        return response

    server.get("/overlays/<name>.json")(overlay)
