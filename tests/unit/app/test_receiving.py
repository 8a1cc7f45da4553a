"""Bodies on the wire: nothing is stored of a request that its headers refuse."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from graphscope.app import Inspector, receiving
from graphscope.app.guard import BODY_LIMIT
from graphscope.app.receiving import Body
from graphscope.graph import to_json
from tests.support.graphs import graph

UPLOAD = "/workspace/upload?name=net.json"
LARGE = 3 << 20


@pytest.fixture(autouse=True)
def home(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note how many bytes are stored, whether in memory or in a file."""
    sizes: list[int] = []

    class Buffer(receiving.OverflowableBuffer):  # type: ignore[misc]
        def append(self, data: bytes) -> None:
            sizes.append(len(data))
            super().append(data)

    monkeypatch.setattr(receiving, "OverflowableBuffer", Buffer)
    return sizes


class Visitor:
    """A program that was let in, on one connection for all that it asks."""

    def __init__(self, inspector: Inspector) -> None:
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", inspector.address.port, timeout=60
        )
        path = inspector.new_url().removeprefix(inspector.address.origin)
        self.cookie = ""
        headers = self.ask(path)[2]
        self.cookie = str(headers["Set-Cookie"]).partition(";")[0]

    def ask(
        self, path: str, body: Any = None, *, chunked: bool = False, **headers: str
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        method = "GET" if body is None else "POST"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Cookie": self.cookie} | named
        self.connection.request(method, path, body=body, headers=sent, encode_chunked=chunked)
        answer = self.connection.getresponse()
        return answer.status, answer.read(), answer.headers


@pytest.fixture
def visitor(kept: list[int]) -> Iterator[Visitor]:
    with Inspector(graph("x -> y")) as inspector:
        visitor = Visitor(inspector)
        with closing(visitor.connection):
            yield visitor
            # The connection went on, whatever was refused on it.
            assert visitor.ask("/graph.json")[0] == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Cookie": ""}, 401),
        ({"Cookie": "graphscope-1=abc"}, 401),
    ],
)
def test_a_request_that_may_not_pass_leaves_nothing(
    visitor: Visitor, kept: list[int], headers: dict[str, str], status: int
) -> None:
    assert visitor.ask(UPLOAD, b"x" * LARGE, **headers)[0] == status
    assert visitor.ask(UPLOAD, iter([b"x" * LARGE]), chunked=True, **headers)[0] == status
    assert kept == []


def test_a_body_above_the_limit_of_its_path_leaves_nothing(
    visitor: Visitor, kept: list[int]
) -> None:
    assert visitor.ask("/workspace/close", b"x" * (BODY_LIMIT + 1))[0] == 413
    assert kept == []


def test_of_a_body_that_does_not_tell_its_size_no_more_is_kept_than_fits(
    visitor: Visitor, kept: list[int]
) -> None:
    chunks = iter([b"x" * 50_000] * (LARGE // 50_000))
    assert visitor.ask("/workspace/close", chunks, chunked=True)[0] == 413
    assert sum(kept) <= BODY_LIMIT


def test_an_upload_arrives_whole(visitor: Visitor) -> None:
    document = to_json(graph("x -> y", name="n" * LARGE)).encode()
    status, told, _ = visitor.ask(UPLOAD, document)
    assert (status, b'"href"' in told) == (200, True), told
    status, told, _ = visitor.ask(UPLOAD, iter([document[:99], document[99:]]), chunked=True)
    assert (status, b'"href"' in told) == (200, True), told


def test_a_body_counts_what_it_does_not_keep() -> None:
    body = Body(4, 1 << 20)
    for part in (b"abc", b"def", b"g"):
        body.append(part)
    assert len(body) == 7
    assert body.getfile().read() == b"abc"
    body.close()
