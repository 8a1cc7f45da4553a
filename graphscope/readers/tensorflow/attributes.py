"""Attributes of operations as plain values."""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from typing import Any

from graphscope.formats import wire
from graphscope.formats.wire import Fields
from graphscope.readers.tensorflow.dtypes import dtype_name
from graphscope.readers.tensorflow.schema import AttrField, ShapeField
from graphscope.readers.text import shorten

MAX_LISTED = 64
MAX_TEXT = 200
MAX_RANK = 254
"""TensorFlow's own limit on the number of axes."""

_FLOAT = struct.Struct("<f")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""What no text holds: the controls of ASCII but white space and escapes."""


def read_shape(data: memoryview) -> tuple[int | None, ...] | None:
    """Return a shape; None for a size that is open, None in all when not even the rank is known.

    Raises:
        MalformedError: when it is damaged.
    """
    fields = wire.split(data)
    if wire.number(fields, ShapeField.UNKNOWN_RANK):
        return None
    dims = wire.messages(fields, ShapeField.DIM)
    if len(dims) > MAX_RANK:
        return None
    return tuple(map(_read_size, dims))


def _read_size(data: memoryview) -> int | None:
    size = wire.signed(wire.number(wire.split(data), ShapeField.DIM_SIZE) or 0)
    return None if size < 0 else size


def read_shape_attribute(attribute: memoryview) -> tuple[int | None, ...] | None:
    """Return the shape in an attribute; None when it holds none, or one of unknown rank."""
    data = wire.message(wire.split(attribute), AttrField.SHAPE)
    return None if data is None else read_shape(data)


def read_shapes(attribute: memoryview) -> list[tuple[int | None, ...] | None]:
    """Return the shapes in an attribute that is a list of them."""
    values = wire.message(wire.split(attribute), AttrField.LIST)
    if values is None:
        return []
    return [read_shape(shape) for shape in wire.messages(wire.split(values), AttrField.SHAPE)]


@lru_cache(maxsize=1024)
def read_dtype(attribute: memoryview) -> str:
    """Return the dtype in an attribute; empty when it holds none."""
    return dtype_name(wire.number(wire.split(attribute), AttrField.TYPE) or 0)


def read_dtypes(attribute: memoryview, limit: int) -> list[str]:
    """Return the dtypes in an attribute that is a list of them, at most `limit`."""
    values = wire.message(wire.split(attribute), AttrField.LIST)
    if values is None:
        return []
    return [dtype_name(each) for each in wire.numbers(wire.split(values), AttrField.TYPE, limit)]


def read_function(attribute: memoryview) -> str:
    """Return the name of the function in an attribute; empty when it holds none."""
    function = wire.message(wire.split(attribute), AttrField.FUNC)
    return "" if function is None else wire.text(wire.split(function), 1)


def read_functions(attribute: memoryview) -> list[str]:
    """Return the names of the functions in an attribute that is a list of them."""
    values = wire.message(wire.split(attribute), AttrField.LIST)
    if values is None:
        return []
    found = wire.messages(wire.split(values), AttrField.LIST_FUNC)
    return [wire.text(wire.split(function), 1) for function in found]


def read_value(attribute: memoryview) -> Any:
    """Return an attribute as a JSON value; None for dtypes, functions and tensors."""
    fields = wire.split(attribute)
    values = wire.message(fields, AttrField.LIST)
    if values is not None:
        return _read_list(wire.split(values))
    for field, convert in _CONVERSIONS.items():
        if field in fields:
            return convert(fields)
    return None


def _read_list(fields: Fields) -> list[Any]:
    if AttrField.I in fields:
        return [wire.signed(value) for value in wire.numbers(fields, AttrField.I, MAX_LISTED)]
    if AttrField.B in fields:
        return [bool(value) for value in wire.numbers(fields, AttrField.B, MAX_LISTED)]
    if AttrField.F in fields:
        return _floats(fields)[:MAX_LISTED]
    if AttrField.SHAPE in fields:
        shapes = map(read_shape, wire.messages(fields, AttrField.SHAPE)[:MAX_LISTED])
        return [_plain_shape(shape) for shape in shapes]
    texts = wire.messages(fields, AttrField.S)[:MAX_LISTED]
    return [read_text(value) for value in texts]


def _floats(fields: Fields) -> list[float]:
    found: list[float] = []
    for value in fields[AttrField.F]:
        data = value.to_bytes(8, "little")[:4] if isinstance(value, int) else bytes(value)
        found += [number for (number,) in _FLOAT.iter_unpack(data[: len(data) // 4 * 4])]
    return found


def read_text(data: memoryview) -> str:
    """Return text in short; of other bytes, such as compiled programs, how many there are."""
    if _BINARY.search(data[: 4 * MAX_TEXT]):
        return f"({len(data):,} bytes)"
    return shorten(wire.decode(data[: 4 * MAX_TEXT]), MAX_TEXT)


def _read_shape_value(fields: Fields) -> list[int] | None:
    data = wire.message(fields, AttrField.SHAPE)
    return _plain_shape(None if data is None else read_shape(data))


def _plain_shape(shape: tuple[int | None, ...] | None) -> list[int] | None:
    return None if shape is None else [-1 if size is None else size for size in shape]


_CONVERSIONS = {
    AttrField.S: lambda fields: read_text(wire.message(fields, AttrField.S) or memoryview(b"")),
    AttrField.I: lambda fields: wire.signed(wire.number(fields, AttrField.I) or 0),
    AttrField.F: lambda fields: _floats(fields)[-1],
    AttrField.B: lambda fields: bool(wire.number(fields, AttrField.B)),
    AttrField.SHAPE: _read_shape_value,
}
