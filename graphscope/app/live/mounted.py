"""The inspector of each run's model, mounted below the live page when it is first visited."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from graphscope.app import notices
from graphscope.app.live.watcher import Watcher, folder_of
from graphscope.app.notices import Notice, make_page
from graphscope.errors import GraphscopeError

if TYPE_CHECKING:
    from graphscope.app.painted import Painted

Environ = dict[str, Any]
Application = Callable[..., Iterable[bytes]]

PREFIX = "/runs/"
_PLACE = re.compile(r"/runs/(?P<run>\w+)(?:\.\.(?P<before>\w+))?(?P<rest>/.*)?", re.ASCII)
_MOST = 12
"""Inspectors that are kept: each holds the statistics of its run."""

_State = tuple[str, int, int]


class Mounted:
    """A WSGI application: inspectors below `/runs/KEY/`, everything else is another one's.

    `/runs/KEY/?compare=KEY2` marks what is not as in run KEY2; it leads to `/runs/KEY..KEY2/`.

    Args:
        app: that answers everything else.
        watcher: that knows the runs.

    Attributes:
        script_hashes: CSP sources of the inline scripts of all inspectors that were made.
    """

    def __init__(self, app: Application, watcher: Watcher) -> None:
        self.script_hashes: tuple[str, ...] = ()
        self._app, self._watcher = app, watcher
        self._made: OrderedDict[tuple[str, str | None], tuple[_State, Painted]] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        found = _PLACE.fullmatch(path)
        if found is None:
            return self._app(environ, start_response)
        self._watcher.visit()
        target = _lead_on(environ, found)
        if target is not None:
            return _redirect(start_response, target)
        try:
            painted = self._find(found["run"], found["before"])
        except GraphscopeError as error:
            notice = Notice(HTTPStatus.NOT_FOUND, "This run cannot be shown", str(error))
            return _answer(start_response, notice)
        if painted is None:
            return _answer(start_response, notices.NOT_FOUND)
        rest = found["rest"]
        inner = {**environ, "SCRIPT_NAME": path[: len(path) - len(rest)], "PATH_INFO": rest}
        return painted.application(inner, start_response)

    def _find(self, key: str, before: str | None) -> Painted | None:
        """Return a run's inspector, made anew when its graph is another one than before."""
        run = self._watcher.runs.get(key)
        earlier = self._watcher.runs.get(before) if before is not None else None
        if run is None or (before is not None and earlier is None):
            return None
        from graphscope.app.painted import make_painted

        folder = folder_of(run)
        with self._lock:
            state = _state_of(folder)
            known = self._made.get((key, before))
            if known is not None and known[0] == state:
                self._made.move_to_end((key, before))
                return known[1]
            painted = make_painted(
                folder,
                prefix=f"{PREFIX}{key}{'..' + before if before else ''}/",
                name=run.row.name,
                before=earlier.source.store.outline(earlier.row.key) if earlier else None,
            )
            self._made[key, before] = (state, painted)
            if len(self._made) > _MOST:
                self._made.popitem(last=False)
            self.script_hashes = tuple(dict.fromkeys((*self.script_hashes, *painted.script_hashes)))
            return painted


def _state_of(folder: Any) -> _State:
    try:
        state = (folder / "graph.json").stat()
    except OSError:
        return (str(folder), 0, 0)  # Making the inspector says what is missing.
    return (str(folder), int(state.st_size), int(getattr(state, "st_mtime_ns", 0)))


def _lead_on(environ: Environ, found: re.Match[str]) -> str | None:
    """Return where the inspector is that was asked for by another address; None when it is here."""
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    before = query.pop("compare", [""])[-1]
    if re.fullmatch(r"\w+", before, re.ASCII):
        rest = urlencode(query, doseq=True)
        return f"{PREFIX}{found['run']}..{before}/" + (f"?{rest}" if rest else "")
    if found["rest"] is None:
        return f"{found[0]}/"
    return None


def _redirect(start: Any, location: str) -> Iterable[bytes]:
    start("303 See Other", [("Location", location), ("Cache-Control", "no-store")])
    return []


def _answer(start: Any, notice: Notice) -> Iterable[bytes]:
    body = make_page(notice)
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    start(f"{notice.status.value} {notice.status.phrase}", headers)
    return [body]
