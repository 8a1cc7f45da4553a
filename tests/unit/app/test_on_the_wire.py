"""What a hostile page or program could send, byte for byte, to a running inspector."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest

from graphscope.app import Inspector
from graphscope.app.comparing import ComparingInspector
from graphscope.app.guard import BODY_LIMIT
from tests.support.graphs import graph

GRAPH = graph("x=Input[B,4] -> dense:Dense(kernel[4,8])[B,8]")


class Wire:
    """Sends bytes to a server and returns status, headers and body of the answer."""

    def __init__(self, inspector: Inspector) -> None:
        self.port = inspector.address.port
        self.host = f"127.0.0.1:{self.port}"
        path = inspector.new_url().removeprefix(inspector.address.origin)
        _, headers, _ = self.ask("GET", path)
        self.cookie = headers["set-cookie"].partition(";")[0]

    def open(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def send(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        with self.open() as connection:
            # What is refused before all was sent is answered, and not read any further.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(data)
            answer = b""
            with suppress(ConnectionResetError):
                while piece := connection.recv(1 << 16):
                    answer += piece
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(": ") for line in lines)
        return int(first.split()[1]), {name.lower(): value for name, _, value in pairs}, body

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str | None
    ) -> tuple[int, dict[str, str], bytes]:
        given: dict[str, str | None] = {"Host": self.host, "Connection": "close"}
        if body is not None:
            given["Content-Length"] = str(len(body))
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"{name}: {value}" for name, value in given.items() if value is not None]
        head = "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""])
        return self.send(head.encode("latin-1") + (body or b""))

    def ask_as_visitor(
        self, method: str, path: str, body: bytes | None = None, **headers: str | None
    ) -> tuple[int, dict[str, str], bytes]:
        return self.ask(method, path, body, Cookie=self.cookie, **headers)


@pytest.fixture(scope="module")
def inspector() -> Iterator[Inspector]:
    with Inspector(GRAPH) as running:
        yield running


@pytest.fixture(scope="module")
def wire(inspector: Inspector) -> Wire:
    return Wire(inspector)


CHANGES = [
    ("/workspace/upload?name=a.json", b"{}"),
    ("/workspace/reopen", b'{"id": "x"}'),
    ("/workspace/close", b'{"key": "x"}'),
    ("/workspace/forget", b"{}"),
    ("/_dash-update-component", b"{}"),
]


@pytest.mark.parametrize(("path", "body"), CHANGES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://localhost:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_no_other_page_changes_anything(
    wire: Wire, path: str, body: bytes, headers: dict[str, str]
) -> None:
    status, _, _ = wire.ask_as_visitor("POST", path, body, **headers)
    assert status == 403


@pytest.mark.parametrize(("path", "body"), CHANGES)
def test_nothing_is_changed_by_a_visit(wire: Wire, path: str, body: bytes) -> None:
    status, _, _ = wire.ask_as_visitor("GET", path)
    assert status in (404, 405)


@pytest.mark.parametrize(("path", "body"), CHANGES)
def test_nobody_without_the_cookie_changes_anything(wire: Wire, path: str, body: bytes) -> None:
    assert wire.ask("POST", path, body)[0] == 401
    assert wire.ask("POST", path, body, Cookie=wire.cookie[:-1])[0] == 401


@pytest.mark.parametrize("host", ["", " ", "evil.example", "127.0.0.1", "127.0.0.1:1", "[::1"])
def test_the_name_that_the_server_is_called_by_must_be_its_own(wire: Wire, host: str) -> None:
    assert wire.ask_as_visitor("GET", "/", Host=host)[0] == 421


def test_names_of_the_server_are_known_in_capitals(wire: Wire) -> None:
    assert wire.ask_as_visitor("GET", "/graph.json", Host=f"LOCALHOST:{wire.port}")[0] == 200


def test_a_request_that_names_two_hosts_is_refused(wire: Wire) -> None:
    lines = [f"Host: {wire.host}", "Host: evil.example", f"Cookie: {wire.cookie}"]
    head = "\r\n".join(["GET / HTTP/1.1", *lines, "Connection: close", "", ""])
    assert wire.send(head.encode())[0] in (400, 421)


def test_an_address_in_the_first_line_does_not_stand_for_the_host(wire: Wire) -> None:
    status, _, _ = wire.ask_as_visitor("GET", f"http://{wire.host}/", Host="evil.example")
    assert status == 400


def _in_chunks(wire: Wire, path: str, size: int) -> bytes:
    head = [
        f"POST {path} HTTP/1.1",
        f"Host: {wire.host}",
        f"Cookie: {wire.cookie}",
        "Transfer-Encoding: chunked",
        "Connection: close",
        "",
        "",
    ]
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    return "\r\n".join(head).encode() + chunk * (size // 0x10000 + 1) + b"0\r\n\r\n"


def test_a_body_without_a_length_is_measured_while_it_comes(wire: Wire) -> None:
    path = "/_dash-update-component"
    assert wire.send(_in_chunks(wire, path, 2 * BODY_LIMIT))[0] == 413
    path = "/workspace/upload?name=a.json"
    assert wire.send(_in_chunks(wire, path, 2 * BODY_LIMIT))[0] == 200
    # The answer comes after 64 MiB; the rest is not read.
    assert wire.send(_in_chunks(wire, path, 80 << 20))[0] == 413


@pytest.mark.parametrize(
    "framing",
    [
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        ["Content-Length: 5", "Content-Length: 6"],
        ["Content-Length: -1"],
        ["Content-Length: 5x"],
        ["Transfer-Encoding: chunked, chunked"],
        ["Transfer-Encoding: gzip"],
    ],
)
def test_lengths_that_contradict_each_other_smuggle_nothing_in(
    wire: Wire, framing: list[str]
) -> None:
    lines = [f"Host: {wire.host}", f"Cookie: {wire.cookie}", "Connection: close", *framing]
    head = "\r\n".join(["POST /workspace/forget HTTP/1.1", *lines, "", ""])
    hidden = f"0\r\n\r\nGET /graph.json HTTP/1.1\r\nHost: {wire.host}\r\n\r\n"
    status, _, body = wire.send((head + hidden).encode())
    assert status in (200, 400, 413, 501)
    assert b"HTTP/1." not in body  # one answer, not two


def test_a_long_head_is_refused(wire: Wire) -> None:
    assert wire.ask_as_visitor("GET", "/", X_Long="x" * (1 << 17))[0] == 431
    assert wire.ask_as_visitor("GET", "/" + "x" * (1 << 17))[0] == 431


def test_an_answer_cannot_be_split_by_what_is_asked(wire: Wire) -> None:
    token = wire.ask("GET", "/?token=x%0d%0aSet-Cookie:%20a=b&n=%0d%0aX-Evil:%201")
    assert "x-evil" not in token[1]
    for path in ("/m/%0d%0aX-Evil:%201", "/?x=%0d%0aX-Evil:%201"):
        _, headers, _ = wire.ask_as_visitor("GET", path)
        assert "x-evil" not in headers


def test_senders_who_never_finish_do_not_lock_others_out(inspector: Inspector, wire: Wire) -> None:
    with ExitStack() as held:
        for _ in range(200):
            connection = held.enter_context(wire.open())
            connection.sendall(
                b"POST /workspace/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"
            )
        assert wire.ask_as_visitor("GET", "/graph.json")[0] == 200


@pytest.mark.parametrize(
    "path",
    ["/mcp", "/_mcp", "/_dash-mcp", "/_reload-hash", "/_dash_dev_tools", "/console", "/_config",
     "/_alive_token", "/?__debugger__=yes&cmd=resource&f=debugger.js"],
)  # fmt: skip
def test_nothing_of_a_development_server_is_there(wire: Wire, path: str) -> None:
    status, _, body = wire.ask_as_visitor("GET", path)
    is_page = path.startswith("/?")
    assert status == (200 if is_page else 404)
    assert b"debugger" not in body.lower()


def test_errors_tell_nothing_of_the_program(wire: Wire) -> None:
    status, headers, body = wire.ask_as_visitor(
        "POST", "/_dash-update-component", b"{", Content_Type="application/json"
    )
    assert status == 400
    assert b"Traceback" not in body
    assert b"/graphscope/" not in body
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/graph.json", "/workspace/state.json", "/nothing"])
def test_every_answer_has_the_policy(wire: Wire, path: str) -> None:
    for ask in (wire.ask, wire.ask_as_visitor):
        _, headers, _ = ask("GET", path)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_an_upload_has_no_say_in_where_it_is_kept(wire: Wire) -> None:
    for name in (
        "../../../etc/x.json",
        "/etc/x.json",
        "..\\x.json",
        "a\0.json",
        ".json",
        "x" * 999,
    ):
        query = urlencode({"name": name})
        status, _, body = wire.ask_as_visitor("POST", f"/workspace/upload?{query}", b"{}")
        assert status == 200
        assert "error" in json.loads(body)
        assert b"/tmp" not in body


def test_the_folder_that_the_program_was_started_in_is_not_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "secret.txt").write_text("secret")
    monkeypatch.chdir(tmp_path)
    with Inspector(GRAPH) as inspector, ComparingInspector(GRAPH, GRAPH) as comparing:
        pair = f"/compare/{inspector.workspace.first.key}..{inspector.add(GRAPH)}"
        for wire, places in ((Wire(inspector), ("", "/workspace", pair)), (Wire(comparing), ("",))):
            for place in places:
                assert wire.ask_as_visitor("GET", f"{place}/static/secret.txt")[0] == 404
