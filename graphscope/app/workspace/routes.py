"""The routes below `/workspace/`: what is open, opening, closing, forgetting."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from graphscope.app.asked import read_json
from graphscope.app.guard import UPLOAD_LIMIT
from graphscope.app.live.polls import LONGEST, Polls
from graphscope.app.workspace.models import OpenModel, Workspace
from graphscope.app.workspace.mounted import can_compare
from graphscope.app.workspace.reading import Reader
from graphscope.app.workspace.recent import RecentFiles
from graphscope.errors import GraphscopeError
from graphscope.session.files import suffixes

UPLOAD_PATH = "/workspace/upload"


def make_routes(
    workspace: Workspace, reader: Reader, recent: RecentFiles, polls: Polls | None = None
) -> Flask:
    """Return the app that answers below `/workspace/`.

    Faults of a file are told as `{"error", "remedy"}` with status 200: the request was fine.
    """
    server = Flask("graphscope-workspace", static_folder=None)
    polls = polls or Polls()
    uploads: dict[str, Path] = {}  # by the key of the model that is shown

    def state() -> Response:
        """Tell what is open; with `since` and `instance`, once that is no longer what was told."""
        since = request.args.get("since", type=int)
        if since is not None and request.args.get("instance") == workspace.instance:
            with polls.place() as has_place:
                if has_place:
                    workspace.wait(since, LONGEST)
        # The page at the top shows what is first, whatever its key was before a restart.
        is_first = request.args.get("place") == "first"
        shown = workspace.first.key if is_first else request.args.get("model", "")
        return jsonify(_describe(workspace, recent, shown))

    def upload() -> Response:
        name = request.args.get("name", "")

        def open_() -> OpenModel:
            workspace.require_room()
            path = reader.keep(name, request.stream)
            try:
                model = workspace.add(reader.read(path), title=name)
            except GraphscopeError:
                reader.drop(path)
                raise
            uploads[model.key] = path
            return model

        return _answer_with(open_)

    def reopen() -> Response:
        found = recent.find(str(_asked().get("id", "")))
        if found is None:
            return _fault("This file is no longer there.", "It may have been moved or removed.")

        def open_() -> OpenModel:
            workspace.require_room()
            services = reader.read(found.path)
            recent.add(found.path)
            return workspace.add(services, title=found.path.name)

        return _answer_with(open_)

    def close() -> Response:
        key = str(_asked().get("key", ""))
        is_closed = workspace.close(key)
        if is_closed and key in uploads:
            reader.drop(uploads.pop(key))
        return jsonify({"closed": is_closed})

    def forget() -> Response:
        asked = _asked().get("id")
        recent.forget(asked if isinstance(asked, str) else None)
        return jsonify({"recent": _list_recent(recent)})

    server.get("/workspace/state.json")(state)
    server.post(UPLOAD_PATH)(upload)
    server.post("/workspace/reopen")(reopen)
    server.post("/workspace/close")(close)
    server.post("/workspace/forget")(forget)
    server.register_error_handler(HTTPException, _explain)
    return server


def _answer_with(open_: Callable[[], OpenModel]) -> Response:
    try:
        model = open_()
    except GraphscopeError as error:
        return _fault(error.message, error.remedy)
    return jsonify({"key": model.key, "title": model.title, "href": _href(model)})


def _describe(workspace: Workspace, recent: RecentFiles, shown: str) -> dict[str, Any]:
    revision = workspace.revision  # before the models: what changes meanwhile is told once more
    model = workspace.find(shown)
    return {
        "instance": workspace.instance,
        "revision": revision,
        "models": [_describe_model(model) for model in workspace.models],
        # Only of the model that asks, whose drawing was made for its page anyway.
        "digest": model.services.drawing.digest if model is not None else None,
        "recent": _list_recent(recent),
        "suffixes": suffixes(),
        "limit": UPLOAD_LIMIT,
        "compares": can_compare(),
    }


def _describe_model(model: OpenModel) -> dict[str, Any]:
    complaint = model.complaint and {"error": model.complaint[0], "remedy": model.complaint[1]}
    return {
        "key": model.key,
        "title": model.title,
        "href": _href(model),
        "closable": not model.is_first,
        "complaint": complaint,
    }


def _href(model: OpenModel) -> str:
    """Return where a model is, relative to the top."""
    return "" if model.is_first else f"m/{model.key}/"


def _list_recent(recent: RecentFiles) -> list[dict[str, str]]:
    return [
        {"id": each.id, "name": each.path.name, "folder": str(each.path.parent)}
        for each in recent.existing()
    ]


def _asked() -> dict[str, Any]:
    asked = read_json()
    return asked if isinstance(asked, dict) else {}


def _fault(error: str, remedy: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    response = jsonify({"error": error, "remedy": remedy})
    response.status_code = status
    return response


def _explain(error: HTTPException) -> Response:
    code = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    return _fault(error.description or code.phrase, "", code)
