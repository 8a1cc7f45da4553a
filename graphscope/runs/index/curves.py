"""Series out of blocks: only the columns that are asked for, only as fine as they are drawn.

A window with many more rows than points is drawn from the coarse points of its blocks, which hold
their extremes; a small one from the rows themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from sqlalchemy import ColumnElement, Connection, and_, func, select

from graphscope.runs.curves import downsample, smooth, visible
from graphscope.runs.index import schema
from graphscope.runs.index.packing import (
    COARSE,
    NUMBER,
    POINT,
    unpack_axis,
    unpack_coarse,
)
from graphscope.runs.run import Series

_FINER = 1.5
"""Coarse points are used where there are so many times as many as are drawn: each of the picture's
buckets then has more than it shows to choose from."""


@dataclass(frozen=True, slots=True)
class Window:
    """What is to be seen of series.

    Attributes:
        first, last: steps between which it lies; None for all.
        points: at most so many of each series; None for all.
        smoothing: weight of the moving average, 0 for none; it begins with the series, not with
            the window.
    """

    first: int | None = None
    last: int | None = None
    points: int | None = None
    smoothing: float = 0.0


@dataclass(frozen=True, slots=True)
class _Group:
    """The blocks of one log with the same columns: numbers `begin` to, and without, `end`."""

    log: int
    kind: str
    columns: int
    begin: int
    end: int
    is_coarse: bool

    @property
    def where(self) -> ColumnElement[bool]:
        """Its blocks in the table."""
        table = schema.blocks.c
        return and_(
            table.log == self.log,
            table.kind == self.kind,
            table.columns == self.columns,
            table.number >= self.begin,
            table.number < self.end,
        )


Name = Any
"""Of a step's metric a string, of a statistic a pair: its layer's key, its own name."""


def read_series(
    connection: Connection,
    logs: Sequence[int],
    kind: str,
    is_wanted: Callable[[Name], bool],
    window: Window,
) -> dict[Name, Series]:
    """Return the wanted series of a run, by name.

    Args:
        connection: in a transaction that reads.
        logs: ids of the run's logs, in the order of their writers.
        kind: `schema.STEPS` or `schema.STATISTICS`.
        is_wanted: whether a name is to be read: of statistics a pair of layer and statistic.
        window: what is to be seen.
    """
    parts: defaultdict[Name, list[Series]] = defaultdict(list)
    for log in logs:
        for columns, names in _read_names(connection, log, kind):
            wanted = [(index, name) for index, name in enumerate(names) if is_wanted(name)]
            group = _choose(connection, log, kind, columns, window)
            if wanted and group is not None:
                for name, series in _read_group(connection, group, wanted):
                    parts[name].append(series)
    return {name: _show(_join(each), window) for name, each in parts.items()}


def _read_names(connection: Connection, log: int, kind: str) -> Iterator[tuple[int, list[Name]]]:
    table = schema.columns.c
    query = select(table.columns, table.names).where(table.log == log, table.kind == kind)
    for row in connection.execute(query.order_by(table.columns)).all():
        names = orjson.loads(row.names)
        yield row.columns, names if kind == schema.STEPS else [tuple(name) for name in names]


def _choose(
    connection: Connection, log: int, kind: str, columns: int, window: Window
) -> _Group | None:
    """Return the blocks that a window needs; None when there are none."""
    table = schema.blocks.c
    query = select(table.number, table.first, table.last, table.rows).where(
        table.log == log, table.kind == kind, table.columns == columns
    )
    rows: list[schema.Row] = list(connection.execute(query.order_by(table.number)))
    if not rows:
        return None
    begin, end = 0, len(rows)
    if window.smoothing:  # What was before the window weighs on what is in it.
        return _Group(log, kind, columns, 0, len(rows), is_coarse=False)
    seen = [
        row.number
        for row in rows
        if (window.first is None or row.last >= window.first)
        and (window.last is None or row.first <= window.last)
    ]
    if seen:  # One block more on each side holds the points beyond the window's ends.
        begin, end = max(seen[0] - 1, 0), min(seen[-1] + 2, len(rows))
    is_coarse = window.points is not None and len(seen) * COARSE >= _FINER * window.points
    return _Group(log, kind, columns, begin, end, is_coarse)


def _read_group(
    connection: Connection, group: _Group, wanted: Sequence[tuple[int, Name]]
) -> Iterator[tuple[Name, Series]]:
    """Yield the series of some columns of some blocks, one after another: (name, series)."""
    table = schema.blocks.c
    if not group.is_coarse:
        yield from _read_rows(connection, group.where, wanted)
        return
    yield from _read_coarse(connection, group.where, wanted)
    small = and_(group.where, table.coarse.is_(None))  # The last one, while it still grows.
    yield from _read_rows(connection, small, wanted)


def _read_rows(
    connection: Connection, where: ColumnElement[bool], wanted: Sequence[tuple[int, Name]]
) -> Iterator[tuple[Name, Series]]:
    table = schema.blocks.c
    size = NUMBER * table.rows
    values = [_part(table.data, (2 + index) * size, size) for index, _ in wanted]
    query = select(table.rows, _part(table.data, 0, 2 * size), *values)
    rows = connection.execute(query.where(where).order_by(table.number)).all()
    if not rows:
        return
    axes = [unpack_axis(row[1], row[0]) for row in rows]
    steps = np.concatenate([axis[0] for axis in axes])
    times = np.concatenate([axis[1] for axis in axes])
    for index, (_, name) in enumerate(wanted, 2):
        numbers = np.frombuffer(b"".join([row[index] for row in rows]), "<f8")
        yield name, Series(_title(name), steps, numbers, times)


def _read_coarse(
    connection: Connection, where: ColumnElement[bool], wanted: Sequence[tuple[int, Name]]
) -> Iterator[tuple[Name, Series]]:
    table = schema.blocks.c
    size = POINT * COARSE
    parts = [_part(table.coarse, index * size, size) for index, _ in wanted]
    query = select(*parts).where(where, table.coarse.is_not(None)).order_by(table.number)
    rows = connection.execute(query).all()
    for index, (_, name) in enumerate(wanted):
        points = unpack_coarse(b"".join([row[index] for row in rows]))
        yield name, Series(_title(name), points["step"], points["value"], points["time"])


def _title(name: Name) -> str:
    return name if isinstance(name, str) else str(name[1])


def _part(column: ColumnElement[bytes], begin: Any, size: Any) -> ColumnElement[bytes]:
    return func.substr(column, begin + 1, size, type_=column.type)


def _join(parts: Sequence[Series]) -> Series:
    """Return one series in rising steps of what several logs, or columns of one, hold."""
    steps = np.concatenate([part.steps for part in parts])
    values = np.concatenate([part.values for part in parts])
    times = np.concatenate([part.times for part in parts])
    if np.any(np.diff(steps) < 0):
        order = np.argsort(steps, kind="stable")
        steps, values, times = steps[order], values[order], times[order]
    return Series(parts[0].name, steps, values, times)


def _show(series: Series, window: Window) -> Series:
    if window.smoothing:
        series = smooth(series, window.smoothing)
    if window.points is None:
        return visible(series, window.first, window.last)
    return downsample(series, window.points, first=window.first, last=window.last)
