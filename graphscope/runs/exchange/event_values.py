"""What one event holds: numbers and histograms, out of the bytes of TensorFlow's messages.

Numbers of fields are those of TensorFlow's `event.proto`, `summary.proto`, `histogram.proto`,
`tensor.proto` and `types.proto`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from graphscope.formats.wire import (
    Fields,
    MalformedError,
    double,
    message,
    messages,
    number,
    numbers,
    signed,
    single,
    split,
    text,
)
from graphscope.runs.points import clean_name

_KEY, _FLOAT = 2 << 3 | 5, struct.Struct("<f")
"""What `simple_value` begins with, and its form."""
_NUMBER = 1 + _FLOAT.size
_MOST_KNOWN = 20_000

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

    def values(self, known: dict[bytes, str]) -> Iterator[Summary]:
        """Yield what the summary holds.

        Args:
            known: beginnings of plain numbers with the tags that they hold; filled here, and worth
                keeping, as all but the last bytes of a metric are the same in each event.

        Raises:
            MalformedError: when it is damaged.
        """
        if self.summary is None:
            return
        for value in messages(split(self.summary), 1):
            begin, end = bytes(value[:-_NUMBER]), value[-_NUMBER:]
            tag = known.get(begin)
            if tag is not None and end[0] == _KEY:
                yield Summary(tag, "", _FLOAT.unpack(end[1:])[0])
                continue
            found = _read_summary(split(value))
            if begin and end[0] == _KEY and len(known) < _MOST_KNOWN:
                _remember(known, begin, found.tag)
            yield found


def _remember(known: dict[bytes, str], begin: bytes, tag: str) -> None:
    """Note a beginning that is a tag and nothing else: what is behind it is a field of its own."""
    with suppress(MalformedError):
        if split(memoryview(begin)).keys() == {1}:
            known[begin] = tag


def read_event(data: memoryview) -> Event:
    """Return an event of its bytes.

    Raises:
        MalformedError: when it is none.
    """
    fields = split(data)
    return Event(double(fields, 1) or 0.0, signed(number(fields, 2) or 0), message(fields, 5))


def _read_summary(fields: Fields) -> Summary:
    metadata = message(fields, 9)
    plugin = None if metadata is None else message(split(metadata), 1)
    return Summary(
        clean_name(text(fields, 1)),
        "" if plugin is None else text(split(plugin), 1),
        single(fields, 2),
        message(fields, 5),
        message(fields, 8),
    )


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
        MalformedError: when it is none.
    """
    fields = split(data)
    limits, counts = _read_reals(fields, 6, "<f8"), _read_reals(fields, 7, "<f8")
    if len(limits) != len(counts):
        raise MalformedError("a histogram has not as many limits as buckets")
    low, high = double(fields, 1) or 0.0, double(fields, 2) or 0.0
    return Buckets(low, high, limits.tolist(), counts.tolist())


def read_tensor(data: memoryview) -> NDArray[np.float64] | None:
    """Return the numbers of a tensor; None when it holds other things, or very many.

    Raises:
        MalformedError: when it is damaged.
    """
    fields = split(data)
    dtype, shape, content = number(fields, 1) or 0, message(fields, 2), message(fields, 4)
    sizes = [] if shape is None else _read_sizes(shape)
    if content is not None:
        return _arrange(_as_numbers(content, _DTYPES[dtype]), sizes) if dtype in _DTYPES else None
    listed = [_read_reals(fields, field, form) for field, form in _REALS.items()]
    listed += [np.asarray([signed(each) for each in numbers(fields, field)], np.float64)
               for field in _WHOLE]  # fmt: skip
    listed.append(_read_halves(numbers(fields, _HALVES), dtype))
    return _arrange(np.concatenate(listed), sizes)


def _read_sizes(shape: memoryview) -> list[int]:
    return [signed(number(split(size), 1) or 0) for size in messages(split(shape), 2)]


def _read_reals(fields: Fields, field: int, dtype: str) -> NDArray[np.float64]:
    """Return repeated real numbers, packed or one by one, which leaves the bits of each."""
    return np.concatenate(
        [
            np.empty(0),
            *(
                _as_numbers(memoryview(value.to_bytes(8, "little")), dtype)[:1]
                if isinstance(value, int)
                else _as_numbers(value, dtype)
                for value in fields.get(field, ())
            ),
        ]
    )


def _as_numbers(data: memoryview, dtype: str) -> NDArray[np.float64]:
    if len(data) % np.dtype(dtype).itemsize:
        raise MalformedError(f"{len(data)} bytes are no numbers of the type {dtype}")
    with np.errstate(invalid="ignore"):  # A signalling NaN is one like any other.
        return np.frombuffer(data, dtype).astype(np.float64)


def _read_halves(bits: list[int], dtype: int) -> NDArray[np.float64]:
    """Return numbers of two bytes, each of which is written as the whole number of its bits."""
    halves = np.asarray([each & 0xFFFF for each in bits], np.uint16)
    if dtype == _BFLOAT16:
        return (halves.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return halves.view(np.float16).astype(np.float64)


def _arrange(found: NDArray[np.float64], sizes: list[int]) -> NDArray[np.float64] | None:
    """Return numbers in the shape of their tensor; the last one stands for those left out."""
    count = prod(sizes)
    if min(sizes, default=0) < 0 or count > _LARGEST or len(found) > count:
        return None
    if len(found) < count:
        rest = found[-1] if len(found) else 0.0
        found = np.concatenate([found, np.full(count - len(found), rest)])
    return found.reshape(sizes)
