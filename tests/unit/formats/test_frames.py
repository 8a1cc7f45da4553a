"""TFRecord, whole and damaged."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphscope.formats import frames
from graphscope.formats.checksums import masked_checksums, masked_checksums_everywhere
from tests.support.protobuf import frame


def read(data: bytes) -> tuple[list[bytes], list[str]]:
    told: list[str] = []
    return list(frames.read_frames(io.BytesIO(data), "log", told.append)), told


@given(st.lists(st.binary(max_size=3000), max_size=8))
def test_what_is_written_is_read(given: list[bytes]) -> None:
    assert read(b"".join(map(frame, given))) == (given, [])


@given(st.binary(max_size=300), st.lists(st.binary(max_size=40), max_size=4), st.binary())
def test_of_any_bytes_nothing_leaves_but_records(
    before: bytes, records: list[bytes], behind: bytes
) -> None:
    found, _ = read(before + b"".join(map(frame, records)) + behind)
    assert found[: len(records)] == records


def test_records_behind_damage_are_found_wherever_it_is() -> None:
    records = [bytes([number]) * 50 for number in range(5)]
    whole = b"".join(map(frame, records))
    size = len(frame(records[0]))
    for at in range(len(whole)):
        data = bytearray(whole)
        data[at] ^= 0x55
        found, told = read(bytes(data))
        assert found == records[: at // size] + records[at // size + 1 :], at
        assert len(told) == 1


def test_records_larger_than_a_part_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_PART", 100)
    records = [b"a" * 300, b"b" * 10, b"c" * 99, b"d" * 5000]
    assert read(b"".join(map(frame, records))) == (records, [])


def test_records_beyond_the_limit_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_PART", 100)
    monkeypatch.setattr(frames, "LARGEST", 1 << 20)
    records = [b"a", bytes(2 << 20), b"b"]
    assert read(b"".join(map(frame, records))) == (
        [b"a", b"b"],
        ["log: records of more than 1 MiB are left out: 1."],
    )


def test_a_length_that_no_file_has_is_not_read() -> None:
    length = struct.pack("<Q", 1 << 62)
    head = length + struct.pack("<I", int(masked_checksums([length])[0]))
    assert read(head + b"x" * 50) == (
        [],
        ["log: the last record is not whole; the file may still be written."],
    )
    assert read(length + bytes(54)) == (
        [],
        ["log: a length is damaged; what comes after it cannot be found."],
    )


def test_damage_at_very_many_places_ends_the_search() -> None:
    damaged = b"\x02" + frame(b"x")[1:]
    data = (damaged + frame(b"y")) * 300
    found, told = read(data)
    assert 100 <= len(found) < 300
    assert told[-1] == "log: a length is damaged; what comes after it cannot be found."


def test_a_window_of_the_search_ends_within_a_head(monkeypatch: pytest.MonkeyPatch) -> None:
    for window in range(1, 40):
        monkeypatch.setattr(frames, "_WINDOW", window)
        assert read(bytes(30) + frame(b"x"))[0] == [b"x"]


@pytest.mark.parametrize("size", [0, 1, 9, 2048, 2049, 3000, 50_000])
def test_checksums_are_those_of_tensorboard(size: int) -> None:
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

    data = np.random.default_rng(size).integers(0, 256, size, np.uint8).tobytes()
    found = masked_checksums([data, b"123456789", data])
    assert found.tolist() == [masked_crc32c(data), masked_crc32c(b"123456789"), found[0]]
    places = masked_checksums_everywhere(data[:20], 8) if size > 8 else np.empty(0)
    pieces = [data[:20][at : at + 8] for at in range(len(places))]
    assert places.tolist() == (masked_checksums(pieces).tolist() if pieces else [])
