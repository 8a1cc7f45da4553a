"""TFRecord: records one after the other, each with its length, and checksums of both.

What TensorFlow calls an event file is one of these. A file may be cut, or damaged in the middle;
records that are whole are found all the same.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

import numpy as np

from graphscope.formats.checksums import masked_checksums, masked_checksums_everywhere

LARGEST = 256 << 20
"""Bytes of a record; larger ones are left out."""
_PART = 8 << 20
"""Bytes of records that are read and checked at once."""
_TOGETHER = 20_000
"""Records that are, where they are small."""
_SEARCHED = 16 << 20
"""Bytes in which the next record is looked for behind a damaged length."""
_WINDOW = 64 << 10
_MOST_DAMAGED = 100
"""Damaged lengths behind which the next record is looked for."""

_HEAD = struct.Struct("<QI")
_FOOT = struct.Struct("<I")
_AROUND = _HEAD.size + _FOOT.size


class _Frame(NamedTuple):
    at: int
    head: bytes
    data: bytes
    sum: int


@dataclass(slots=True)
class _Damage:
    """What was wrong in a file."""

    records: int = 0
    lengths: int = 0
    skipped: int = 0
    too_large: int = 0
    is_cut: bool = False
    is_lost: bool = False

    def sentences(self) -> Iterator[str]:
        if self.records:
            yield f"damaged records are left out: {self.records:,}."
        if self.too_large:
            yield f"records of more than {LARGEST >> 20} MiB are left out: {self.too_large:,}."
        if self.lengths:
            where = f"at {self.lengths:,} places" if self.lengths > 1 else "at one place"
            yield f"a length is damaged {where}; {self.skipped:,} bytes are left out."
        if self.is_lost:
            yield "a length is damaged; what comes after it cannot be found."
        if self.is_cut:
            yield "the last record is not whole; the file may still be written."


def read_frames(file: BinaryIO, name: str, tell: Callable[[str], None]) -> Iterator[bytes]:
    """Yield the whole records of a file; what is damaged is left out.

    Args:
        file: open for reading, at any place.
        name: what the file is called.
        tell: told what is left out, in whole sentences, once the file was read to its end.
    """
    size = file.seek(0, io.SEEK_END)
    damage = _Damage()
    at: int | None = 0
    while at is not None and at < size:
        frames = _cut(file, at)
        sound = _count_sound(frames)
        yield from _check(frames[:sound], damage)
        if sound:
            last = frames[sound - 1]
            at = last.at + _AROUND + len(last.data)
        if sound < len(frames) or not frames:
            at = _step_over(file, at, size, damage)
    for sentence in damage.sentences():
        tell(f"{name}: {sentence}")


def _cut(file: BinaryIO, at: int) -> list[_Frame]:
    """Return the records that are whole in the next part of the file."""
    file.seek(at)
    data = file.read(_PART)
    frames: list[_Frame] = []
    begin = 0
    while begin + _AROUND <= len(data) and len(frames) < _TOGETHER:
        end = begin + _HEAD.size + int(_HEAD.unpack_from(data, begin)[0])
        if end + _FOOT.size > len(data):
            break
        head, content = data[begin : begin + _HEAD.size], data[begin + _HEAD.size : end]
        frames.append(_Frame(at + begin, head, content, _FOOT.unpack_from(data, end)[0]))
        begin = end + _FOOT.size
    return frames or _cut_large(file, at, data[: _HEAD.size])


def _cut_large(file: BinaryIO, at: int, head: bytes) -> list[_Frame]:
    """Return a record that is larger than a part, as a list; an empty one where there is none."""
    if not _is_head(head):
        return []
    length = _length_of(head)
    if not _PART < length + _AROUND <= LARGEST:
        return []
    file.seek(at + _HEAD.size)
    data, foot = file.read(length), file.read(_FOOT.size)
    if len(foot) < _FOOT.size:
        return []
    return [_Frame(at, head, data, _FOOT.unpack(foot)[0])]


def _count_sound(frames: list[_Frame]) -> int:
    """Return how many records come before the first one whose length is damaged."""
    lengths = masked_checksums([frame.head[:8] for frame in frames]).tolist()
    for number, (frame, found) in enumerate(zip(frames, lengths, strict=True)):
        if found != _HEAD.unpack(frame.head)[1]:
            return number
    return len(frames)


def _check(frames: list[_Frame], damage: _Damage) -> Iterator[bytes]:
    sums = masked_checksums([frame.data for frame in frames]).tolist()
    for frame, found in zip(frames, sums, strict=True):
        if found == frame.sum:
            yield frame.data
        else:
            damage.records += 1


def _step_over(file: BinaryIO, at: int, size: int, damage: _Damage) -> int | None:
    """Return where reading goes on behind what is no whole record; None where nothing follows."""
    file.seek(at)
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        damage.is_cut = True
        return None
    if _is_head(head):
        end = at + _AROUND + _length_of(head)
        if end > size:
            damage.is_cut = True
            return None
        damage.too_large += 1
        return end
    found = _find_head(file, at + 1, size) if damage.lengths < _MOST_DAMAGED else None
    if found is None:
        damage.is_lost = True
        return None
    damage.lengths += 1
    damage.skipped += found - at
    return found


def _find_head(file: BinaryIO, at: int, size: int) -> int | None:
    """Return where the next head lies whose checksum is right and whose record is whole."""
    for begin in range(at, min(size, at + _SEARCHED), _WINDOW):
        file.seek(begin)
        data = file.read(_WINDOW + _HEAD.size - 1)
        if len(data) < _HEAD.size:
            return None
        if not data.strip(b"\0"):
            continue  # Holes of a file are long, and hold nothing.
        sums = masked_checksums_everywhere(data[: -_FOOT.size], 8)
        expected = np.ndarray(sums.shape, "<u4", data, offset=8, strides=(1,))
        for place in np.flatnonzero(sums == expected).tolist():
            length = _length_of(data[place : place + _HEAD.size])
            if begin + place + _AROUND + length <= size:
                return int(begin + place)
    return None


def _is_head(head: bytes) -> bool:
    if len(head) < _HEAD.size:
        return False
    return bool(masked_checksums([head[:8]])[0] == _HEAD.unpack(head)[1])


def _length_of(head: bytes) -> int:
    length: int = _HEAD.unpack(head)[0]
    return length
