"""The route of the numbers in weights, which are read when they are asked for."""

from __future__ import annotations

import json

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from graphscope.app.present.weight_values import present_weights
from graphscope.app.services import Services


def register(server: Flask, services: Services) -> None:
    """Add `/weights.json?call=ID` to the server."""

    def weights() -> Response:
        values = services.origin.weights
        if values is None:
            raise NotFound
        told = present_weights(services.facts, values, request.args.get("call", ""))
        text = json.dumps(told, ensure_ascii=False, allow_nan=False)
        return Response(text, mimetype="application/json", headers={"Cache-Control": "no-cache"})

    server.get("/weights.json")(weights)
