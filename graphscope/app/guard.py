"""What stands in front of the app: who may ask, and what every answer carries.

A web server on loopback is reachable from every page that the user's browser shows. Therefore a
request must call the server by its own name (DNS rebinding), carry the cookie that a one-time
token was exchanged for, and, where it changes something, come from our own page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from graphscope.app import notices
from graphscope.app.address import Address
from graphscope.app.headers import Headers
from graphscope.app.keys import KeyRing
from graphscope.app.notices import Notice, make_page

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

BODY_LIMIT = 1 << 20
"""Bytes of a request body; a callback sends a few hundred."""
UPLOAD_LIMIT = 64 << 20
"""Bytes of a file that a page takes. Its structure is wanted, not its weights; a larger file is
named on the command line, where nothing is copied."""

_AROUND = "notebook"
"""Marks a link that leads into a frame whose outer page has our host name; it opens nothing."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """A WSGI application that lets through what may pass and adds headers to every answer.

    Args:
        app: the application to protect.
        address: where the server listens.
        keys: tokens and cookie secret.
        headers: returns the headers of every answer, which may grow as more of the app is
            made; they replace the app's own of the same name.
        body_limits: bytes of a request body by path, where it may be more than usual.
    """

    def __init__(
        self,
        app: Application,
        *,
        address: Address,
        keys: KeyRing,
        headers: Callable[[], Headers],
        body_limits: Mapping[str, int] | None = None,
    ) -> None:
        self._app = app
        self._body_limits = body_limits or {}
        self._address = address
        self._keys = keys
        self._headers = headers
        # The port is part of the name: cookies do not tell ports apart, two inspectors must.
        self._cookie = f"graphscope-{address.port}"

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer one request."""

        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            return start_response(status, self._harden(headers), exc_info)

        fault = self._find_fault(environ)
        if fault:
            return _answer(start, fault)
        if _offers_token(environ):
            return self._admit(environ, start)
        if not self._is_known(environ):
            return _answer(start, notices.UNKNOWN_VISITOR)
        return self._app(environ, start)

    def allowance(self, environ: Environ) -> int:
        """Return how many bytes of a request's body may be kept before it is answered.

        None of a request that is refused by what its headers say.
        """
        if self._find_fault(environ) or not self._is_known(environ):
            return 0
        return self._body_limit(environ)

    def _find_fault(self, environ: Environ) -> Notice | None:
        if not self._address.is_called(environ.get("HTTP_HOST")):
            return notices.FOREIGN_HOST
        if environ["REQUEST_METHOD"] not in _READING and not _comes_from_our_page(environ):
            return notices.FOREIGN_ORIGIN
        is_fitting = _body_length(environ) <= self._body_limit(environ)
        return None if is_fitting else notices.TOO_LARGE

    def _body_limit(self, environ: Environ) -> int:
        return self._body_limits.get(environ.get("PATH_INFO", ""), BODY_LIMIT)

    def _admit(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Turn a token into the cookie, and lead on to the page without it.

        A visitor who has the cookie already (a reload; a browser that fetched the link ahead of
        the visit) is led on and the token stays as it is.
        """
        query = _query(environ)
        token = query.pop("token")[-1]
        query.pop(_AROUND, None)
        if _is_in_foreign_frame(environ):
            return self._leave_frame(environ, start)
        headers: Headers = []
        if not self._is_known(environ):
            if not self._keys.spend(token):
                return _answer(start, notices.SPENT_TOKEN)
            headers.append(("Set-Cookie", self._make_cookie()))
        return _lead_on(environ, start, "/?" + urlencode(query, doseq=True), headers)

    def _leave_frame(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Find a way into the frame of a notebook, or out of it; the token stays unspent.

        Browsers send a strict cookie in a frame only if the page around it has the same host
        name, so a notebook at `localhost` needs us at `localhost`. In other frames (a notebook
        on another machine, an editor) the page cannot work; a link opens it beside.
        """
        link = f"/?{environ['QUERY_STRING']}"
        if _is_framed_by("localhost", environ):
            there = f"http://localhost:{self._address.port}{link}&{_AROUND}="
            return _redirect(start, there, [])
        return _answer(start, notices.FRAMED, link=link)

    def _is_known(self, environ: Environ) -> bool:
        # Parsed by hand: the cookies of other programs on this machine arrive too, and http.cookies
        # gives up at the first one that it does not like.
        pairs = (part.strip().partition("=") for part in environ.get("HTTP_COOKIE", "").split(";"))
        return any(name == self._cookie and self._keys.opens(value) for name, _, value in pairs)

    def _make_cookie(self) -> str:
        return f"{self._cookie}={self._keys.secret}; Path=/; HttpOnly; SameSite=Strict"

    def _harden(self, headers: Headers) -> Headers:
        added = self._headers()
        ours = {name.lower() for name, _ in added}
        kept = [(name, value) for name, value in headers if name.lower() not in ours]
        if all(name.lower() != "cache-control" for name, _ in kept):
            kept.append(("Cache-Control", "no-cache"))
        return kept + added


def _offers_token(environ: Environ) -> bool:
    # Not by HEAD: link checkers of chat programs would use it up.
    is_visit = environ["REQUEST_METHOD"] == "GET" and environ.get("PATH_INFO") == "/"
    return is_visit and "token" in _query(environ)


def _lead_on(environ: Environ, start: Start, target: str, headers: Headers) -> Iterable[bytes]:
    location = target.rstrip("?")
    if environ.get("HTTP_SEC_FETCH_SITE") == "cross-site":
        # A strict cookie is not sent along a redirect that began at another site (a link in a
        # notebook or a chat); a step that begins at our own page takes it along.
        return _answer(start, notices.WELCOME, [*headers, ("Refresh", f"0; url={location}")])
    return _redirect(start, location, headers)


def _redirect(start: Start, location: str, headers: Headers) -> Iterable[bytes]:
    start("303 See Other", [("Location", location), ("Cache-Control", "no-store"), *headers])
    return []


def _is_in_foreign_frame(environ: Environ) -> bool:
    is_frame = environ.get("HTTP_SEC_FETCH_DEST") == "iframe"
    is_foreign = environ.get("HTTP_SEC_FETCH_SITE") == "cross-site"
    # A browser that was sent here from our other name calls the visit cross-site all the same.
    return is_frame and is_foreign and _AROUND not in _query(environ)


def _is_framed_by(host: str, environ: Environ) -> bool:
    try:
        return urlsplit(environ.get("HTTP_REFERER", "")).hostname == host
    except ValueError:  # Browsers send none that is no address; programs may.
        return False


def _comes_from_our_page(environ: Environ) -> bool:
    """Tell whether a changing request may be ours.

    The Host header was checked before, so an Origin equal to it is the origin of our own page.
    A program that is no browser sends neither header and is held by the cookie alone.
    """
    if environ.get("HTTP_SEC_FETCH_SITE", "same-origin") != "same-origin":
        return False
    origin = environ.get("HTTP_ORIGIN")
    return origin is None or origin.lower() == f"http://{environ['HTTP_HOST'].strip().lower()}"


def _body_length(environ: Environ) -> float:
    text = environ.get("CONTENT_LENGTH") or "0"
    is_number = text.isascii() and text.isdigit() and len(text) < 16
    return int(text) if is_number else float("inf")


def _query(environ: Environ) -> dict[str, list[str]]:
    return parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)


def _answer(
    start: Start, notice: Notice, headers: Headers | None = None, link: str = ""
) -> Iterable[bytes]:
    body = make_page(notice, link)
    start(
        f"{notice.status.value} {notice.status.phrase}",
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            *(headers or []),
        ],
    )
    return [body]
