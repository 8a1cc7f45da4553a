"""The last and the best value of each metric, kept so that a table of runs needs no curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select

from graphscope.runs.curves import direction_of
from graphscope.runs.index import schema
from graphscope.runs.index.packing import Rows
from graphscope.runs.index.schema import storable
from graphscope.runs.records import Epoch

Per = Literal["step", "epoch"]


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known of one metric.

    Attributes:
        last_at: step or epoch of the last value.
        last: that value.
        best_at, best: of its best value; None without a finite one, or when its name does not say
            what would be better.
    """

    last_at: int
    last: float
    best_at: int | None = None
    best: float | None = None


class Summaries:
    """What one log says of its metrics.

    Args:
        connection: in a transaction that writes, holding the log's lock.
        log: id of the log.
    """

    def __init__(self, connection: Connection, log: int) -> None:
        self._connection, self._log = connection, log
        self._found: dict[tuple[Per, str], Summary] = {}

    def add_rows(self, names: Sequence[str], rows: Rows) -> None:
        """Take up the numbers of steps."""
        for name, values in zip(names, rows.values.T, strict=True):
            self._add("step", name, summarise(name, rows.steps, values))

    def add_epoch(self, epoch: Epoch) -> None:
        """Take up the numbers of an epoch."""
        at = np.array([epoch.epoch], np.int64)
        for name, value in epoch.metrics.items():
            self._add("epoch", name, summarise(name, at, np.array([value], np.float64)))

    def flush(self) -> None:
        """Write what is known now."""
        if not self._found:
            return
        self._found = {(per, storable(name)): each for (per, name), each in self._found.items()}
        table = schema.metrics
        here = table.c.log == self._log
        known = {
            (row.per, row.name): read_summary(row)
            for row in self._connection.execute(select(table).where(here))
        }
        for (per, name), summary in known.items():
            self._add(per, name, summary, is_later=False)
        self._connection.execute(delete(table).where(here))
        rows = [
            {"log": self._log, "per": per, "name": name, "last_at": each.last_at,
             "last": None if math.isnan(each.last) else each.last,
             "best_at": each.best_at, "best": each.best}
            for (per, name), each in self._found.items()
        ]  # fmt: skip
        self._connection.execute(insert(table), rows)

    def _add(self, per: Per, name: str, summary: Summary, *, is_later: bool = True) -> None:
        other = self._found.get((per, name))
        if other is not None:
            pair = (other, summary) if is_later else (summary, other)
            summary = merge(name, *pair)
        self._found[per, name] = summary


def summarise(name: str, at: NDArray[np.int64], values: NDArray[np.float64]) -> Summary:
    """Return what is known of some values, at least one, in the order in which they were logged."""
    where = len(at) - 1 - int(np.argmax(at[::-1]))
    summary = Summary(int(at[where]), float(values[where]))
    direction = direction_of(name)
    is_finite = np.isfinite(values)
    if direction is None or not is_finite.any():
        return summary
    signed = values if direction == "lower" else -values
    best = int(np.argmin(np.where(is_finite, signed, np.inf)))
    return replace(summary, best_at=int(at[best]), best=float(values[best]))


def merge(name: str, earlier: Summary, later: Summary) -> Summary:
    """Return what two parts of one metric are together."""
    last = later if later.last_at >= earlier.last_at else earlier
    sign = -1 if direction_of(name) == "higher" else 1
    both = [each for each in (earlier, later) if each.best is not None]
    best = min(both, key=lambda each: sign * (each.best or 0.0), default=last)
    return Summary(last.last_at, last.last, best.best_at, best.best)


def read_summary(row: schema.Row) -> Summary:
    """Return what a row of the table says."""
    last = math.nan if row.last is None else row.last
    return Summary(row.last_at, last, row.best_at, row.best)
