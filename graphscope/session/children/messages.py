"""What parent and child write to each other: a line of JSON, and the bytes that belong to it.

Only data travels. A child that a hostile file took over can send nothing that runs here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO, Any

MAX_HEADER_BYTES = 4 << 20
"""Of the line; what may be large goes behind it."""

_SIZE = "bytes"


class MessageError(Exception):
    """What arrived is no message, or a larger one than is taken."""


@dataclass(frozen=True, slots=True)
class Message:
    """A JSON object, and the bytes that were sent with it."""

    header: dict[str, Any]
    payload: bytes = b""


def send(stream: IO[bytes], header: dict[str, Any], payload: bytes = b"") -> None:
    """Write a message and flush it."""
    stream.write(json.dumps({**header, _SIZE: len(payload)}).encode("ascii") + b"\n")
    stream.write(payload)
    stream.flush()


def receive(stream: IO[bytes], most: int) -> Message | None:
    """Return the next message; None at the end of the stream, also in the middle of a message.

    Args:
        stream: where it comes from.
        most: bytes of a payload that are taken.

    Raises:
        MessageError: when it is no message, or a larger one.
    """
    line = stream.readline(MAX_HEADER_BYTES)
    if not line.endswith(b"\n"):
        if len(line) == MAX_HEADER_BYTES:
            raise MessageError("a line without end")
        return None
    header = _parse(line)
    size = header.pop(_SIZE, None)
    if type(size) is not int or not 0 <= size <= most:
        raise MessageError("more bytes than are taken")
    payload = stream.read(size)
    return Message(header, payload) if len(payload) == size else None


def _parse(line: bytes) -> dict[str, Any]:
    try:
        header = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise MessageError("a line that is not JSON") from error
    if not isinstance(header, dict):
        raise MessageError("a line that is no JSON object")
    return header
