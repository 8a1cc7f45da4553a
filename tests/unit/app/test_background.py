"""The server in its thread: that it stops, whatever else it does at that moment."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable

import pytest

from graphscope.app.background import BackgroundServer


def _app(_environ: object, start: Callable[..., object]) -> Iterable[bytes]:
    start("200 OK", [])
    return [b"yes"]


def test_a_loop_that_wakes_too_early_is_stopped_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    server = BackgroundServer(_app, listener, body_limit=1000)
    trigger = server._server.trigger
    pull = trigger._physical_pull

    def pull_twice() -> None:
        pull()
        time.sleep(0.2)  # Time for the loop to do what it was told, before the second pull.
        pull()

    monkeypatch.setattr(trigger, "_physical_pull", pull_twice)
    server.stop()
    assert not server.is_serving()
