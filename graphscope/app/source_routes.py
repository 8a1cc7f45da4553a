"""Routes of the source files that the page shows."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response
from werkzeug.exceptions import NotFound

from graphscope.app.services import Services


def register(server: Flask, services: Services) -> None:
    """Add `/source/places.json` and `/source/files/NUMBER.json` to the server."""

    def places() -> Response:
        if not services.sources.exist:
            raise NotFound
        return _answer(services.sources.places.as_dict())

    def file(number: int) -> Response:
        found = services.sources.read(number)
        if found is None:
            raise NotFound
        return _answer(found)

    server.get("/source/places.json")(places)
    server.get("/source/files/<int:number>.json")(file)


def _answer(value: dict[str, Any]) -> Response:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(text, mimetype="application/json", headers={"Cache-Control": "no-cache"})
