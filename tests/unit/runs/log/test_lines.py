"""Lines of a log within limits."""

from __future__ import annotations

import io

import pytest

from graphscope.runs.log import lines
from graphscope.runs.log.lines import Lines


def read(data: bytes) -> tuple[list[bytes], list[str], bool]:
    found = Lines(io.BytesIO(data))
    return list(found), list(found.notes()), found.is_torn


def test_lines_come_without_their_ends_and_empty_ones_not_at_all() -> None:
    assert read(b"a\r\n\n  b \nc") == ([b"a", b"b", b"c"], [], True)
    assert read(b"a\n") == ([b"a"], [], False)
    assert read(b"") == ([], [], False)


def test_zeros_are_left_out_and_counted() -> None:
    found, notes, _ = read(b"a\n" + bytes(10) + b"b\n" + b"c\0d\n" + bytes(2000))
    assert found == [b"a", b"b", b"c\0d"]
    assert notes == ["Zero bytes, as a loss of power leaves them, are left out: 2,010."]


def test_a_line_that_is_too_long_is_left_out_and_the_next_one_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lines, "LONGEST", 1 << 20)
    monkeypatch.setattr(lines, "_PART", 1 << 18)
    for length in (1 << 19, 3 << 20, 5 << 20):
        found, notes, _ = read(b"a\n" + b"x" * length + b"\nb\n" + bytes(3 << 20))
        assert found[0] == b"a"
        assert found[-1] == b"b"
        assert len(found) == 2 + (length < 1 << 20)
        assert notes[:-1] == ["Lines of more than 1 MiB are left out: 1."] * (length >= 1 << 20)


def test_a_file_beyond_all_sizes_is_read_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_PART", 10)
    found = Lines(io.BytesIO(b"abcdefghi\n" * 50), most=100)
    assert len(list(found)) == 10
    assert found.is_cut
    whole = Lines(io.BytesIO(b"abcdefghi\n" * 10), most=100)
    assert len(list(whole)) == 10
    assert not whole.is_cut


def test_lines_are_the_same_however_they_fall_into_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"a\n\nbcd\r\n\0\0\0\0\0\0\0\0\nlonger than a part\n\0\0\0last"
    expected = read(data)
    assert expected[0] == [b"a", b"bcd", b"longer than a part", b"last"]
    for part in range(1, len(data)):
        monkeypatch.setattr(lines, "_PART", part)
        assert read(data) == expected, part
