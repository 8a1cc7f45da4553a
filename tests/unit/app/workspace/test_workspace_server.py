"""Several models on one server, as a browser asks for them."""

from __future__ import annotations

import errno
import gzip
import http.client
import json
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from graphscope.app import Inspector
from graphscope.app.guard import UPLOAD_LIMIT
from graphscope.app.workspace.models import MOST_MODELS
from graphscope.app.workspace.reading import make_safe_name
from graphscope.app.workspace.recent import RecentFiles
from graphscope.graph import to_json
from graphscope.session import OpenOptions
from tests.support.graphs import graph

FIRST = graph("x -> dense:Dense(kernel[4,8])[B,8]", name="first")
OTHER = graph("x -> conv:Conv2D -> relu", name="other")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def inspector() -> Iterator[Inspector]:
    with Inspector(FIRST) as running:
        yield running


class Visitor:
    """A browser that was let in."""

    def __init__(self, inspector: Inspector) -> None:
        self._port = inspector.address.port
        path = inspector.new_url().removeprefix(inspector.address.origin)
        answer = self.ask(path)
        self._cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]

    _cookie = ""

    def ask(self, path: str, body: bytes | None = None) -> http.client.HTTPResponse:
        method = "GET" if body is None else "POST"
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)) as connection:
            connection.request(method, path, body=body, headers={"Cookie": self._cookie})
            answer = connection.getresponse()
            answer.data = answer.read()  # type: ignore[attr-defined]
        return answer

    def told(self, path: str, sent: object = None) -> dict[str, Any]:
        body = None if sent is None else json.dumps(sent).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        method = "GET" if body is None else "POST"
        headers = {"Cookie": self._cookie, "Content-Type": "application/json"}
        connection.request(method, path, body=body, headers=headers)
        told: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return told

    def state(self) -> dict[str, Any]:
        return self.told("/workspace/state.json")

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        answer = self.ask(f"/workspace/upload?name={quote(name)}", content)
        told: dict[str, Any] = json.loads(answer.data)  # type: ignore[attr-defined]
        return told


@pytest.fixture
def visitor(inspector: Inspector) -> Visitor:
    return Visitor(inspector)


def test_each_model_has_a_page_and_a_graph(inspector: Inspector, visitor: Visitor) -> None:
    key = inspector.add(OTHER)
    for path, name in (("/", "first"), (f"/m/{key}/", "other")):
        page = visitor.ask(path)
        assert page.status == 200
        assert f"<title>{name} · graphscope" in page.data.decode()  # type: ignore[attr-defined]
        data = visitor.ask(f"{path}graph.json").data  # type: ignore[attr-defined]
        assert json.loads(gzip.decompress(data))["name"] == name


def test_the_pages_scripts_are_allowed_by_the_policy(
    inspector: Inspector, visitor: Visitor
) -> None:
    before = visitor.ask("/").headers["Content-Security-Policy"]
    key = inspector.add(OTHER)
    after = visitor.ask(f"/m/{key}/").headers["Content-Security-Policy"]
    assert set(before.split()) <= set(after.split())


def test_a_page_that_is_closed_is_gone(inspector: Inspector, visitor: Visitor) -> None:
    key = inspector.add(OTHER)
    assert visitor.ask(f"/m/{key}/").status == 200
    assert visitor.told("/workspace/close", {"key": key}) == {"closed": True}
    assert visitor.ask(f"/m/{key}/").status == 404
    assert visitor.told("/workspace/close", {"key": "first"}) == {"closed": False}


def test_an_address_without_its_slash_is_led_on(inspector: Inspector, visitor: Visitor) -> None:
    key = inspector.add(OTHER)
    assert visitor.ask(f"/m/{key}?a=b").headers["Location"] == f"/m/{key}/?a=b"


def test_two_models_are_compared(inspector: Inspector, visitor: Visitor) -> None:
    key = inspector.add(OTHER)
    assert visitor.ask(f"/compare/first..{key}/").status == 200
    assert visitor.ask("/compare/first..nothing/").status == 404


def test_strangers_learn_nothing(inspector: Inspector) -> None:
    stranger = Visitor(inspector)
    stranger._cookie = ""
    for path in ("/workspace/state.json", "/m/first/", "/compare/first..first/"):
        assert stranger.ask(path).status == 401


def test_who_waits_is_told_at_once(inspector: Inspector, visitor: Visitor) -> None:
    state = visitor.state()
    inspector.add(OTHER)
    since = f"since={state['revision']}&instance={state['instance']}"
    told = visitor.told(f"/workspace/state.json?{since}")
    assert [model["title"] for model in told["models"]] == ["first", "other"]


def test_another_server_is_told_of_at_once(visitor: Visitor) -> None:
    begun = time.monotonic()
    visitor.told(f"/workspace/state.json?since={visitor.state()['revision']}&instance=another")
    assert time.monotonic() - begun < 10


def test_a_stop_does_not_wait_for_those_who_wait(inspector: Inspector, visitor: Visitor) -> None:
    import threading

    state = visitor.state()
    path = f"/workspace/state.json?since={state['revision']}&instance={state['instance']}"

    def wait() -> None:
        # Whoever waits while the server stops may lose the connection, or get half an answer.
        with suppress(OSError, HTTPException):
            visitor.ask(path)

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    time.sleep(0.2)
    begun = time.monotonic()
    inspector.stop()
    assert time.monotonic() - begun < 5
    waiting.join(5)


# ---- uploads ----


def test_an_upload_becomes_a_model(visitor: Visitor) -> None:
    told = visitor.upload("net v2.json", to_json(OTHER).encode())
    assert told == {"key": "net-v2-json", "title": "net v2.json", "href": "m/net-v2-json/"}
    assert visitor.ask(f"/{told['href']}").status == 200


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("net.json", b"{", "net.json"),
        ("net.keras", b"PK no archive", "net.keras"),
        ("notes.txt", b"", "no model that graphscope reads"),
        ("net.py", b"import os", "a program, which the page does not run"),
        ("", b"", "no model"),
    ],
)
def test_what_is_no_model_is_told_and_opens_nothing(
    visitor: Visitor, name: str, content: bytes, error: str
) -> None:
    assert error in visitor.upload(name, content)["error"]
    assert len(visitor.state()["models"]) == 1


def test_an_upload_cannot_choose_its_place(visitor: Visitor, tmp_path: Path) -> None:
    told = visitor.upload(f"../../{tmp_path}/x.json", to_json(OTHER).encode())
    assert "error" not in told
    assert not (tmp_path / "x.json").exists()


def test_an_upload_above_the_limit_is_refused_unread(inspector: Inspector) -> None:
    visitor = Visitor(inspector)
    connection = http.client.HTTPConnection("127.0.0.1", inspector.address.port, timeout=20)
    connection.putrequest("POST", "/workspace/upload?name=big.keras")
    connection.putheader("Cookie", visitor._cookie)
    connection.putheader("Content-Length", str(UPLOAD_LIMIT + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_uploads_are_removed_at_the_end(inspector: Inspector, visitor: Visitor) -> None:
    visitor.upload("net.json", to_json(OTHER).encode())
    kept = inspector._reader._folder  # type: ignore[union-attr]
    assert kept is not None
    folder = kept.path
    assert folder.is_dir()
    inspector.stop()
    assert not folder.exists()


def uploads_of(inspector: Inspector) -> list[str]:
    reader = inspector._reader
    folder = reader._folder if reader is not None else None
    return sorted(file.name for file in folder.path.rglob("*.*")) if folder is not None else []


def test_an_upload_is_removed_with_its_model(inspector: Inspector, visitor: Visitor) -> None:
    key = visitor.upload("net.json", to_json(OTHER).encode())["key"]
    assert uploads_of(inspector) == ["net.json"]
    assert visitor.told("/workspace/close", {"key": key}) == {"closed": True}
    assert uploads_of(inspector) == []


def test_where_there_is_no_room_for_a_model_nothing_is_stored(
    inspector: Inspector, visitor: Visitor
) -> None:
    while len(inspector.workspace.models) < MOST_MODELS:
        inspector.add(OTHER)
    told = visitor.upload("net.json", to_json(OTHER).encode())
    assert "as many as one server shows" in told["error"]
    assert uploads_of(inspector) == []


@pytest.mark.parametrize("letter", ["密", "\U0001d49c", "é"])
def test_names_are_cut_where_file_systems_end_them(visitor: Visitor, letter: str) -> None:
    told = visitor.upload(f"{letter * 300}.json", to_json(OTHER).encode())
    assert "key" in told, told


@pytest.mark.parametrize("name", ["CON.json", "nul.tar.json", "com1.json"])
def test_no_name_is_a_device_of_windows(name: str) -> None:
    assert make_safe_name(name) == f"_{name}"
    assert make_safe_name("console.json") == "console.json"


def test_a_file_that_cannot_be_stored_is_told(
    visitor: Visitor, inspector: Inspector, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("graphscope.app.workspace.reading.shutil.copyfileobj", fill)
    told = visitor.upload("net.json", b"{}")
    assert told["error"] == "'net.json' could not be stored: No space left on device."
    assert uploads_of(inspector) == []


# ---- recent files ----


def test_a_recent_file_is_opened_by_its_name_in_the_list(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    file.write_text(to_json(OTHER))
    RecentFiles().add(file)
    [row] = visitor.state()["recent"]
    assert row["name"] == "kept.json"
    assert visitor.told("/workspace/reopen", {"id": row["id"]})["title"] == "kept.json"
    assert "no longer there" in visitor.told("/workspace/reopen", {"id": str(file)})["error"]
    assert visitor.told("/workspace/forget", {"id": row["id"]}) == {"recent": []}


# ---- watching ----


def test_a_watched_file_is_read_anew_and_a_broken_one_is_told(
    inspector: Inspector, visitor: Visitor, tmp_path: Path
) -> None:
    file = tmp_path / "net.json"
    file.write_text(to_json(FIRST))
    inspector.watch(str(file), OpenOptions(), files=[str(file)])
    old = visitor.told("/workspace/state.json?model=first")["digest"]

    def wait_for(what: Any) -> dict[str, Any]:
        end = time.monotonic() + 60
        while not what(told := visitor.told("/workspace/state.json?model=first")):
            assert time.monotonic() < end, told
            time.sleep(0.1)
        return told

    file.write_text("{")
    told = wait_for(lambda told: told["models"][0]["complaint"])
    assert told["digest"] == old
    file.write_text(to_json(OTHER))
    told = wait_for(lambda told: told["digest"] != old)
    assert told["models"][0]["complaint"] is None
