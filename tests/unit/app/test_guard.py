"""The guard as a browser, a foreign page and a script would meet it, without a network."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from graphscope.app.address import Address
from graphscope.app.guard import BODY_LIMIT, Guard
from graphscope.app.headers import make_headers
from graphscope.app.keys import KeyRing

HOME = "127.0.0.1:8050"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str


class Visitor:
    """A browser without a network: keeps the cookie, sends what it is told to send."""

    def __init__(self, port: int = 8050) -> None:
        self.keys = KeyRing()
        self.cookie = ""
        self.seen: list[str] = []
        self.guard = Guard(
            self._app,
            address=Address("127.0.0.1", port),
            keys=self.keys,
            headers=lambda: make_headers(script_hashes=["'sha256-abc='"]),
        )

    def _app(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        self.seen.append(environ["REQUEST_METHOD"])
        start("200 OK", [("Content-Type", "text/plain"), ("X-Frame-Options", "ALLOWALL")])
        return [b"the app"]

    def ask(self, path: str = "/", *, method: str = "GET", **headers: str | None) -> Answer:
        environ: dict[str, Any] = {"REQUEST_METHOD": method, "wsgi.input": BytesIO()}
        environ["PATH_INFO"], _, environ["QUERY_STRING"] = path.partition("?")
        setup_testing_defaults(environ)
        environ["HTTP_HOST"] = HOME
        if self.cookie:
            environ["HTTP_COOKIE"] = self.cookie
        for name, value in headers.items():
            if value is None:
                environ.pop(name, None)
            else:
                environ[name] = value
        found: dict[str, Any] = {}

        def start(status: str, pairs: list[tuple[str, str]], exc_info: Any = None) -> None:
            found.update(status=int(status.split(maxsplit=1)[0]), headers=dict(pairs))

        body = b"".join(self.guard(environ, start)).decode()
        if "Set-Cookie" in found["headers"]:
            self.cookie = found["headers"]["Set-Cookie"].partition(";")[0]
        return Answer(found["status"], found["headers"], body)

    def enter(self) -> Answer:
        return self.ask(f"/?token={self.keys.make_token()}")


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


def test_a_token_becomes_a_cookie_and_the_page_opens(visitor: Visitor) -> None:
    entry = visitor.enter()
    assert (entry.status, entry.headers["Location"]) == (303, "/")
    cookie = entry.headers["Set-Cookie"]
    assert cookie.startswith("graphscope-8050=")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert visitor.ask().body == "the app"


def test_the_rest_of_the_query_stays(visitor: Visitor) -> None:
    token = visitor.keys.make_token()
    entry = visitor.ask(f"/?node=a%2Fb&token={token}")
    assert entry.headers["Location"] == "/?node=a%2Fb"


def test_without_a_key_there_is_only_an_explanation(visitor: Visitor) -> None:
    for path in ("/", "/graph.json", "/assets/page/main.mjs", "/_dash-layout"):
        answer = visitor.ask(path)
        assert answer.status == 401
        assert "the link that graphscope printed" in answer.body
    assert visitor.seen == []


@pytest.mark.parametrize("token", ["", "wrong", "%00", "%F0%9F%94%91", "a" * 5000])
def test_a_wrong_token_does_not_open(visitor: Visitor, token: str) -> None:
    visitor.keys.make_token()
    assert visitor.ask(f"/?token={token}").status == 401
    assert visitor.cookie == ""


def test_a_token_opens_one_browser_only(visitor: Visitor) -> None:
    token = visitor.keys.make_token()
    assert visitor.ask(f"/?token={token}").status == 303
    visitor.cookie = ""
    answer = visitor.ask(f"/?token={token}")
    assert answer.status == 401
    assert "This link was used before" in answer.body


def test_the_same_browser_may_reload_the_link(visitor: Visitor) -> None:
    token = visitor.keys.make_token()
    visitor.ask(f"/?token={token}")
    assert visitor.ask(f"/?token={token}").status == 303
    assert visitor.ask("/").status == 200


def test_a_look_by_head_does_not_spend_the_token(visitor: Visitor) -> None:
    token = visitor.keys.make_token()
    assert visitor.ask(f"/?token={token}", method="HEAD").status == 401
    assert visitor.ask(f"/?token={token}").status == 303


def test_a_link_in_a_foreign_page_leads_on_by_our_own_page(visitor: Visitor) -> None:
    token = visitor.keys.make_token()
    answer = visitor.ask(f"/?token={token}", HTTP_SEC_FETCH_SITE="cross-site")
    assert (answer.status, answer.headers["Refresh"]) == (200, "0; url=/")
    assert visitor.cookie


def test_the_cookie_is_found_among_those_of_other_programs(visitor: Visitor) -> None:
    visitor.enter()
    noise = '_xsrf=2|ab|cd; user=@;"="; ' + visitor.cookie + "; =; x"
    assert visitor.ask(HTTP_COOKIE=noise).status == 200


@pytest.mark.parametrize(
    "cookie", ["graphscope-8050=", "graphscope-8050=wrong", "graphscope-8051="]
)
def test_a_wrong_cookie_does_not_open(visitor: Visitor, cookie: str) -> None:
    suffix = visitor.keys.secret if cookie.startswith("graphscope-8051") else ""
    assert visitor.ask(HTTP_COOKIE=cookie + suffix).status == 401


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8050", "localhost:8050", "LOCALHOST:8050", "LocalHost:8050", "[::1]:8050"]
)
def test_own_names_pass(visitor: Visitor, host: str) -> None:
    visitor.enter()
    assert visitor.ask(HTTP_HOST=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        " ",
        "evil.example",
        "evil.example:8050",
        "localhost",
        "localhost:80",
        "localhost:08050",
        "localhost.evil.example:8050",
        "127.0.0.1.nip.io:8050",
        "127.0.0.2:8050",
        "192.168.0.7:8050",
        "user@localhost:8050",
        "localhost:8050:8050",
        ":8050",
        "[::1:8050",
    ],
)
def test_foreign_and_empty_names_are_refused_before_anything_else(
    visitor: Visitor, host: str | None
) -> None:
    visitor.enter()
    token = visitor.keys.make_token()
    assert visitor.ask(HTTP_HOST=host).status == 421
    assert visitor.ask(f"/?token={token}", HTTP_HOST=host).status == 421
    assert visitor.keys.spend(token)  # still good
    assert visitor.seen == []


def test_only_our_own_page_may_change_something(visitor: Visitor) -> None:
    visitor.enter()
    assert visitor.ask(method="POST", HTTP_ORIGIN=f"http://{HOME}").status == 200
    assert visitor.ask(method="POST").status == 200  # a program with the cookie
    for origin in ("http://evil.example", "null", "", "http://localhost:8888", f"https://{HOME}"):
        assert visitor.ask(method="POST", HTTP_ORIGIN=origin).status == 403
    for site in ("cross-site", "same-site", "none"):
        answer = visitor.ask(method="POST", HTTP_SEC_FETCH_SITE=site)
        assert answer.status == 403
    assert visitor.seen == ["POST", "POST"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "BREW"])
def test_every_method_that_is_not_reading_is_checked(visitor: Visitor, method: str) -> None:
    visitor.enter()
    assert visitor.ask(method=method, HTTP_ORIGIN="http://evil.example").status == 403


@pytest.mark.parametrize("length", [str(BODY_LIMIT + 1), "9" * 5000, "-1", "x", "１"])
def test_large_bodies_are_refused_unread(visitor: Visitor, length: str) -> None:
    visitor.enter()
    assert visitor.ask(method="POST", CONTENT_LENGTH=length).status == 413


def test_every_answer_carries_the_security_headers(visitor: Visitor) -> None:
    visitor_less = [visitor.ask(), visitor.ask(HTTP_HOST=""), visitor.enter()]
    answers = [*visitor_less, visitor.ask(), visitor.ask(method="POST", HTTP_ORIGIN="null")]
    assert sorted(answer.status for answer in answers) == [200, 303, 401, 403, 421]
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Frame-Options"] == "DENY"  # also where the app said otherwise
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_policy_allows_no_eval_no_foreign_source_and_no_frame() -> None:
    policy = dict(make_headers(script_hashes=["'sha256-abc='"]))["Content-Security-Policy"]
    assert policy == (
        "default-src 'none'; script-src 'self' 'sha256-abc='; worker-src 'self'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "object-src 'none'"
    )


def test_a_notebook_may_frame_the_page_and_nobody_else() -> None:
    headers = dict(make_headers(embedders=["http://localhost:8888"]))
    assert "frame-ancestors http://localhost:8888;" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers


def in_frame(site: str) -> dict[str, str]:
    return {"HTTP_SEC_FETCH_DEST": "iframe", "HTTP_SEC_FETCH_SITE": site}


def test_in_a_frame_the_host_name_becomes_that_of_a_local_notebook(visitor: Visitor) -> None:
    token = visitor.keys.make_token()
    around = {"HTTP_REFERER": "http://localhost:8888/"}
    answer = visitor.ask(f"/?token={token}", **in_frame("cross-site"), **around)
    there = answer.headers["Location"]
    assert there == f"http://localhost:8050/?token={token}&notebook="
    # Browsers call the second step cross-site too, because of where the first one began.
    host = {"HTTP_HOST": "localhost:8050"}
    answer = visitor.ask(
        there.removeprefix("http://localhost:8050"), **in_frame("cross-site"), **host
    )
    assert answer.headers["Refresh"] == "0; url=/"
    assert visitor.cookie


def test_in_a_frame_from_elsewhere_a_link_leads_out(visitor: Visitor) -> None:
    token = visitor.keys.make_token()
    there = in_frame("cross-site") | {"HTTP_HOST": "localhost:8050"}
    answer = visitor.ask(f"/?token={token}&x=%22%3E", **there)
    assert f'<a href="/?token={token}&amp;x=%22%3E" target="_blank">' in answer.body
    assert visitor.keys.spend(token)  # still good
