"""Requests that no browser sends: each is refused in words, and none makes the program fail."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from graphscope.app import Inspector
from graphscope.app.address import bind
from tests.unit.app.test_on_the_wire import GRAPH, Wire

JSON = {"Content_Type": "application/json"}
CALLBACK = "/_dash-update-component"
SELECTION = {
    "output": "details-content.children",
    "outputs": {"id": "details-content", "property": "children"},
    "inputs": [{"id": "selection", "property": "data", "value": None}],
    "changedPropIds": ["selection.data"],
}
ODD = (None, True, 0, -1, 10**400, "x", [], {}, [1], {"a": 1}, [[]], "x" * 100_000)
DEEP = b"[" * 200_000


@pytest.fixture(scope="module")
def inspector() -> Iterator[Inspector]:
    with Inspector(GRAPH) as running:
        yield running


@pytest.fixture(scope="module")
def wire(inspector: Inspector) -> Wire:
    return Wire(inspector)


@pytest.fixture(autouse=True)
def failures(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail where a request made the program fail, which the log would tell."""
    yield
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert [each for each in told if "panel failed" not in each] == []


def send(wire: Wire, *lines: str, body: str = "") -> tuple[int, bytes]:
    head = "\r\n".join([*lines, f"Cookie: {wire.cookie}", "", ""])
    status, _, answer = wire.send((head + body).encode("latin-1"))
    return status, answer


def post(wire: Wire, path: str, body: Any) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return wire.ask_as_visitor("POST", path, data, **JSON)[0]


@pytest.mark.parametrize("field", [*SELECTION, "state"])
def test_a_callback_is_asked_as_the_page_asks_it(wire: Wire, field: str) -> None:
    assert post(wire, CALLBACK, SELECTION) == 200
    for odd in ODD:
        is_fine = odd == [] and field in ("state", "changedPropIds")
        assert post(wire, CALLBACK, {**SELECTION, field: odd}) == (200 if is_fine else 400), odd


def test_a_callback_is_asked_in_json(wire: Wire) -> None:
    for body in (*ODD, DEEP, b"", b"{", b"\0", b"\xff", b"9" * 9_000):
        assert post(wire, CALLBACK, body) == 400, body
    text = json.dumps(SELECTION).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert wire.ask_as_visitor("POST", CALLBACK, text, Content_Type=kind)[0] == 400


def test_a_selection_that_is_none_is_answered_in_the_panel(wire: Wire) -> None:
    for odd in ODD:
        selected = {**SELECTION["inputs"][0], "value": odd}  # type: ignore[dict-item]
        assert post(wire, CALLBACK, {**SELECTION, "inputs": [selected]}) == 200, odd


@pytest.mark.parametrize("path", ["/picture", "/workspace/reopen", "/workspace/close"])
def test_json_that_cannot_be_read_is_no_failure(wire: Wire, path: str) -> None:
    for body in (*ODD, DEEP, b'{"a":' * 50_000, b"\xff", b"9" * 9_000):
        assert post(wire, path, body) == (400 if path == "/picture" else 200), body


def test_a_picture_of_what_cannot_be_is_refused(wire: Wire) -> None:
    wanted = {"format": "png", "items": [0], "overlay": "type"}
    changes: list[dict[str, Any]] = [
        {"format": []},
        {"format": {"a": 1}},
        {"width": 10**400},
        {"values": [10**400] * 3},
        {"region": [0, 0, 1, 10**400]},
        {"region": [0, 0, 1e308, 1e308]},
        {"region": [1e308, 0, 1, 1]},
        {"region": [0, 0, 1e-300, 1e-300]},
    ]
    for change in changes:
        assert post(wire, "/picture", wanted | change) == 400, change


def test_no_file_has_a_name_that_long(wire: Wire) -> None:
    assert wire.ask_as_visitor("GET", f"/assets/{'x' * 300}.css")[0] == 404
    assert wire.ask_as_visitor("GET", f"/assets/{'x/' * 2_500}.css")[0] == 404


def test_a_referer_that_is_no_address_frames_nothing(inspector: Inspector, wire: Wire) -> None:
    path = inspector.new_url().removeprefix(inspector.address.origin)
    framed = {"Sec_Fetch_Dest": "iframe", "Sec_Fetch_Site": "cross-site"}
    assert wire.ask("GET", path, Referer="http://[x", **framed)[0] == 200


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: 6", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked", "Content-Length: 6"],
        [f"Content-Length: {'9' * 5_000}"],
    ],
)
def test_where_a_request_ends_is_said_once_and_as_a_number(wire: Wire, lines: list[str]) -> None:
    head = ["POST /workspace/close HTTP/1.1", f"Host: {wire.host}", *lines]
    hidden = f"0\r\n\r\nGET /graph.json HTTP/1.1\r\nHost: {wire.host}\r\n\r\n"
    status, answer = send(wire, *head, body=hidden)
    assert status == 400
    assert b"HTTP/1." not in answer  # The connection ends, with all that came after the head.


def test_chunks_are_of_a_protocol_that_has_them(wire: Wire) -> None:
    head = ["POST /workspace/close HTTP/1.0", f"Host: {wire.host}", "Transfer-Encoding: chunked"]
    assert send(wire, *head, body="0\r\n\r\n")[0] == 400


@pytest.mark.parametrize(
    "around", ["0\r\n" + "X: y\r\n" * 20_000, "2;" + "a" * 100_000, "A" * 90_000]
)
def test_what_stands_around_chunks_is_short(wire: Wire, around: str) -> None:
    head = ["POST /workspace/close HTTP/1.1", f"Host: {wire.host}", "Transfer-Encoding: chunked"]
    assert send(wire, *head, body=around)[0] == 400


@pytest.mark.parametrize("address", ["http://evil.example", "ftp://evil.example", "http://["])
def test_the_first_line_names_no_other_server(wire: Wire, address: str) -> None:
    head = [f"GET {address}/graph.json HTTP/1.1", f"Host: {wire.host}", "Connection: close"]
    assert send(wire, *head)[0] == 400
    head[0] = f"GET http://{wire.host}/graph.json HTTP/1.1"
    assert send(wire, *head)[0] == 200


@pytest.mark.parametrize(
    "start",
    [
        "GET / HTTP/1.1\r\nHost: x\r\n",
        "POST /workspace/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n",
    ],
)
def test_a_letter_now_and_then_is_no_sign_of_life(
    inspector: Inspector, wire: Wire, start: str
) -> None:
    assert inspector._server is not None
    channels = inspector._server._server.active_channels
    with wire.open() as connection:
        port = connection.getsockname()[1]
        connection.sendall(start.encode())
        channel = _wait_for(lambda: next((c for c in channels.values() if c.addr[1] == port), None))
        begun = channel.creation_time
        parser = _wait_for(lambda: channel.request)
        connection.sendall(b"X")
        _wait_for(lambda: parser.header_plus.endswith(b"X") or parser.body_bytes_received)
        assert channel.last_activity == begun


def _wait_for(look: Any) -> Any:
    end = time.monotonic() + 10
    while not (found := look()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return found


@pytest.mark.parametrize("host", ["", "0", "0.0.0.0", "::"])
def test_all_addresses_can_be_asked_for_in_several_ways(host: str) -> None:
    listener, address = bind(host, None)
    with listener:
        assert address.origin == f"http://127.0.0.1:{address.port}"
        assert address.is_called(f"192.168.0.7:{address.port}")
        for foreign in ("", "evil.example", f"evil.example:{address.port}", f":{address.port}"):
            assert not address.is_called(foreign), foreign
