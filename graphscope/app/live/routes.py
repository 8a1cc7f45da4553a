"""What the live page asks for."""

from __future__ import annotations

import math
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import get_args

from flask import Flask, Response, request, send_file
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

from graphscope.app import notices
from graphscope.app.files import register_assets
from graphscope.app.live.axes import Unit
from graphscope.app.live.comparing import tell_comparison
from graphscope.app.live.curves import Look
from graphscope.app.live.exports import export
from graphscope.app.live.live_run import LiveRun
from graphscope.app.live.plotly import read_plotly
from graphscope.app.live.polls import LONGEST, Polls
from graphscope.app.live.values import pack
from graphscope.app.live.watcher import Watcher
from graphscope.errors import GraphscopeError

_POINTS = range(10, 100_001)
_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


def make_server(watcher: Watcher, assets: Path) -> Flask:
    """Return the application that answers everything but the inspectors of runs.

    It knows nothing of visitors; `graphscope.app.guard` decides who may use it.

    Args:
        watcher: that knows the runs.
        assets: the folder of the page's files.

    Raises:
        GraphscopeError: when the installation lacks the page.
    """
    server = Flask("graphscope", static_folder=None)
    _register_page(server, assets)
    _register_state(server, watcher)
    _register_curves(server, watcher)
    _register_exports(server, watcher)
    _register_errors(server)
    return server


def _register_page(server: Flask, assets: Path) -> None:
    folder = assets / "live"

    def page() -> Response:
        text = (folder / "index.html").read_bytes()
        return Response(text, mimetype="text/html", headers={"Cache-Control": "no-cache"})

    def plotly() -> Response:
        data, tag = read_plotly()
        response = Response(data, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})
        response.set_etag(tag)
        return response.make_conditional(request)

    server.get("/")(page)
    server.get("/live/plotly.js")(plotly)
    main = folder / "main.mjs"
    register_assets(server, assets, {"live": main} if main.is_file() else {})


def _register_state(server: Flask, watcher: Watcher) -> None:
    polls = Polls()

    def state() -> Response:
        watcher.visit()
        since = request.args.get("since", type=int)
        seconds = _number("wait", 0.0) or 0.0
        with polls.place() as has_place:
            patience = min(max(seconds, 0.0), LONGEST) if has_place else 0.0
            is_news = watcher.wait(since, patience, _is_gone())
        if not is_news and (watcher.version == since or watcher.has_ended):
            hint = {} if has_place else {"Retry-After": "1"}
            return Response(status=HTTPStatus.NO_CONTENT, headers=hint)
        return _answer(pack(watcher.tell()))

    server.get("/live/state.json")(state)


def _register_curves(server: Flask, watcher: Watcher) -> None:
    def curves() -> Response:
        watcher.visit()
        look = _look()
        names = _names("metrics") or []
        version = watcher.version  # Before the curves are read: what comes later is asked for.
        parts: list[bytes] = []
        for run in _runs(watcher):
            try:
                parts += run.curves(names, look)
            except GraphscopeError:
                continue  # It was deleted a moment ago; the next state says so.
        body = b'{"version":%d,"curves":[%s]}' % (version, b",".join(parts))
        return _answer(body)

    def compare() -> Response:
        watcher.visit()
        pair = [_run(watcher, request.args.get(side, "")) for side in ("before", "after")]
        return _answer(pack(tell_comparison(*pair)))

    server.get("/live/curves.json")(curves)
    server.get("/live/compare.json")(compare)


def _register_exports(server: Flask, watcher: Watcher) -> None:
    def file(kind: str) -> Response:
        if kind not in _TYPES:
            raise NotFound
        watcher.visit()
        content = request.args.get("content")
        found = export(_runs(watcher), _names("metrics"), content, kind)
        return send_file(
            found, mimetype=_TYPES[kind], as_attachment=True, download_name=f"runs.{kind}"
        )

    server.get("/live/export.<kind>")(file)


def _register_errors(server: Flask) -> None:
    def explain(error: GraphscopeError) -> Response:
        return _answer(pack({"error": str(error)}), HTTPStatus.UNPROCESSABLE_ENTITY)

    def refuse(error: HTTPException) -> Response:
        if request.path.startswith("/live/"):
            return _answer(pack({"error": error.description or error.name}), error.code or 500)
        page = notices.make_page(notices.NOT_FOUND)
        return Response(page, error.code or HTTPStatus.NOT_FOUND, mimetype="text/html")

    server.register_error_handler(GraphscopeError, explain)
    server.register_error_handler(HTTPException, refuse)


def _answer(body: bytes, status: int = HTTPStatus.OK) -> Response:
    return Response(body, status, mimetype="application/json")


def _look() -> Look:
    unit = request.args.get("x", "step")
    if unit not in get_args(Unit):
        raise BadRequest(f"There is no axis of {unit[:40]!r}.")
    points = request.args.get("points", Look().points, type=int)
    smoothing = _number("smoothing", 0.0) or 0.0
    if points not in _POINTS:
        raise BadRequest("points must lie between 10 and 100,000.")
    if not 0 <= smoothing < 1:
        raise BadRequest("smoothing must be at least 0 and below 1.")
    return Look(unit, _number("first"), _number("last"), points, smoothing)


def _number(name: str, default: float | None = None) -> float | None:
    text = request.args.get(name, "")
    try:
        value = float(text) if text else default
    except ValueError:
        value = math.nan
    if value is not None and not math.isfinite(value):
        raise BadRequest(f"{name} must be a number.")
    return value


def _names(name: str) -> list[str] | None:
    """Return the texts of a parameter, separated by commas or given several times.

    A name that holds a comma is given by itself, with `name=` once for each.
    """
    given = request.args.getlist(name)
    if len(given) == 1:
        given = given[0].split(",")
    return list(dict.fromkeys(text for text in given if text)) or None


def _runs(watcher: Watcher) -> list[LiveRun]:
    """Return the runs that are asked for; those that are gone are left out."""
    keys = _names("runs")
    if keys is None:
        return list(watcher.runs.values())
    return [watcher.runs[key] for key in keys if key in watcher.runs]


def _run(watcher: Watcher, key: str) -> LiveRun:
    run = watcher.runs.get(key)
    if run is None:
        raise NotFound("There is no such run; it may have been deleted.")
    return run


def _is_gone() -> Callable[[], bool]:
    """Return what tells whether the visitor has closed the connection."""
    found: Callable[[], bool] = request.environ.get("waitress.client_disconnected", lambda: False)
    return found
