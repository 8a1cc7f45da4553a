"""Constants of a graph: their shape and, where they are small, their values."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from graphscope.formats import wire
from graphscope.graph.constants import MAX_CONSTANT
from graphscope.readers.tensorflow.attributes import read_shape, read_text
from graphscope.readers.tensorflow.dtypes import dtype_name
from graphscope.readers.tensorflow.schema import AttrField, TensorField

MAX_VALUES = 256
"""Numbers of a constant that are read: shapes, axes and permutations are shorter."""

NUMBERS = {
    "float32": (TensorField.FLOAT, "<f4"),
    "float64": (TensorField.DOUBLE, "<f8"),
    "int32": (TensorField.INT, "<i4"),
    "uint8": (TensorField.INT, "u1"),
    "int16": (TensorField.INT, "<i2"),
    "int8": (TensorField.INT, "i1"),
    "uint16": (TensorField.INT, "<u2"),
    "int64": (TensorField.INT64, "<i8"),
    "bool": (TensorField.BOOL, "?"),
    "float16": (TensorField.HALF, "<f2"),
    "uint32": (TensorField.UINT32, "<u4"),
    "uint64": (TensorField.UINT64, "<u8"),
}
"""By dtype, the field that lists values one by one, and the form of values in raw bytes."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A tensor that is written out in the file.

    Attributes:
        shape: its shape; None when the file does not tell.
        dtype: its dtype.
        value: its numbers; None when there are many of them, or they are no numbers.
    """

    shape: tuple[int, ...] | None
    dtype: str
    value: np.ndarray[Any, Any] | None


def read_constant(attribute: memoryview) -> Constant:
    """Return the tensor in an attribute; of a large one no number is looked at.

    Raises:
        MalformedError: when it is damaged.
    """
    data = wire.message(wire.split(attribute), AttrField.TENSOR)
    fields = {} if data is None else wire.split(data)
    dtype = dtype_name(wire.number(fields, TensorField.DTYPE) or 0)
    stated = wire.message(fields, TensorField.SHAPE)
    sizes = () if stated is None else read_shape(stated)
    if sizes is None or None in sizes:
        return Constant(None, dtype, None)
    shape = tuple(size for size in sizes if size is not None)
    return Constant(shape, dtype, _read_values(fields, shape, dtype))


def read_texts(attribute: memoryview) -> list[str]:
    """Return the texts of a small constant in short; none of one of numbers, or a large one.

    Raises:
        MalformedError: when it is damaged.
    """
    data = wire.message(wire.split(attribute), AttrField.TENSOR)
    fields = {} if data is None else wire.split(data)
    texts = wire.messages(fields, TensorField.STRING)
    return list(map(read_text, texts)) if len(texts) <= MAX_CONSTANT else []


def _read_values(
    fields: wire.Fields, shape: tuple[int, ...], dtype: str
) -> np.ndarray[Any, Any] | None:
    count = prod(shape)
    if count > MAX_VALUES or dtype not in NUMBERS:
        return None
    field, form = NUMBERS[dtype]
    content = wire.message(fields, TensorField.CONTENT)
    if content:
        if len(content) != count * np.dtype(form).itemsize:
            raise wire.MalformedError(f"a constant of {count:,} numbers has {len(content):,} bytes")
        return np.frombuffer(bytes(content), form).reshape(shape)
    listed = read_listed(fields, field, form, count)
    # The last value stands for all that follow; without any, all are zero.
    rest = np.full(count - len(listed), listed[-1] if len(listed) else 0, form)
    return np.concatenate([listed, rest]).reshape(shape)


def read_listed(fields: wire.Fields, field: int, form: str, limit: int) -> np.ndarray[Any, Any]:
    """Return the numbers of a tensor that are listed one by one, at most `limit` of them.

    Args:
        fields: of the tensor.
        field: the field that lists them.
        form: the form of its numbers.
        limit: how many are read at most.

    Raises:
        MalformedError: when the list is damaged.
    """
    if field in (TensorField.FLOAT, TensorField.DOUBLE):
        return _read_reals(fields, field, form, limit)
    # Negative numbers are written as 64 bits; a damaged file may hold more than the dtype does.
    found = np.array(wire.numbers(fields, field, limit), "<u8")
    return found.astype("<u2").view(form) if field == TensorField.HALF else found.astype(form)


def _read_reals(fields: wire.Fields, field: int, form: str, limit: int) -> np.ndarray[Any, Any]:
    size = np.dtype(form).itemsize
    found = [np.empty(0, form)]
    for value in fields.get(field, ())[:limit]:
        packed = value.to_bytes(8, "little")[:size] if isinstance(value, int) else value
        found.append(np.frombuffer(packed[: min(len(packed) // size, limit) * size], form))
    return np.concatenate(found)[:limit]
