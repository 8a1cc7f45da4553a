"""Metrics that other programs log as lines of JSON: `{"step": 1, "loss": 0.5}`."""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import orjson

from graphscope.errors import ReadError
from graphscope.runs.log.lines import Lines
from graphscope.runs.points import Curves, clean_name
from graphscope.runs.run import Run, Series

STEPS = ("step", "global_step", "_step", "iteration")
"""Keys under which the step is looked for, the first one that a row has."""
EPOCH = "epoch"
"""The key that takes their place where a row has none of them."""
TIMES = ("time", "timestamp", "_timestamp", "wall_time")
"""Keys under which the time is looked for, in seconds since the epoch."""

_STEP = "step"
_NUMBERS = {int, float}
_TOGETHER = 1_000
"""Lines that are parsed at once."""
_DEPTH = 4
"""Levels of objects in a row whose numbers are read."""
_BYTE_ORDERS = (b"\xff\xfe", b"\xfe\xff")
_BYTE_ORDER = b"\xef\xbb\xbf"
_EXAMPLE = 'A row is a line such as {"step": 1, "loss": 0.5}.'


def read_rows(path: Path, *, name: str | None = None) -> Run:
    """Return the run that the rows of a file tell of.

    Every number of a row is one of a metric; inside of objects its name is `outer/inner`. Rows
    without a step are those of epochs, or counted. Lines that are no rows are told in the notes.

    Args:
        path: of the file.
        name: to call the run by; that of the file by default.

    Raises:
        ReadError: when there is no number in it.
        OSError: when it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(3)
        if not head:
            raise ReadError(f"{str(path)!r} is empty.", _EXAMPLE)
        if head.startswith(_BYTE_ORDERS):
            raise ReadError(f"{str(path)!r} is UTF-16 text.", "Save it as UTF-8.")
        file.seek(3 if head == _BYTE_ORDER else 0)
        lines = Lines(file)
        rows = _Rows(path.stat().st_mtime)
        for some in _in_batches(lines):
            rows.add(some)
            if rows.curves.is_full:
                break
    notes = [*lines.notes(), *rows.notes(is_torn=lines.is_torn)]
    steps: dict[str, Series] = {}
    epochs: dict[str, Series] = {}
    for (part, metric), series in rows.curves.series().items():
        (epochs if part == EPOCH else steps)[metric] = series
    if not steps and not epochs:
        raise ReadError(f"{str(path)!r} holds no metrics. {' '.join(notes)}".strip(), _EXAMPLE)
    return Run(name or path.name, str(path), steps=steps, epochs=epochs, notes=tuple(notes))


def parse_row(line: bytes) -> dict[str, Any] | None:
    """Return the JSON object that a line holds; None where it holds none."""
    row: Any
    try:
        row = orjson.loads(line)
    except ValueError:
        try:
            row = json.loads(line)  # It knows NaN and Infinity, which Python's own writer writes.
        except (ValueError, RecursionError):
            return None
    return row if isinstance(row, dict) else None


def says_its_place(row: Mapping[str, Any]) -> bool:
    """Whether a row says of which step or epoch it is."""
    return any(_whole(row.get(key)) is not None for key in (*STEPS, EPOCH))


class _Rows:
    """Takes up rows; numbers of rows without a time have the time of the file."""

    def __init__(self, time: float) -> None:
        self.curves = Curves()
        self._time = time
        self._count = 0
        self._unreadable = 0
        self._unplaced = 0
        self._empty = 0
        self._is_last_unreadable = False

    def add(self, lines: list[bytes]) -> None:
        """Take up lines: rows with the same keys as columns, which is many times as fast."""
        for keys, group in groupby(_parse_all(lines), key=_keys):
            rows = list(group)
            if not (keys and len(rows) > 1 and self._add_columns(keys, rows)):
                for row in rows:
                    self._add_row(row)
            self._is_last_unreadable = keys is None

    def _add_columns(self, keys: tuple[str, ...], rows: list[dict[str, Any] | None]) -> bool:
        """Take up rows if all that they hold are usual numbers; return whether that was so."""
        values = (row.values() for row in rows if row is not None)
        columns = dict(zip(keys, zip(*values, strict=True), strict=True))
        if not all(set(map(type, column)) <= _NUMBERS for column in columns.values()):
            return False
        part, key = next(((_STEP, key) for key in STEPS if key in columns), (EPOCH, EPOCH))
        steps = columns.get(key)
        clock = next((key for key in TIMES if key in columns), "")
        if steps is None or set(map(type, steps)) != {int}:
            return False
        times = columns.get(clock) or [self._time] * len(rows)
        names = [name for name in keys if name not in (key, clock)]
        try:
            # All that may fail comes before anything is taken up.
            numbers = [array("d", columns[name]) for name in names]
            for name, each in zip(names, numbers, strict=True):
                self.curves.extend((part, clean_name(name)), steps, each, times)
        except OverflowError:
            return False
        self._count += len(rows)
        self._empty += 0 if names else len(rows)
        return True

    def _add_row(self, row: dict[str, Any] | None) -> None:
        self._count += 1
        if row is None:
            self._unreadable += 1
            return
        place = self._find_place(row)
        if place is None:
            self._unplaced += 1
            return
        part, step, key = place
        clock, time = self._find_time(row)
        found = False
        for name, value in _numbers(row, (key, clock)):
            self.curves.add((part, clean_name(name)), step, value, time)
            found = True
        self._empty += not found

    def notes(self, *, is_torn: bool) -> Iterator[str]:
        is_torn = is_torn and self._is_last_unreadable
        unreadable = self._unreadable - is_torn
        if unreadable:
            yield f"Lines that are no JSON objects are left out: {unreadable:,}."
        if self._unplaced:
            yield f"Rows whose step is no whole number are left out: {self._unplaced:,}."
        if self._empty:
            yield f"Rows without any number are left out: {self._empty:,}."
        if is_torn:
            yield "The last line is not whole; the file may still be written."
        yield from self.curves.notes()

    def _find_place(self, row: Mapping[str, Any]) -> tuple[str, int, str] | None:
        """Return whether a row is of a step or an epoch, of which, and the key that says so."""
        for key in STEPS:
            if key in row:
                step = _whole(row[key])
                return None if step is None else (_STEP, step, key)
        epoch = _whole(row.get(EPOCH))
        return (_STEP, self._count, "") if epoch is None else (EPOCH, epoch, EPOCH)

    def _find_time(self, row: Mapping[str, Any]) -> tuple[str, float]:
        for key in TIMES:
            value = row.get(key)
            if isinstance(value, int | float) and not isinstance(value, bool):
                return key, _real(value)
        return "", self._time


def _in_batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest = iter(lines)
    while some := list(islice(rest, _TOGETHER)):
        yield some


def _parse_all(lines: list[bytes]) -> list[dict[str, Any] | None]:
    """Return the rows of lines, parsed together, which is fastest, or else one by one."""
    try:
        rows: list[Any] = orjson.loads(b"[" + b",".join(lines) + b"]")
    except ValueError:
        return [parse_row(line) for line in lines]
    if len(rows) != len(lines):  # Some line holds several values.
        return [parse_row(line) for line in lines]
    return [row if isinstance(row, dict) else None for row in rows]


def _keys(row: dict[str, Any] | None) -> tuple[str, ...] | None:
    return None if row is None else tuple(row)


def _whole(value: Any) -> int | None:
    """Return a whole number, also one that is written with a point."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _real(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return math.inf if value > 0 else -math.inf


def _numbers(row: Mapping[str, Any], without: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    level = [(name, value) for name, value in row.items() if name not in without]
    for _ in range(_DEPTH):
        inner: list[tuple[str, Any]] = []
        for name, value in level:
            if isinstance(value, float) or type(value) is int:
                yield name, _real(value)
            elif isinstance(value, dict):
                inner += [(f"{name}/{key}", each) for key, each in value.items()]
        level = inner
