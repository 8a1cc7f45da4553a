"""Pages that are ended by signals: what was written for the time being goes with them."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from graphscope.cli.endings import ended_by_signals
from graphscope.graph import to_json
from tests.support.graphs import graph

pytestmark = pytest.mark.skipif(os.name != "posix", reason="other systems have no such signals")

SIGNALS = [signal.SIGTERM, signal.SIGHUP] if os.name == "posix" else []


@contextmanager
def serving(*arguments: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a command; yield its process and the printed address."""
    program = [sys.executable, "-m", "graphscope", *arguments, "--no-browser"]
    places = {name: str(folder / "temporary") for name in ("TMPDIR", "XDG_CACHE_HOME")}
    (folder / "temporary").mkdir()
    with subprocess.Popen(
        program,
        cwd=folder,
        env={**os.environ, **places, "XDG_STATE_HOME": str(folder / "state")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def left_in(folder: Path) -> list[str]:
    return sorted(each.name for each in (folder / "temporary").glob("graphscope-*"))


@pytest.mark.parametrize("number", SIGNALS)
def test_what_was_imported_goes_with_the_page(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "log.jsonl").write_text('{"step": 1, "loss": 0.5}\n')
    with serving("watch", "log.jsonl", folder=tmp_path) as (process, _):
        assert [name[:20] for name in left_in(tmp_path)] == ["graphscope-imported-"]
        process.send_signal(number)
        assert process.wait(timeout=30) == 128 + number
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("number", SIGNALS)
def test_what_was_uploaded_goes_with_the_page(tmp_path: Path, number: signal.Signals) -> None:
    document = to_json(graph("x -> y"))
    (tmp_path / "net.json").write_text(document)
    with serving("show", "net.json", folder=tmp_path) as (process, url):
        upload(url, document)
        assert len(left_in(tmp_path)) == 1
        process.send_signal(number)
        assert process.wait(timeout=30) == 128 + number
    assert left_in(tmp_path) == []


def upload(url: str, content: str) -> None:
    parts = urlsplit(url)
    with closing(http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)) as asked:
        asked.request("GET", f"/?{parts.query}")
        admitted = asked.getresponse()
        admitted.read()
        cookie = str(admitted.headers["Set-Cookie"]).partition(";")[0]
        path = "/workspace/upload?name=up.json"
        asked.request("POST", path, body=content, headers={"Cookie": cookie})
        told = json.loads(asked.getresponse().read())
        assert told["href"] == "m/up-json/", told


def test_a_closed_terminal_is_told_of_twice() -> None:
    before = signal.getsignal(signal.SIGHUP)
    try:
        done = []
        with pytest.raises(SystemExit) as caught, ended_by_signals():
            try:
                signal.raise_signal(signal.SIGHUP)
            finally:
                signal.raise_signal(signal.SIGHUP)
                done.append("cleaned up")
        assert caught.value.code == 128 + signal.SIGHUP
        assert done == ["cleaned up"]
    finally:
        signal.signal(signal.SIGHUP, before)


def test_what_is_ignored_or_handled_by_others_stays_so() -> None:
    def handle(_number: int, _frame: object) -> None:
        """Handle it."""

    before = [signal.signal(signal.SIGHUP, signal.SIG_IGN), signal.signal(signal.SIGTERM, handle)]
    try:
        with ended_by_signals():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is handle
    finally:
        signal.signal(signal.SIGHUP, before[0])
        signal.signal(signal.SIGTERM, before[1])


def test_the_handlers_are_put_back() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with ended_by_signals():
        assert all(callable(signal.getsignal(number)) for number in SIGNALS)
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_another_thread_has_no_signals_to_take() -> None:
    went = threading.Event()

    def serve() -> None:
        with ended_by_signals():
            went.set()

    thread = threading.Thread(target=serve)
    thread.start()
    thread.join()
    assert went.is_set()
