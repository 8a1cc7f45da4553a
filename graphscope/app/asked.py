"""What a page asks for in JSON, and what is said when it cannot be that.

Our pages send a few fields of known types. Other programs on the machine may send anything, and
get an answer that says so instead of an error of the program.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import dash
from flask import Flask, Response, abort, request

from graphscope.app import notices

_CALLBACK = "/_dash-update-component"


def read_json() -> Any:
    """Return the JSON value that the request at hand holds; None where it holds none."""
    try:
        return request.get_json(silent=True)
    except RecursionError:  # It is nested too deep for the parser.
        return None


def refuse_odd_callbacks(app: dash.Dash) -> None:
    """Answer 400 where Dash is asked for what no page of the app asks for.

    Dash takes the fields of such a request as they come.
    """

    def check() -> None:
        if request.method == "POST" and request.path == _CALLBACK:
            body = read_json()
            if not isinstance(body, dict) or not _is_one_of_ours(body, app.callback_map):
                abort(HTTPStatus.BAD_REQUEST)

    app.server.before_request(check)


def explain_in_words(server: Flask) -> None:
    """Answer what cannot be with a notice, and so what fails; the log tells what has failed."""

    def refuse(_error: Exception) -> Response:
        page = notices.make_page(notices.ODD_REQUEST)
        return Response(page, HTTPStatus.BAD_REQUEST, mimetype="text/html")

    def confess(_error: Exception) -> Response:
        page = notices.make_page(notices.FAILED)
        return Response(page, HTTPStatus.INTERNAL_SERVER_ERROR, mimetype="text/html")

    server.register_error_handler(HTTPStatus.BAD_REQUEST, refuse)
    server.register_error_handler(HTTPStatus.INTERNAL_SERVER_ERROR, confess)


def _is_one_of_ours(body: dict[str, Any], known: dict[str, Any]) -> bool:
    output = body.get("output")
    if not isinstance(output, str) or output not in known:
        return False
    id_, _, name = output.rpartition(".")
    changed = body.get("changedPropIds", [])
    return (
        body.get("outputs") == {"id": id_, "property": name}
        and _name_the_same(body.get("inputs"), known[output]["inputs"])
        and _name_the_same(body.get("state", []), known[output]["state"])
        and isinstance(changed, list)
        and all(isinstance(each, str) for each in changed)
    )


def _name_the_same(given: Any, known: list[dict[str, Any]]) -> bool:
    """Whether values are given for the properties that a callback has, in their order."""
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        return False
    wanted = [(each["id"], each["property"]) for each in known]
    return [(each.get("id"), each.get("property")) for each in given] == wanted
