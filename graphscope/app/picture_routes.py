"""The route that turns what a page shows into a file."""

from __future__ import annotations

import gzip
import json
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify

from graphscope.app.asked import read_json
from graphscope.app.picture_request import PictureRequest, read_request
from graphscope.app.services import Services
from graphscope.errors import ExportError
from graphscope.exporters.snapshot import FORMATS, take_snapshot


def register(server: Flask, services: Services) -> None:
    """Add `POST /picture` to the server: a view as JSON in, a file out.

    The page names the file. What cannot be drawn is answered with 400 and `{"message": ...}`.
    """

    def picture() -> Response:
        document = json.loads(gzip.decompress(services.drawing.data))
        try:
            wanted = read_request(
                read_json(),
                count=len(document["items"]["id"]),
                batch=services.batch,
            )
            _take_over(document, wanted)
            data = take_snapshot(services.graph, document, wanted.form, wanted.options, wanted.view)
        except (ExportError, ValueError) as error:  # a colour that is none is a ValueError
            answer = jsonify(message=str(error))
            answer.status_code = HTTPStatus.BAD_REQUEST
            return answer
        headers = {"Cache-Control": "no-store"}
        return Response(data, mimetype=FORMATS[wanted.form], headers=headers)

    server.post("/picture")(picture)


def _take_over(document: dict[str, Any], wanted: PictureRequest) -> None:
    """Give the document the overlay and the values that the page shows."""
    name = wanted.options.overlay
    if wanted.overlay is not None:
        others = [each for each in document["overlays"] if each["name"] != name]
        document["overlays"] = [*others, {**wanted.overlay, "name": name}]
    if wanted.values is not None:
        document["values"][name] = wanted.values
