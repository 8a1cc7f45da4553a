"""What one event holds: numbers and histograms, out of the bytes of TensorFlow's messages.

Numbers of fields are those of TensorFlow's `event.proto`, `summary.proto`, `histogram.proto`,
`tensor.proto` and `types.proto`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from graphscope.formats.wire import (
    Value,
    WireError,
    as_bytes,
    as_float,
    as_signed,
    as_text,
    find_field,
    read_fields,
    read_packed,
)

_LARGEST = 1 << 20
"""Numbers of a tensor that are read: a histogram has some dozens."""

_DTYPES = {1: "<f4", 2: "<f8", 3: "<i4", 4: "u1", 5: "<i2", 6: "i1", 9: "<i8", 10: "?",
           17: "<u2", 19: "<f2", 22: "<u4", 23: "<u8"}  # fmt: skip
"""Types of numbers by their number in `DataType`."""
_BFLOAT16 = 14
_REALS = {5: "<f4", 6: "<f8"}
"""Fields of a tensor that list real numbers: `float_val`, `double_val`."""
_WHOLE = frozenset({7, 10, 11, 16, 17})
"""Those that list whole ones: `int_val`, `int64_val`, `bool_val`, `uint32_val`, `uint64_val`."""
_HALVES = 13
"""The one that lists numbers of two bytes: `half_val`."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One value of an event's summary.

    Attributes:
        tag: its name.
        plugin: of TensorBoard, that it is for; empty where it does not say.
        number: where it is one number.
        buckets: where it is a histogram of the old form, the bytes of it.
        tensor: where it is a tensor, the bytes of it.
    """

    tag: str
    plugin: str = ""
    number: float | None = None
    buckets: memoryview | None = None
    tensor: memoryview | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Time (seconds since the epoch), step and summary of one event."""

    time: float
    step: int
    summary: memoryview | None

    def values(self) -> Iterator[Summary]:
        """Yield what the summary holds.

        Raises:
            WireError: when it is damaged.
        """
        if self.summary is not None:
            for number, value in read_fields(self.summary):
                if number == 1:
                    yield _read_summary(as_bytes(value))


def read_event(data: memoryview) -> Event:
    """Return an event of its bytes.

    Raises:
        WireError: when it is none.
    """
    time, step, summary = 0.0, 0, None
    for number, value in read_fields(data):
        if number == 1:
            time = as_float(value)
        elif number == 2:
            step = as_signed(value)
        elif number == 5:
            summary = as_bytes(value)
    return Event(time, step, summary)


def _read_summary(data: memoryview) -> Summary:
    tag, plugin = "", ""
    number: float | None = None
    buckets: memoryview | None = None
    tensor: memoryview | None = None
    for field, value in read_fields(data):
        if field == 1:
            tag = as_text(value)
        elif field == 2:
            number = as_float(value)
        elif field == 5:
            buckets = as_bytes(value)
        elif field == 8:
            tensor = as_bytes(value)
        elif field == 9:
            name = find_field(as_bytes(value), 1, 1)
            plugin = "" if name is None else as_text(name)
    return Summary(tag, plugin, number, buckets, tensor)


@dataclass(frozen=True, slots=True)
class Buckets:
    """A histogram of the old form: each bucket ends at its limit, where the next one begins."""

    low: float
    high: float
    limits: list[float]
    counts: list[float]


def read_buckets(data: memoryview) -> Buckets:
    """Return a histogram of the old form.

    Raises:
        WireError: when it is none.
    """
    ends = {1: 0.0, 2: 0.0}
    lists: dict[int, list[float]] = {6: [], 7: []}
    for number, value in read_fields(data):
        if number in ends:
            ends[number] = as_float(value)
        elif number in lists:
            lists[number] += _read_reals(as_bytes(value), "<f8").tolist()
    if len(lists[6]) != len(lists[7]):
        raise WireError("a histogram has not as many limits as buckets")
    return Buckets(ends[1], ends[2], lists[6], lists[7])


def read_tensor(data: memoryview) -> NDArray[np.float64] | None:
    """Return the numbers of a tensor; None when it holds other things, or very many.

    Raises:
        WireError: when it is damaged.
    """
    dtype, sizes = 0, list[int]()
    content: memoryview | None = None
    listed = [np.empty(0)]
    for number, value in read_fields(data):
        if number == 1:
            dtype = as_signed(value)
        elif number == 2:
            sizes = list(_read_sizes(as_bytes(value)))
        elif number == 4:
            content = as_bytes(value)
        elif number in _REALS:
            listed.append(_read_reals(as_bytes(value), _REALS[number]))
        elif number in _WHOLE:
            listed.append(np.asarray(read_packed(value), np.float64))
        elif number == _HALVES:
            listed.append(_read_halves(value, dtype))
    if content is not None:
        if dtype not in _DTYPES:
            return None
        listed = [_read_reals(content, _DTYPES[dtype])]
    return _arrange(np.concatenate(listed), sizes)


def _read_sizes(data: memoryview) -> Iterator[int]:
    for number, value in read_fields(data):
        if number == 2:
            size = find_field(as_bytes(value), 1)
            yield 0 if size is None else as_signed(size)


def _read_reals(data: memoryview, dtype: str) -> NDArray[np.float64]:
    if len(data) % np.dtype(dtype).itemsize:
        raise WireError(f"{len(data)} bytes are no numbers of the type {dtype}")
    return np.frombuffer(data, dtype).astype(np.float64)


def _read_halves(value: Value, dtype: int) -> NDArray[np.float64]:
    """Return numbers of two bytes, each of which is written as the whole number of its bits."""
    bits = np.asarray([each & 0xFFFF for each in read_packed(value)], np.uint16)
    if dtype == _BFLOAT16:
        return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return bits.view(np.float16).astype(np.float64)


def _arrange(numbers: NDArray[np.float64], sizes: list[int]) -> NDArray[np.float64] | None:
    """Return numbers in the shape of their tensor; the last one stands for those left out."""
    count = prod(sizes)
    if min(sizes, default=0) < 0 or count > _LARGEST or len(numbers) > count:
        return None
    if len(numbers) < count:
        rest = numbers[-1] if len(numbers) else 0.0
        numbers = np.concatenate([numbers, np.full(count - len(numbers), rest)])
    return numbers.reshape(sizes)
