"""The sampled statistics of a run as columns that grow, one row per sampled step."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from graphscope.runs import Histogram, Series, Statistics

Floats = NDArray[np.float32]

_HISTOGRAMS = 200_000
"""Histograms that are kept: about 80 MB. Of longer runs every second sample is let go, again and
again."""
_LEAST = 32
"""Samples whose histograms are kept whatever it takes."""
_LARGEST = float(np.finfo(np.float32).max)


class Samples:
    """Statistics by name: one float32 per sampled step and layer.

    Attributes:
        steps: that were sampled, rising.
        times: when, seconds since the epoch.
        generation: how often rows were put before others, so that what was read is old.
    """

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.times: list[float] = []
        self.generation = 0
        self._tables: dict[str, _Table] = {}
        self._columns: dict[str, int] = {}
        self._histograms: dict[str, dict[str, list[tuple[int, Histogram]]]] = {}
        self._stride = 1

    def add(self, record: Statistics) -> None:
        """Take up one sample; a second one of the same step adds to the first."""
        row = bisect_left(self.steps, record.step)
        if row == len(self.steps) or self.steps[row] != record.step:
            if row < len(self.steps):  # Another process was slower to write.
                self.generation += 1
                for table in self._tables.values():
                    table.insert(row)
            self.steps.insert(row, record.step)
            self.times.insert(row, record.time)
        # By statistic: a log may hold millions of numbers, and one write for each takes minutes.
        written: dict[str, tuple[list[int], list[float]]] = {}
        for layer, numbers in record.layers.items():
            column = self._columns.setdefault(layer, len(self._columns))
            for name, value in numbers.items():
                if name not in written:
                    written[name] = ([], [])
                columns, values = written[name]
                columns.append(column)
                values.append(value)
        for name, (columns, values) in written.items():
            if name not in self._tables:
                self._tables[name] = _Table()
            self._tables[name].put(row, columns, values)
        self._add_histograms(record)

    @property
    def names(self) -> set[str]:
        """Statistics that were logged."""
        return set(self._tables)

    def matrix(self, statistics: Sequence[str], layers: Sequence[str], start: int = 0) -> Floats:
        """Return the sum of statistics, shape (sampled steps from row `start` on, layers).

        NaN where none of them was logged; infinite where one is not finite, so that both can be
        told apart. Finite numbers stay finite.
        """
        shape = (len(self.steps) - start, len(layers))
        total = np.full(shape, np.nan, np.float32)
        columns = np.array([self._columns.get(layer, -1) for layer in layers], np.intp)
        for table in (self._tables[name] for name in statistics if name in self._tables):
            values, known = table.read(start, len(self.steps), columns)
            values = np.where(np.isfinite(values), values, np.inf).astype(np.float32)
            total = np.where(known, np.where(np.isnan(total), 0, total) + values, total)
        return total

    def series(self) -> dict[str, dict[str, Series]]:
        """Return everything by layer, then by statistic, as `Run.statistics` holds it."""
        found: dict[str, dict[str, Series]] = {}
        steps = np.array(self.steps, np.int64)
        times = np.array(self.times, np.float64)
        for layer, column in self._columns.items():
            for name, table in self._tables.items():
                values, known = table.read(0, len(steps), np.array([column]))
                rows = known[:, 0]
                if rows.any():
                    numbers = values[rows, 0].astype(np.float64)
                    series = Series(name, steps[rows], numbers, times[rows])
                    found.setdefault(layer, {})[name] = series
        return found

    def histograms(self, layer: str) -> Mapping[str, list[tuple[int, Histogram]]]:
        """Return the histograms of a layer by what is spread: (step, histogram)."""
        return self._histograms.get(layer, {})

    def all_histograms(self) -> Mapping[str, Mapping[str, list[tuple[int, Histogram]]]]:
        """Return all histograms that are kept, by layer, then by what is spread."""
        return self._histograms

    def _add_histograms(self, record: Statistics) -> None:
        if not record.histograms or (len(self.steps) - 1) % self._stride:
            return
        for layer, kinds in record.histograms.items():
            known = self._histograms.setdefault(layer, {})
            for kind, histogram in kinds.items():
                known.setdefault(kind, []).append((record.step, histogram))
        series = [each for kinds in self._histograms.values() for each in kinds.values()]
        longest = max(map(len, series))
        if longest > _LEAST and sum(map(len, series)) > _HISTOGRAMS:
            self._stride *= 2
            for each in series:
                del each[1::2]


class _Table:
    """A matrix that grows in both directions, and which of its cells were ever written."""

    def __init__(self) -> None:
        self._values = np.full((16, 8), np.nan, np.float32)
        self._known = np.zeros((16, 8), np.bool_)

    def put(self, row: int, columns: Sequence[int], values: Sequence[float]) -> None:
        self._grow(row, max(columns))
        numbers = np.array(values, np.float64)
        # A number beyond float32 stays a number.
        finite = np.clip(numbers, -_LARGEST, _LARGEST)
        self._values[row, columns] = np.where(np.isfinite(numbers), finite, numbers)
        self._known[row, columns] = True

    def insert(self, row: int) -> None:
        """Make an empty row before another."""
        self._values = np.insert(self._values, row, np.nan, axis=0)
        self._known = np.insert(self._known, row, values=False, axis=0)

    def read(
        self, start: int, end: int, columns: NDArray[np.intp]
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return the values of some rows and columns, and which are known; -1 is no column."""
        self._grow(max(end - 1, 0), int(columns.max(initial=0)))
        known = self._known[start:end, columns] & (columns >= 0)
        return self._values[start:end, columns], known

    def _grow(self, row: int, column: int) -> None:
        rows, columns = self._values.shape
        more_rows = max(rows, 2 * row) - rows if row >= rows else 0
        more_columns = max(columns, 2 * column) - columns if column >= columns else 0
        if more_rows or more_columns:
            room = ((0, more_rows), (0, more_columns))
            self._values = np.pad(self._values, room, constant_values=np.nan)
            self._known = np.pad(self._known, room, constant_values=False)
