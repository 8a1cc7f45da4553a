"""Runs as tables: what a spreadsheet or a data frame wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from graphscope.errors import ExportError
from graphscope.runs.run import Run, Series

Content = Literal["steps", "epochs", "statistics"]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of numbers.

    Attributes:
        values: shape (rows,), whole or real numbers.
        missing: shape (rows,): where there is none, which is not the same as NaN.
    """

    values: NDArray[np.int64] | NDArray[np.float64]
    missing: NDArray[np.bool_]

    @classmethod
    def of(cls, parts: Sequence[NDArray[Any]], kind: type[np.generic] = np.float64) -> Column:
        """Return a column without gaps of some arrays, or an empty one."""
        values = np.concatenate([np.empty(0, kind), *parts]).astype(kind)
        return cls(values, np.zeros(len(values), np.bool_))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a table, column by column, all equally long."""

    texts: Mapping[str, list[str]]
    numbers: Mapping[str, Column]

    def __len__(self) -> int:
        return len(next(iter(self.texts.values())))


def make_table(runs: Sequence[Run], content: Content = "steps") -> Table:
    """Return some runs as one table; its first column is `run`.

    Args:
        runs: one after the other in the table.
        content: `steps` and `epochs` have a column for each metric, after `step` (or `epoch`) and
            `time`; `statistics` has a row for each number: `step`, `time`, `layer`, `statistic`,
            `value`.

    Raises:
        ExportError: when the content is none of these.
    """
    if content not in get_args(Content):
        known = ", ".join(get_args(Content))
        raise ExportError(f"A table of {content!r} cannot be made.", f"There are: {known}.")
    if content == "statistics":
        return _statistics(runs)
    axis = "step" if content == "steps" else "epoch"
    parts = [_wide(run.steps if content == "steps" else run.epochs) for run in runs]
    names = dict.fromkeys(name for part in parts for name in part.columns)
    numbers = {
        axis: Column.of([part.steps for part in parts], np.int64),
        "time": Column.of([part.times for part in parts]),
    }
    for name in names:
        numbers[_free(name, numbers)] = Column(
            np.concatenate([part.column(name).values for part in parts]),
            np.concatenate([part.column(name).missing for part in parts]),
        )
    texts = [run.name for run, part in zip(runs, parts, strict=True) for _ in part.steps]
    return Table({"run": texts}, numbers)


def _free(name: str, taken: Mapping[str, object]) -> str:
    """Return a name for a metric that no other column has."""
    while name in taken or name == "run":
        name += "_"
    return name


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """The rows of one run."""

    steps: NDArray[np.int64]
    times: NDArray[np.float64]
    columns: dict[str, Column]

    def column(self, name: str) -> Column:
        count = len(self.steps)
        nothing = Column(np.full(count, np.nan), np.ones(count, np.bool_))
        return self.columns.get(name, nothing)


def _wide(series: Mapping[str, Series]) -> _Part:
    """Return the rows of series that share them by step.

    A step that comes several times in a series has as many rows.
    """
    if not series:
        return _Part(np.empty(0, np.int64), np.empty(0, np.float64), {})
    steps = np.unique(np.concatenate([each.steps for each in series.values()]))
    keys = {name: _keys(each.steps, steps) for name, each in series.items()}
    rows = np.unique(np.concatenate(list(keys.values())))
    times = np.full(len(rows), np.inf)
    columns: dict[str, Column] = {}
    for name, each in series.items():
        where = np.searchsorted(rows, keys[name])
        times[where] = np.minimum(times[where], each.times)
        column = Column(np.full(len(rows), np.nan), np.ones(len(rows), np.bool_))
        column.values[where] = each.values
        column.missing[where] = False
        columns[name] = column
    return _Part(steps[rows // _TURNS], times, columns)


_TURNS = 2**31
"""More times than any step comes in one series."""


def _keys(steps: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return numbers that say of which known step a value is, and how often it came before."""
    turn = np.arange(len(steps)) - np.searchsorted(steps, steps)
    keys: NDArray[np.int64] = np.searchsorted(known, steps) * _TURNS + turn
    return keys


def _statistics(runs: Sequence[Run]) -> Table:
    texts: dict[str, list[str]] = {"run": [], "layer": [], "statistic": []}
    parts: list[Series] = []
    for run in runs:
        for layer, kinds in run.statistics.items():
            for name, series in kinds.items():
                parts.append(series)
                for column, text in zip(texts, (run.name, layer, name), strict=True):
                    texts[column] += [text] * len(series)
    return Table(
        texts,
        {
            "step": Column.of([part.steps for part in parts], np.int64),
            "time": Column.of([part.times for part in parts]),
            "value": Column.of([part.values for part in parts]),
        },
    )
