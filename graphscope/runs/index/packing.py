"""Rows of numbers as bytes, column by column, so that one column can be read alone.

`data` of a block of n rows is n steps (int64), n times (float64), then n values (float64) of each
column, little-endian. `coarse` holds for each column the `COARSE` points that make its picture,
each as a step, a time and a value; where there are fewer, the last one is repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphscope.runs.blocks import StepBlock
from graphscope.runs.curves import keep

NUMBER = 8
"""Bytes of a step, a time or a value."""
_BUCKETS = 8
COARSE = 4 * _BUCKETS
"""Points that stand for a block's column: first, last, lowest and highest of each bucket."""
POINT = 3 * NUMBER
_LARGEST = 128 << 10
"""Bytes of a block: its last one is written anew with each update of a run that is being trained;
of ten scalars a block holds a thousand steps."""
_MOST_ROWS = 1024
_FEWEST_ROWS = 16

Point = np.dtype([("step", "<i8"), ("time", "<f8"), ("value", "<f8")])


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of numbers in the order in which they were logged.

    Attributes:
        steps: shape (n,).
        times: shape (n,).
        values: shape (n, columns).
    """

    steps: NDArray[np.int64]
    times: NDArray[np.float64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, which: slice) -> Rows:
        return Rows(self.steps[which], self.times[which], self.values[which])


def join(parts: Sequence[Rows | StepBlock]) -> Rows:
    """Return rows of the same columns as one."""
    return Rows(
        np.concatenate([part.steps for part in parts]),
        np.concatenate([part.times for part in parts]),
        np.concatenate([part.values for part in parts]),
    )


def capacity(width: int) -> int:
    """Return how many rows of so many columns one block holds."""
    fitting = int(np.clip(_LARGEST // (NUMBER * (width + 2)), _FEWEST_ROWS, _MOST_ROWS))
    return fitting - fitting % _BUCKETS


def pack(rows: Rows) -> bytes:
    """Return rows as bytes."""
    values = np.ascontiguousarray(rows.values.T, "<f8")
    return b"".join(
        (rows.steps.astype("<i8").tobytes(), rows.times.astype("<f8").tobytes(), values.tobytes())
    )


def unpack(data: bytes, count: int) -> Rows:
    """Return the rows that bytes hold; the values are read-only."""
    steps, times = unpack_axis(data, count)
    values = np.frombuffer(data, "<f8", offset=2 * NUMBER * count).reshape(-1, count).T
    return Rows(steps, times, values)


def unpack_axis(data: bytes, count: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return steps and times, with which the bytes of a block begin."""
    return np.frombuffer(data, "<i8", count), np.frombuffer(data, "<f8", count, NUMBER * count)


def pack_coarse(rows: Rows) -> bytes | None:
    """Return the points that make each column's picture; None where that saves nothing."""
    count, width = rows.values.shape
    if count < 2 * COARSE:
        return None
    order = np.argsort(rows.steps, kind="stable")
    values = rows.values[order]
    # One by one, columns take ten times as long; a block that still grows does not matter.
    is_even = count % _BUCKETS == 0
    together = np.isfinite(values).all(axis=0) & is_even
    kept = np.empty((COARSE, width), np.intp)
    if together.any():
        kept[:, together] = _extremes(values[:, together])
    for column in np.flatnonzero(~together):
        some = keep(rows.steps[order], values[:, column], COARSE)
        kept[:, column] = np.append(some, np.repeat(some[-1:], COARSE - len(some)))
    points: NDArray[np.void] = np.empty((width, COARSE), Point)
    points["step"] = rows.steps[order][kept].T
    points["time"] = rows.times[order][kept].T
    points["value"] = np.take_along_axis(values, kept, axis=0).T
    return points.tobytes()


def _extremes(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return where finite columns begin, end, are lowest and highest in each of equal buckets.

    Args:
        values: shape (n, columns), n a multiple of the number of buckets.

    Returns:
        shape (COARSE, columns), rising in each column.
    """
    count, width = values.shape
    size = count // _BUCKETS
    buckets = values.reshape(_BUCKETS, size, width)
    begins = np.arange(0, count, size)[:, None]
    edges = [np.broadcast_to(each, (_BUCKETS, width)) for each in (begins, begins + size - 1)]
    found = [begins + buckets.argmin(axis=1), begins + buckets.argmax(axis=1), *edges]
    return np.sort(np.concatenate(found), axis=0)


def unpack_coarse(data: bytes) -> NDArray[np.void]:
    """Return the points of one column, each once."""
    bits = np.frombuffer(data, "<u8").reshape(-1, POINT // NUMBER)  # NaN equals itself so.
    is_new = np.append(True, (bits[1:] != bits[:-1]).any(axis=1))
    distinct: NDArray[np.void] = np.frombuffer(data, Point)[is_new]
    return distinct
