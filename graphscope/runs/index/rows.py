"""Runs as rows of a table."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from graphscope.runs.index import schema
from graphscope.runs.index.status import Log, RunStatus, status_of
from graphscope.runs.index.summaries import Per, Summary, merge, read_summary
from graphscope.runs.index.updating import read_runs


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run, as a table shows it.

    Attributes:
        key: names the run in this index and in any other; `Store`'s functions take it.
        name: of the run, its folder's path below the folder of runs.
        location: path or URL of its folder, as the machine calls it that took it up.
        status: `killed` when its process is gone, or has given no news for long.
        status_text: what was said when it ended.
        started: seconds since the epoch; None while nothing was logged.
        updated: time of the last record.
        step: the last one; 0 when none was logged.
        epochs: that were completed.
        writers: how many processes log it.
        step_metrics, epoch_metrics: last and best value by name.
        config, environment: of the run's `Start`.
        notes: what could not be read.
    """

    key: str
    name: str
    location: str
    status: RunStatus
    status_text: str = ""
    started: float | None = None
    updated: float | None = None
    step: int = 0
    epochs: int = 0
    writers: int = 0
    step_metrics: Mapping[str, Summary] = field(default_factory=dict)
    epoch_metrics: Mapping[str, Summary] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def duration(self) -> float:
        """Seconds between the first and the last record."""
        if self.started is None or self.updated is None:
            return 0.0
        return self.updated - self.started

    @property
    def metrics(self) -> dict[str, Summary]:
        """Last and best values by name: of epochs where there are any, else of steps."""
        return {**self.step_metrics, **self.epoch_metrics}


def read_rows(connection: Connection, root: Path | None) -> list[RunRow]:
    """Return the runs at or below a folder, or all, in order of their names."""
    runs = read_runs(connection, root)
    logs: defaultdict[int, list[schema.Row]] = defaultdict(list)
    for log in connection.execute(select(schema.logs).order_by(schema.logs.c.writer)):
        logs[log.run].append(log)
    metrics: defaultdict[int, list[schema.Row]] = defaultdict(list)
    for metric in connection.execute(select(schema.metrics)):
        metrics[metric.log].append(metric)
    now = time.time()
    return [_row(run, logs[run.id], metrics, now) for run in runs.values()]


def _row(
    run: schema.Row, logs: Sequence[schema.Row], metrics: Mapping[int, list[schema.Row]], now: float
) -> RunRow:
    summaries = _join_summaries(metric for log in logs for metric in metrics.get(log.id, ()))
    begun = [log for log in logs if log.rank is not None]
    first = min(begun, key=lambda log: (log.rank, log.first_time), default=None)
    ended = [log for log in logs if log.status is not None]
    return RunRow(
        key=run.place,
        name=run.name,
        location=run.location,
        status=status_of([_log(log) for log in logs], now),
        status_text=max(ended, key=lambda log: log.last_time).status_text if ended else "",
        started=min((log.first_time for log in logs if log.first_time is not None), default=None),
        updated=max((log.last_time for log in logs if log.last_time is not None), default=None),
        step=max((log.last_step for log in logs), default=0),
        epochs=max((log.epochs for log in logs), default=0),
        writers=len(logs),
        step_metrics=summaries["step"],
        epoch_metrics=summaries["epoch"],
        config=json.loads(first.config) if first is not None else {},
        environment=json.loads(first.environment) if first is not None else {},
        notes=tuple(note for log in logs for note in json.loads(log.notes)),
    )


def _log(row: schema.Row) -> Log:
    return Log(row.writer, row.rank or 0, row.first_time, row.last_time, row.last_step, row.status)


def _join_summaries(rows: Iterable[schema.Row]) -> dict[Per, dict[str, Summary]]:
    """Return the metrics of all logs of a run; those of several writers as one."""
    found: dict[Per, dict[str, Summary]] = {"step": {}, "epoch": {}}
    for row in sorted(rows, key=lambda row: str(row.name)):
        kind = found["epoch" if row.per == "epoch" else "step"]
        new = read_summary(row)
        kind[row.name] = merge(row.name, kind[row.name], new) if row.name in kind else new
    return found
