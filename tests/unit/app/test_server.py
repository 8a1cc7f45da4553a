"""The inspector over a real socket: starts, lets in, refuses, stops."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest

from graphscope.app import Inspector
from graphscope.app.guard import BODY_LIMIT
from graphscope.errors import ServerError
from tests.support.graphs import graph

GRAPH = graph("x=Input[B,4] -> dense:Dense(kernel[4,8])[B,8]")


@pytest.fixture(scope="module")
def inspector() -> Iterator[Inspector]:
    with Inspector(GRAPH) as running:
        yield running


def ask(
    inspector: Inspector,
    path: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    **headers: str,
) -> http.client.HTTPResponse:
    """Send one request as it is, without any cleaning of the path."""
    connection = http.client.HTTPConnection("127.0.0.1", inspector.address.port, timeout=20)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    # A server that refuses a body answers and hangs up while it is still being sent.
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.request(method, path, body=body, headers=names)
    answer = connection.getresponse()
    answer.data = answer.read()  # type: ignore[attr-defined]
    connection.close()
    return answer


def enter(inspector: Inspector) -> str:
    """Return the cookie of a new visitor."""
    path = inspector.new_url().removeprefix(inspector.address.origin)
    answer = ask(inspector, path)
    assert answer.status == 303
    return str(answer.headers["Set-Cookie"]).partition(";")[0]


def test_a_visitor_gets_in_with_the_link_and_nobody_without(inspector: Inspector) -> None:
    assert ask(inspector, "/").status == 401
    cookie = enter(inspector)
    assert ask(inspector, "/", Cookie=cookie).status == 200
    assert ask(inspector, "/graph.json", Cookie=cookie).headers["Content-Encoding"] == "gzip"


def test_the_server_does_not_tell_what_it_is(inspector: Inspector) -> None:
    assert "Server" not in ask(inspector, "/").headers


def test_foreign_and_missing_hosts_are_refused_on_the_wire(inspector: Inspector) -> None:
    cookie = enter(inspector)
    assert ask(inspector, "/", Cookie=cookie, Host="evil.example").status == 421
    with socket.create_connection(("127.0.0.1", inspector.address.port), timeout=20) as wire:
        wire.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert b" 421 " in wire.recv(4096).splitlines()[0]


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/assets/../../../../etc/passwd",
        "/assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2f..%2fetc%2fpasswd",
        "/assets//etc/passwd",
        "/assets/....//....//etc/passwd",
        "/assets/..\\..\\etc\\passwd",
        "/assets/page/../../pyproject.toml",
        "/assets/%00",
        "/_dash-component-suites/dash/../../../etc/passwd",
        "//etc/passwd",
    ],
)
def test_no_path_leads_out(inspector: Inspector, path: str) -> None:
    answer = ask(inspector, path, Cookie=enter(inspector))
    assert answer.status == 404
    assert b"root:" not in answer.data  # type: ignore[attr-defined]


def test_large_requests_are_refused(inspector: Inspector) -> None:
    body = b" " * (BODY_LIMIT + 1)
    answer = ask(inspector, "/_dash-update-component", method="POST", body=body)
    assert answer.status == 413


def test_stopping_frees_the_port_and_may_be_repeated() -> None:
    inspector = Inspector(GRAPH).start()
    inspector.stop()
    inspector.stop()
    again = Inspector(GRAPH, port=inspector.address.port).start()
    assert ask(again, "/").status == 401
    again.stop()


def test_a_taken_port_is_told_before_anything_is_computed(inspector: Inspector) -> None:
    with pytest.raises(ServerError, match="in use by another program"):
        Inspector(GRAPH, port=inspector.address.port)


def test_a_host_without_permission_to_embed_is_no_origin() -> None:
    with pytest.raises(ServerError, match="is not an origin"):
        Inspector(GRAPH, embedders=["*"])


def test_a_name_cannot_leave_the_frame_of_a_notebook() -> None:
    hostile = Inspector(graph("x", name='"><script>alert(1)</script>'))
    shown = hostile._repr_html_()
    hostile.stop()
    assert "<script>" not in shown
    assert shown.count('"') % 2 == 0


def test_ctrl_c_stops_a_waiting_program() -> None:
    program = (
        "from graphscope.app import Inspector\n"
        "from tests.support.graphs import graph\n"
        "with Inspector(graph('x -> y')) as inspector:\n"
        "    join = inspector._server.join\n"
        "    inspector._server.join = lambda pause: [print('waits', flush=True), join(pause)]\n"
        "    inspector.wait()\n"
        "print('stopped', flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "waits\n"
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=20)
    assert (out.splitlines()[-1], err, child.returncode) == ("stopped", "", 0)
