"""Runs to be indexed, written through the log as a training writes them."""

from __future__ import annotations

import math
from pathlib import Path

from graphscope.runs import (
    Columns,
    End,
    Epoch,
    Event,
    Histogram,
    Record,
    Run,
    Start,
    Statistics,
    Step,
)
from graphscope.runs.log import LogWriter

WRITER = "rank0-elsewhere-1-1000000"
NAN, INF = math.nan, math.inf


def start(name: str, writer: str = WRITER, rank: int = 0) -> Start:
    return Start(name, writer, 10.0, rank, {"optimizer": {"class": "Adam"}}, {"keras": "3.15"})


def steps(first: int, last: int) -> list[Record]:
    """Steps whose loss falls, with a spike at each 5,000th."""
    return [
        Step(step, 10.0 + step, 0, (9.0 if step % 5_000 == 0 else 1 / step, step / 1e6))
        for step in range(first, last + 1)
    ]


def statistics(step: int) -> Statistics:
    layers = {"net/dense": {"gradient_norm": 1 / step, "nan_count": NAN}, "@input": {"max": INF}}
    histograms = {"net/dense": {"weight": Histogram((0.0, 0.5, 1.0), (step, 2))}}
    return Statistics(step, 10.0 + step, layers, histograms)


def whole(name: str, last: int = 40) -> list[Record]:
    """A run of all kinds of records."""
    return [
        start(name),
        Columns(0, ("loss", "accuracy")),
        *steps(1, last),
        statistics(1),
        Event(2, 12.5, "nonfinite", "NaN in dense.", "error", {"layer": "net/dense"}),
        statistics(last),
        Epoch(0, last, 10.0 + last, {"loss": 0.5, "val_loss": 0.7}),
        Epoch(1, last, 11.0 + last, {"loss": 0.4, "val_loss": 0.8}),
        End(last, 12.0 + last, "finished", "done"),
    ]


def write(folder: Path, records: list[Record], writer: str = WRITER) -> LogWriter:
    log = LogWriter(folder, writer)
    for record in records:
        log.write(record)
    return log


def contents(run: Run) -> object:
    """Return all that a run holds as plain values, to be compared."""

    def plain(series: object) -> object:
        return {
            name: [array.tolist() for array in (each.steps, each.times)]
            + [repr(each.values.tolist())]
            for name, each in series.items()  # type: ignore[attr-defined]
        }

    return (
        run.name,
        run.location,
        run.start,
        plain(run.steps),
        plain(run.epochs),
        {layer: plain(each) for layer, each in run.statistics.items()},
        run.histograms,
        run.events,
        run.end,
        run.notes,
    )
