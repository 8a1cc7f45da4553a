"""The numbers of tensors where they lie in a file, a part at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import numpy as np

from graphscope.errors import ReadError
from graphscope.formats import wire
from graphscope.readers.tensorflow.attributes import read_shape
from graphscope.readers.tensorflow.dtypes import dtype_name
from graphscope.readers.tensorflow.schema import AttrField, TensorField
from graphscope.readers.tensorflow.tensors import NUMBERS, read_listed
from graphscope.readers.weights.spread import spread
from graphscope.readers.weights.values import as_numbers

_MOST_LISTED = 1_000_000
"""Numbers that are read where each has a field of its own: TensorFlow writes few in this way."""


def raw_parts(
    data: memoryview, shape: Sequence[int], dtype: str, limit: int, *, is_big_endian: bool = False
) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the numbers of a tensor in parts, evenly spread where they exceed the limit.

    Args:
        data: the numbers, one behind the other, and nothing else.
        shape: the shape of the tensor.
        dtype: its dtype.
        limit: how many bytes are read at most.
        is_big_endian: whether numbers begin with their highest byte.

    Raises:
        ReadError: when there are more or fewer bytes than the shape takes, or the dtype is of no
            numbers that NumPy knows.
    """
    form = np.dtype(_find_form(dtype)[1])
    if is_big_endian:
        form = form.newbyteorder(">")
    if len(data) != prod(shape) * form.itemsize:
        raise ReadError(
            f"The weight cannot be read: {len(data):,} bytes are stored for it, which is not what "
            "its shape and dtype take."
        )
    values = np.frombuffer(data, form).reshape(shape)
    for part in spread(values.shape, form.itemsize, limit):
        yield as_numbers(values[part])


def constant_parts(attribute: memoryview, limit: int) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the numbers of the tensor in an attribute, as `raw_parts` does.

    Raises:
        MalformedError: when the attribute is damaged.
        ReadError: as for `raw_parts`.
    """
    tensor = wire.message(wire.split(attribute), AttrField.TENSOR)
    fields = {} if tensor is None else wire.split(tensor)
    dtype = dtype_name(wire.number(fields, TensorField.DTYPE) or 0)
    stated = wire.message(fields, TensorField.SHAPE)
    sizes = () if stated is None else read_shape(stated)
    if sizes is None or None in sizes:
        raise ReadError("The weight cannot be read: its shape is not known.")
    shape = [size for size in sizes if size is not None]
    raw = _find_raw(fields, prod(shape), dtype)
    if raw is None:
        yield from _listed_parts(fields, prod(shape), dtype, limit)
    else:
        yield from raw_parts(raw, shape, dtype, limit)


def _find_raw(fields: wire.Fields, count: int, dtype: str) -> memoryview | None:
    """Return the numbers of a tensor where they lie one behind the other."""
    field, form = _find_form(dtype)
    content = wire.message(fields, TensorField.CONTENT)
    if content:
        return content
    if field not in (TensorField.FLOAT, TensorField.DOUBLE) or len(fields.get(field, ())) != 1:
        return None
    listed = fields[field][0]
    if isinstance(listed, memoryview) and len(listed) == count * np.dtype(form).itemsize:
        return listed
    return None


def _listed_parts(
    fields: wire.Fields, count: int, dtype: str, limit: int
) -> Iterator[np.ndarray[Any, Any]]:
    field, form = _find_form(dtype)
    listed = as_numbers(read_listed(fields, field, form, min(count, _MOST_LISTED)))
    yield listed
    # The last number stands for all that follow; without any, all are zero.
    last = listed[-1:] if len(listed) else np.zeros(1, listed.dtype)
    if len(listed) < min(count, _MOST_LISTED):
        yield np.full(min(count - len(listed), limit // last.itemsize), last[0])


def _find_form(dtype: str) -> tuple[int, str]:
    """Return the field that lists numbers of a dtype, and their form in raw bytes."""
    if dtype == "bfloat16":
        return TensorField.HALF, "V2"
    if dtype not in NUMBERS:
        raise ReadError(f"Numbers of the type {dtype or 'unknown'} cannot be summed up.")
    return NUMBERS[dtype]
