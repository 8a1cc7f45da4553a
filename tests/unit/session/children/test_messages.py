"""Messages between processes, also those that no process of ours would send."""

from __future__ import annotations

import io

import pytest

from graphscope.session.children import messages
from graphscope.session.children.messages import Message, MessageError, receive, send


def stream(*sent: tuple[dict[str, object], bytes]) -> io.BytesIO:
    channel = io.BytesIO()
    for header, payload in sent:
        send(channel, header, payload)
    channel.seek(0)
    return channel


def test_messages_come_one_after_another() -> None:
    channel = stream(({"report": "läuft\n\ud800"}, b""), ({"answer": "graph"}, b"\x00\n{}"))
    assert receive(channel, 100) == Message({"report": "läuft\n\ud800"})
    assert receive(channel, 100) == Message({"answer": "graph"}, b"\x00\n{}")
    assert receive(channel, 100) is None


@pytest.mark.parametrize("cut", [1, 10, 30, 35])
def test_a_message_that_was_broken_off_is_none(cut: int) -> None:
    whole = stream(({"answer": "graph"}, b"0123456789")).getvalue()
    assert receive(io.BytesIO(whole[:cut]), 100) is None


@pytest.mark.parametrize(
    ("sent", "what"),
    [
        (b"babble\n", "not JSON"),
        (b"\xff\xfe\n", "not JSON"),
        (b"[" * 100_000 + b"\n", "not JSON"),
        (b"[1]\n", "no JSON object"),
        (b"{}\n", "more bytes than are taken"),
        (b'{"bytes": -1}\n', "more bytes than are taken"),
        (b'{"bytes": 101}\n', "more bytes than are taken"),
        (b'{"bytes": 1e99}\n', "more bytes than are taken"),
        (b'{"bytes": "9"}\n', "more bytes than are taken"),
        (b'{"bytes": true}\n', "more bytes than are taken"),
    ],
)
def test_what_is_no_message(sent: bytes, what: str) -> None:
    with pytest.raises(MessageError, match=what):
        receive(io.BytesIO(sent + bytes(200)), 100)


def test_a_line_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MAX_HEADER_BYTES", 1_000)
    channel = io.BytesIO(b" " * 5_000)
    with pytest.raises(MessageError, match="a line without end"):
        receive(channel, 100)
    assert channel.tell() == 1_000
