"""The wire format of protocol buffers, good and bad."""

from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphscope.formats.wire import (
    MalformedError,
    double,
    message,
    number,
    numbers,
    signed,
    single,
    split,
    text,
)
from tests.support.protobuf import field, varint


def packed(*values: int) -> bytes:
    return b"".join(map(varint, values))


@given(st.lists(st.tuples(st.integers(1, 2**29 - 1),
                          st.integers(0, 2**64 - 1) | st.binary(max_size=300))))  # fmt: skip
def test_what_is_written_is_read(given: list[tuple[int, int | bytes]]) -> None:
    found = split(memoryview(b"".join(field(*each) for each in given)))
    expected: dict[int, list[int | bytes]] = {}
    for each, value in given:
        expected.setdefault(each, []).append(value)
    plain = {
        each: [v if isinstance(v, int) else bytes(v) for v in values]
        for each, values in found.items()
    }
    assert plain == expected


@given(st.binary(max_size=64))
def test_of_any_bytes_only_our_error_leaves(data: bytes) -> None:
    try:
        fields = split(memoryview(data))
        for each in fields:
            for read in (message, text, number, numbers, double, single):
                with suppress(MalformedError):
                    read(fields, each)  # type: ignore[operator]
    except MalformedError:
        pass


def test_numbers_have_signs_and_come_in_runs() -> None:
    fields = split(memoryview(field(1, -3) + field(2, 5) + field(2, packed(7, -1))))
    assert signed(number(fields, 1) or 0) == -3
    assert [signed(each) for each in numbers(fields, 2)] == [5, 7, -1]
    assert numbers(fields, 2, limit=2) == [5, 7]
    assert numbers(fields, 9) == []


def test_real_numbers_are_of_four_or_eight_bytes() -> None:
    fields = split(memoryview(b"\x0d" + struct.pack("<f", 0.5) + b"\x11" + struct.pack("<d", 0.1)))
    assert (single(fields, 1), double(fields, 2), double(fields, 3)) == (0.5, 0.1, None)
    with pytest.raises(MalformedError, match="no real number of this size"):
        single(fields, 2)


def test_of_a_field_that_may_come_once_the_last_one_counts() -> None:
    fields = split(memoryview(field(1, b"old") + field(1, b"new") + field(2, 1) + field(2, 2)))
    assert (text(fields, 1), number(fields, 2), text(fields, 3)) == ("new", 2, "")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x0a", "cut off or longer"),
        (b"\x0a\x05ab", "longer than the message around it"),
        (b"\x0d\x00", "a number is cut off"),
        (b"\x08" + b"\xff" * 11, "cut off or longer"),
        (b"\x0a" + b"\xff" * 9 + b"\x01", "longer than the message around it"),
        (b"\x00\x00", "the number 0"),
        (b"\x0b", "unknown kind 3"),
        (b"\x0f", "unknown kind 7"),
    ],
)
def test_what_is_no_message_is_told(data: bytes, reason: str) -> None:
    with pytest.raises(MalformedError, match=reason):
        split(memoryview(data))


def test_a_large_field_is_not_copied() -> None:
    data = bytearray(field(1, bytes(1000)))
    value = message(split(memoryview(data)), 1)
    data[-1] = 7
    assert value is not None
    assert value[-1] == 7


def test_a_field_of_another_kind_is_told() -> None:
    fields = split(memoryview(field(1, 5) + field(2, b"x")))
    with pytest.raises(MalformedError, match="holds a number where text or a message"):
        message(fields, 1)
    with pytest.raises(MalformedError, match="text or a message where a number"):
        number(fields, 2)
