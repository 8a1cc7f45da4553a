"""Many steps at once: what a long log is read as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from graphscope.runs.codec import decode
from graphscope.runs.records import Record, Step

_STEP = b'{"k":"s",'
_LONGEST = 256
"""Steps of one block; more at once are slower, as they leave the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class StepBlock:
    """Consecutive steps of one log that have the same columns.

    Attributes:
        columns: which `Columns` name the values.
        steps: shape (n,).
        times: shape (n,), seconds since the epoch.
        values: shape (n, number of columns).
    """

    columns: int
    steps: NDArray[np.int64]
    times: NDArray[np.float64]
    values: NDArray[np.float64]

    def records(self) -> Iterator[Step]:
        """Yield the steps one by one."""
        rows = zip(self.steps.tolist(), self.times.tolist(), self.values.tolist(), strict=True)
        for step, time, values in rows:
            yield Step(step, time, self.columns, tuple(values))


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that is no record, and why."""

    reason: str


def decode_lines(lines: Iterable[bytes]) -> Iterator[Record | StepBlock | Unreadable]:
    """Yield what lines of a log hold, consecutive steps together; unknown kinds are left out."""
    for is_steps, group in groupby(lines, key=_is_step):
        if not is_steps:
            yield from chain.from_iterable(map(_decode, group))
            continue
        while some := list(islice(group, _LONGEST)):
            yield from _decode_steps(some)


def _is_step(line: bytes) -> bool:
    return line.startswith(_STEP)


def _decode(line: bytes) -> Iterator[Record | Unreadable]:
    try:
        record = decode(line)
    except ValueError as error:
        yield Unreadable(str(error))
        return
    if record is not None:
        yield record


def _decode_steps(lines: list[bytes]) -> Iterator[StepBlock | Unreadable]:
    """Parse lines as one array, which is fastest; where that fails, in ever smaller parts."""
    try:
        data = b",".join(lines)
        rows = orjson.loads(b"[" + data + b"]")
        blocks = [_as_block(each) for each in _by_columns(rows, data)]
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        if len(lines) == 1:
            yield Unreadable(str(error))
            return
        half = len(lines) // 2
        yield from _decode_steps(lines[:half])
        yield from _decode_steps(lines[half:])
        return
    yield from blocks


def _by_columns(rows: list[dict[str, Any]], data: bytes) -> list[list[dict[str, Any]]]:
    if data.count(b'%s"c":%d,' % (_STEP, rows[0]["c"])) == len(rows):
        return [rows]
    return [list(each) for _, each in groupby(rows, key=itemgetter("c"))]


def _as_block(rows: list[dict[str, Any]]) -> StepBlock:
    count, width = len(rows), len(rows[0]["v"])
    flat = chain.from_iterable([row["v"] for row in rows])
    values = np.fromiter(flat, np.float64)  # It reads "nan" and "inf" as numbers, too.
    if len(values) != count * width:
        raise ValueError("the number of values differs")
    return StepBlock(
        rows[0]["c"],
        np.fromiter((row["s"] for row in rows), np.int64, count),
        np.fromiter((row["t"] for row in rows), np.float64, count),
        values.reshape(count, width),
    )
