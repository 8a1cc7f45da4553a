"""Protocol buffer messages, taken apart where they lie.

A message is a row of numbered fields. `split` finds the fields of one message and leaves those
that are messages themselves as windows on the same memory, so a file of gigabytes costs no more
than the parts that are asked for. Nothing recurses: how deep messages are nested is up to who
asks.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TypeAlias

Value: TypeAlias = int | memoryview
"""A number, or the bytes of a text, a message or packed numbers."""

Fields: TypeAlias = dict[int, list[Value]]
"""The values of a message by field number, in the order of the file."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIXED = {_FIXED64: struct.Struct("<Q"), _FIXED32: struct.Struct("<I")}
_WORD = (1 << 64) - 1


class MalformedError(ValueError):
    """Bytes that are no protocol buffer message."""


def split(data: memoryview) -> Fields:
    """Return the fields of a message.

    Raises:
        MalformedError: when a field is cut off or of no known kind.
    """
    found: Fields = {}
    position, end = 0, len(data)
    while position < end:
        key = data[position]
        position += 1
        if key >= 0x80:
            key, position = read_varint(data, position - 1)
        kind = key & 7
        value: Value
        if kind == _BYTES:
            # Almost all lengths are one byte, and a call for each costs more than all the rest.
            if position < end and data[position] < 0x80:
                size = data[position]
                position += 1
            else:
                size, position = read_varint(data, position)
            start, position = position, position + size
            if position > end:
                raise MalformedError("a field is longer than the message around it")
            value = data[start:position]
        elif kind == _VARINT:
            value, position = read_varint(data, position)
        else:
            value, position = _read_fixed(data, position, kind)
        number = key >> 3
        if number in found:
            found[number].append(value)
        elif number:
            found[number] = [value]
        else:
            raise MalformedError("a field has the number 0")
    return found


def read_varint(data: memoryview, position: int) -> tuple[int, int]:
    """Return the number of variable length at a position, and where it ends.

    Raises:
        MalformedError: when it is cut off.
    """
    if position < len(data) and data[position] < 0x80:  # Almost all are this short.
        return data[position], position + 1
    value = shift = 0
    for position in range(position, min(position + 10, len(data))):  # noqa: PLR1704, B020
        byte = data[position]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & _WORD, position + 1
        shift += 7
    raise MalformedError("a number is cut off or longer than 64 bits")


def _read_fixed(data: memoryview, position: int, kind: int) -> tuple[int, int]:
    form = _FIXED.get(kind)
    if form is None:
        raise MalformedError(f"a field is of the unknown kind {kind}")
    if position + form.size > len(data):
        raise MalformedError("a number is cut off")
    return form.unpack_from(data, position)[0], position + form.size


def messages(fields: Fields, number: int) -> list[memoryview]:
    """Return the messages (or texts, or bytes) in a field.

    Raises:
        MalformedError: when the field holds numbers.
    """
    values = fields.get(number)
    if values is None:
        return []
    found = [value for value in values if isinstance(value, memoryview)]
    if len(found) < len(values):
        raise MalformedError(f"field {number} holds a number where text or a message belongs")
    return found


def message(fields: Fields, number: int) -> memoryview | None:
    """Return the message in a field; None when there is none. The last one counts."""
    found = messages(fields, number)
    return found[-1] if found else None


def text(fields: Fields, number: int) -> str:
    """Return the text in a field; empty when there is none."""
    found = message(fields, number)
    return "" if found is None else decode(found)


def decode(data: memoryview) -> str:
    """Return UTF-8 text; what is none is replaced."""
    return str(data, "utf-8", "replace")


def number(fields: Fields, field: int) -> int | None:
    """Return the number in a field; None when there is none.

    Raises:
        MalformedError: when the field holds text or a message.
    """
    values = fields.get(field)
    if values is None:
        return None
    value = values[-1]
    if isinstance(value, int):
        return value
    raise MalformedError(f"field {field} holds text or a message where a number belongs")


def signed(value: int) -> int:
    """Return a 64-bit number with its sign."""
    return value - (1 << 64) if value >> 63 else value


def double(fields: Fields, field: int) -> float | None:
    """Return the real number of 8 bytes in a field; None when there is none.

    Raises:
        MalformedError: when the field holds text or a message.
    """
    return _real(fields, field, _FIXED64, "<d")


def single(fields: Fields, field: int) -> float | None:
    """Return the real number of 4 bytes in a field, as `double` does."""
    return _real(fields, field, _FIXED32, "<f")


def _real(fields: Fields, field: int, kind: int, form: str) -> float | None:
    bits = number(fields, field)
    if bits is None:
        return None
    try:
        (value,) = struct.unpack(form, _FIXED[kind].pack(bits))
    except struct.error:
        raise MalformedError(f"field {field} holds no real number of this size") from None
    return float(value)


def numbers(fields: Fields, field: int, limit: int | None = None) -> list[int]:
    """Return repeated varints, which may be packed into runs of bytes, at most `limit` of them."""
    found: list[int] = []
    for value in fields.get(field, ()):
        if isinstance(value, int):
            found.append(value)
            continue
        position = 0
        while position < len(value) and (limit is None or len(found) < limit):
            item, position = read_varint(value, position)
            found.append(item)
    return found if limit is None else found[:limit]


def entries(fields: Fields, field: int) -> Iterator[tuple[str, memoryview]]:
    """Yield keys and values of a map from texts to messages or texts."""
    for entry in messages(fields, field):
        parts = split(entry)
        yield text(parts, 1), message(parts, 2) or _EMPTY


_EMPTY = memoryview(b"")
