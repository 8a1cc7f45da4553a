"""The records of an event file: each with its length, and checksums of both."""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import NamedTuple

from graphscope.runs.exchange.checksums import masked_checksums

_HEAD = struct.Struct("<QI")
_FOOT = struct.Struct("<I")
_TOGETHER = 20_000
"""Records that are checked at once."""


class _Frame(NamedTuple):
    head: bytes
    data: bytes
    sum: int


def read_frames(path: Path, tell: Callable[[str], None]) -> Iterator[bytes]:
    """Yield the whole records of an event file; what is damaged is left out.

    Args:
        path: of the file.
        tell: told what is left out.
    """
    data = path.read_bytes()
    frames: list[_Frame] = []
    at = 0
    while (frame := _cut(data, at)) is not None:
        frames.append(frame)
        at += _HEAD.size + len(frame.data) + _FOOT.size
        if len(frames) == _TOGETHER:
            if not (yield from _sound(path, frames, tell)):
                return
            frames = []
    if not (yield from _sound(path, frames, tell)) or at == len(data):
        return
    if len(data) - at >= _HEAD.size and not _is_length(data[at : at + _HEAD.size]):
        tell(f"{path.name}: a length is damaged; what comes after it cannot be found.")
    else:
        tell(f"{path.name}: the last record is not whole; the file may still be written.")


def _cut(data: bytes, at: int) -> _Frame | None:
    """Return the record that begins somewhere; None when it is not whole."""
    begin = at + _HEAD.size
    if begin > len(data):
        return None
    length, _ = _HEAD.unpack_from(data, at)
    end = begin + length
    if end + _FOOT.size > len(data):
        return None
    return _Frame(data[at:begin], data[begin:end], _FOOT.unpack_from(data, end)[0])


def _is_length(head: bytes) -> bool:
    expected: int = _HEAD.unpack(head)[1]
    return int(masked_checksums([head[:8]])[0]) == expected


def _sound(
    path: Path, frames: list[_Frame], tell: Callable[[str], None]
) -> Generator[bytes, None, bool]:
    """Yield the records whose sums are right; return whether the next ones can be found."""
    lengths = masked_checksums([frame.head[:8] for frame in frames]).tolist()
    expected = [_HEAD.unpack(frame.head)[1] for frame in frames]
    is_wrong = [found != each for found, each in zip(lengths, expected, strict=True)]
    sound = frames[: is_wrong.index(True)] if any(is_wrong) else frames
    sums = masked_checksums([frame.data for frame in sound]).tolist()
    damaged = 0
    for found, frame in zip(sums, sound, strict=True):
        if found == frame.sum:
            yield frame.data
        else:
            damaged += 1
    if damaged:
        tell(f"{path.name}: damaged records are left out: {damaged}.")
    if len(sound) < len(frames):
        tell(f"{path.name}: a length is damaged; what comes after it cannot be found.")
    return len(sound) == len(frames)
