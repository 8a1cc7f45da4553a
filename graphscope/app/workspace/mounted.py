"""The pages of a workspace: the first model at the top, others below it, made when visited."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from graphscope.app import notices
from graphscope.app.services import Services
from graphscope.app.site import Place, make_app
from graphscope.app.workspace.models import OpenModel, Workspace

Environ = dict[str, Any]
Application = Callable[..., Iterable[bytes]]

ROUTES = "/workspace/"
_PLACE = re.compile(r"/m/(?P<key>[\w-]+)(?P<rest>/.*)?", re.ASCII)
_PAIR = re.compile(r"/compare/(?P<before>[\w-]+)\.\.(?P<after>[\w-]+)(?P<rest>/.*)?", re.ASCII)
_MOST_PAIRS = 6
"""Comparisons that are kept; another visit makes one anew."""


@dataclass(frozen=True, slots=True)
class _Made:
    services: tuple[Services, ...]
    application: Application


class Mounted:
    """A WSGI application: `/`, `/m/KEY/`, `/compare/KEY..KEY/` and the routes of the workspace.

    Args:
        workspace: the models.
        routes: that answers below `/workspace/`.

    Attributes:
        script_hashes: CSP sources of the inline scripts of all pages that were made.
    """

    def __init__(self, workspace: Workspace, routes: Application) -> None:
        self.script_hashes: tuple[str, ...] = ()
        self._workspace, self._routes = workspace, routes
        self._pages: dict[str, _Made] = {}
        self._pairs: OrderedDict[str, _Made] = OrderedDict()
        self._lock = threading.RLock()  # two visits must not make the same page twice
        self._page_of(workspace.first)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(ROUTES):
            return self._routes(environ, start_response)
        found = _PLACE.fullmatch(path) or _PAIR.fullmatch(path)
        if found is None:
            return self._page_of(self._first())(environ, start_response)
        if found["rest"] is None:
            return _redirect(environ, start_response, f"{path}/")
        application = self._find(found)
        if application is None:
            return _refuse(start_response)
        at = len(path) - len(found["rest"])
        inner = {**environ, "SCRIPT_NAME": path[:at], "PATH_INFO": path[at:]}
        return application(inner, start_response)

    def _first(self) -> OpenModel:
        found = self._workspace.find(self._workspace.first.key)
        return found or self._workspace.first

    def _find(self, found: re.Match[str]) -> Application | None:
        if found.re is _PAIR:
            return self._pair_of(found["before"], found["after"])
        model = self._workspace.find(found["key"])
        return None if model is None else self._page_of(model)

    def _page_of(self, model: OpenModel) -> Application:
        with self._lock:
            made = self._pages.get(model.key)
            if made is None or made.services != (model.services,):
                made = self._make_page(model)
                self._forget_closed()
                self._pages[model.key] = made
            return made.application

    def _make_page(self, model: OpenModel) -> _Made:
        prefix = "/" if model.is_first else f"/m/{model.key}/"
        up = "./" if model.is_first else "../../"
        place = Place(model.key, f"{up}{ROUTES.strip('/')}/", model.services.drawing.digest)
        app = make_app(model.services, prefix=prefix, place=place)
        self.script_hashes = tuple(dict.fromkeys((*self.script_hashes, *app.csp_hashes())))
        return _Made((model.services,), app.server)

    def _forget_closed(self) -> None:
        for key in [key for key in self._pages if self._workspace.find(key) is None]:
            del self._pages[key]

    def _pair_of(self, before: str, after: str) -> Application | None:
        sides = [self._workspace.find(key) for key in (before, after)]
        if not can_compare() or any(side is None for side in sides):
            return None
        from graphscope.app.comparing.site import make_compare_app

        services = tuple(side.services for side in sides if side is not None)
        key = f"{before}..{after}"
        with self._lock:
            made = self._pairs.pop(key, None)
            if made is None or made.services != services:
                made = _Made(services, make_compare_app(*services, prefix=f"/compare/{key}/"))
            self._pairs[key] = made
            if len(self._pairs) > _MOST_PAIRS:
                self._pairs.popitem(last=False)
            return made.application


def can_compare() -> bool:
    """Whether this installation compares two models."""
    return find_spec("graphscope.app.comparing") is not None


def _redirect(environ: Environ, start: Any, location: str) -> Iterable[bytes]:
    query = environ.get("QUERY_STRING", "")
    target = location + (f"?{query}" if query else "")
    start("303 See Other", [("Location", target), ("Cache-Control", "no-store")])
    return []


def _refuse(start: Any) -> Iterable[bytes]:
    body = notices.make_page(notices.CLOSED_MODEL, link="/")
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    start("404 Not Found", headers)
    return [body]
