"""The wire format of protocol buffers, read field by field without any message definitions.

A message is a sequence of fields, each with a number that its definition names. Nothing is parsed
before it is asked for: what is inside a field stays a view of the bytes that were given, so that a
tensor of gigabytes costs as little as an empty one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import TypeAlias

Value: TypeAlias = int | memoryview
"""A varint as a number from 0 to 2**64 - 1; all else as a view of its bytes."""

_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_LONGEST = 10
"""Bytes of a varint of 64 bits."""
_UNSIGNED = 2**64


class WireError(ValueError):
    """The bytes are no message, or are cut."""


def read_fields(data: memoryview) -> Iterator[tuple[int, Value]]:
    """Yield number and value of each field of a message, in the order in which they lie.

    Args:
        data: the bytes of the message, one number each.

    Raises:
        WireError: where the bytes cease to be a message; fields before it were yielded.
    """
    at, end = 0, len(data)
    while at < end:
        key = data[at]
        at += 1
        if key > 0x7F:
            key, at = _read_varint(data, at - 1)
        kind, number = key & 7, key >> 3
        if not 0 < number < 1 << 29:
            raise WireError(f"a field has the number {number}")
        if kind == _VARINT:
            value, at = _read_varint(data, at)
            yield number, value
            continue
        if kind == _BYTES:
            size, at = _read_varint(data, at)
        elif kind in (_EIGHT, _FOUR):
            size = 8 if kind == _EIGHT else 4
        else:
            raise WireError(f"a field is of the unknown kind {kind}")
        if size > end - at:
            raise WireError(f"a field of {size} bytes is cut after {end - at}")
        yield number, data[at : at + size]
        at += size


def find_field(data: memoryview, *path: int) -> Value | None:
    """Return the last value of a field that lies inside messages; None where there is none.

    Args:
        data: the outermost message.
        path: numbers of fields, from the outside in.

    Raises:
        WireError: as `read_fields`, or when a field on the way is no message.
    """
    found: Value | None = data
    for number in path:
        if found is None:
            return None
        inside, found = as_bytes(found), None
        for each, value in read_fields(inside):
            if each == number:
                found = value
    return found


def as_bytes(value: Value) -> memoryview:
    """Return the bytes of a field that is a message, a text or packed numbers.

    Raises:
        WireError: when it is a varint.
    """
    if isinstance(value, int):
        raise WireError("a field holds a number where a message or text is expected")
    return value


def as_text(value: Value) -> str:
    """Return a text; bytes that are not UTF-8 are replaced.

    Raises:
        WireError: as `as_bytes`.
    """
    return str(as_bytes(value), "utf-8", "replace")


def as_unsigned(value: Value) -> int:
    """Return a whole number that is not negative, a truth value or an enumeration's.

    Raises:
        WireError: when the field is no varint.
    """
    if not isinstance(value, int):
        raise WireError("a field holds bytes where a number is expected")
    return value


def as_signed(value: Value) -> int:
    """Return a whole number of 64 bits, as `int64` and `int32` are written.

    Raises:
        WireError: as `as_unsigned`.
    """
    number = as_unsigned(value)
    return number - _UNSIGNED if number >= _UNSIGNED // 2 else number


def as_float(value: Value) -> float:
    """Return a real number of 4 or 8 bytes.

    Raises:
        WireError: when the field is none.
    """
    data = as_bytes(value)
    if len(data) not in (4, 8):
        raise WireError(f"a field holds {len(data)} bytes where a real number is expected")
    number: float = struct.unpack("<f" if len(data) == 4 else "<d", data)[0]
    return number


def read_packed(value: Value, one: Callable[[Value], int] = as_signed) -> list[int]:
    """Return the varints of a repeated field: one of them, or many packed into one value.

    Args:
        value: of the field.
        one: what makes a number of each.

    Raises:
        WireError: when the last one is cut.
    """
    if isinstance(value, int):
        return [one(value)]
    found, at = [], 0
    while at < len(value):
        number, at = _read_varint(value, at)
        found.append(one(number))
    return found


def _read_varint(data: memoryview, at: int) -> tuple[int, int]:
    """Return a varint, and where the next byte is."""
    if at < len(data) and data[at] < 0x80:  # Almost all are this short.
        return data[at], at + 1
    number = shift = 0
    for byte in data[at : at + _LONGEST]:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number % _UNSIGNED, at + shift // 7
    raise WireError("a number is cut or too long")
