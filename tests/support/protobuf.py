"""Protocol buffer messages made by hand, field by field, and files of records."""

from __future__ import annotations

import struct
from pathlib import Path

from graphscope.formats.checksums import masked_checksums


def varint(number: int) -> bytes:
    """Return a number as it is written; a negative one as 64 bits."""
    number %= 2**64
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def field(number: int, value: int | float | str | bytes) -> bytes:
    """Return a field; a float has eight bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def frame(data: bytes) -> bytes:
    """Return a record as TFRecord has it."""
    head = struct.pack("<Q", len(data))
    sums = masked_checksums([head, data]).tolist()
    return head + struct.pack("<I", sums[0]) + data + struct.pack("<I", sums[1])


def write_frames(folder: Path, *frames: bytes) -> Path:
    """Write an event file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "events.out.tfevents.1.host"
    path.write_bytes(b"".join(frames))
    return path
