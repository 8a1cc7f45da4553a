"""The wire format of protocol buffers, good and bad."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphscope.formats.wire import (
    WireError,
    as_bytes,
    as_float,
    as_signed,
    as_text,
    find_field,
    read_fields,
    read_packed,
)


def varint(number: int) -> bytes:
    number %= 2**64
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields_of(data: bytes) -> list[tuple[int, int | bytes]]:
    found = read_fields(memoryview(data))
    return [(number, v if isinstance(v, int) else bytes(v)) for number, v in found]


@given(st.lists(st.tuples(st.integers(1, 2**29 - 1),
                          st.integers(0, 2**64 - 1) | st.binary(max_size=300))))  # fmt: skip
def test_what_is_written_is_read(given: list[tuple[int, int | bytes]]) -> None:
    assert fields_of(b"".join(field(*each) for each in given)) == given


@given(st.binary(max_size=64))
def test_of_any_bytes_only_our_error_leaves(data: bytes) -> None:
    try:
        for _, value in read_fields(memoryview(data)):
            if not isinstance(value, int):
                as_text(value)
                read_packed(value)
    except WireError:
        pass


def test_numbers_are_signed_where_that_is_meant() -> None:
    (minus,) = [as_signed(value) for _, value in read_fields(memoryview(field(1, -3)))]
    assert minus == -3
    assert read_packed(memoryview(varint(-1) + varint(7))) == [-1, 7]


def test_real_numbers_are_of_four_or_eight_bytes() -> None:
    data = b"\x0d" + struct.pack("<f", 0.5) + b"\x11" + struct.pack("<d", 0.1)
    assert [as_float(value) for _, value in read_fields(memoryview(data))] == [0.5, 0.1]
    with pytest.raises(WireError, match="3 bytes where a real number"):
        as_float(memoryview(b"abc"))


def test_a_field_is_found_inside_others_and_the_last_one_counts() -> None:
    data = memoryview(field(1, field(2, b"old")) + field(1, field(2, b"a") + field(2, b"new")))
    found = find_field(data, 1, 2)
    assert found is not None
    assert as_bytes(found) == b"new"
    assert find_field(data, 1, 3) is None
    assert find_field(data, 7, 3) is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x0a", "cut or too long"),
        (b"\x0a\x05ab", "a field of 5 bytes is cut after 2"),
        (b"\x0d\x00", "a field of 4 bytes is cut after 1"),
        (b"\x08" + b"\xff" * 11, "cut or too long"),
        (b"\x0a" + b"\xff" * 9 + b"\x01", "is cut after 0"),
        (b"\x00", "the number 0"),
        (b"\x0b", "unknown kind 3"),
        (b"\x0f", "unknown kind 7"),
    ],
)
def test_what_is_no_message_is_told(data: bytes, reason: str) -> None:
    with pytest.raises(WireError, match=reason):
        fields_of(data)


def test_a_large_field_is_not_copied() -> None:
    data = bytearray(field(1, bytes(1000)))
    ((_, value),) = read_fields(memoryview(data))
    data[-1] = 7
    assert as_bytes(value)[-1] == 7


def test_a_field_of_another_kind_is_told() -> None:
    with pytest.raises(WireError, match="a number where a message or text"):
        find_field(memoryview(field(1, 5)), 1, 2)
    with pytest.raises(WireError, match="bytes where a number"):
        as_signed(memoryview(b"x"))
