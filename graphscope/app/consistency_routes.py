"""The route of the consistency report, which is made when it is first asked for."""

from __future__ import annotations

import json

from flask import Flask, Response

from graphscope.app.present.consistency import present_consistency
from graphscope.app.services import Services


def register(server: Flask, services: Services) -> None:
    """Add `/consistency.json` to the server."""

    def report() -> Response:
        text = json.dumps(present_consistency(services.facts), ensure_ascii=False)
        return Response(text, mimetype="application/json", headers={"Cache-Control": "no-cache"})

    server.get("/consistency.json")(report)
