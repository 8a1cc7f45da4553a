"""Runs of other programs written as runs of ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graphscope.errors import GraphscopeError
from graphscope.runs.exchange.as_records import to_records
from graphscope.runs.log import LogWriter, make_writer_id
from graphscope.runs.records import End, Start
from graphscope.runs.run import Run, Series


def import_run(run: Run, into: Path) -> None:
    """Write a run, as it was read of other files, as one of ours.

    Args:
        run: the run; its `location` is told as where it was imported from.
        into: folder of the new run, which holds no log yet.

    Raises:
        GraphscopeError: when there is a log already.
        OSError: when it cannot be written.
    """
    if any(into.glob("*.jsonl")):
        raise GraphscopeError(f"{into} holds a run already.", "Name another folder.")
    times = [float(t) for series in _all_series(run) for t in series.times[[0, -1]]]
    writer = make_writer_id()
    log = LogWriter(into, writer)
    try:
        source = {"imported_from": run.location}
        log.write(Start(into.name, writer, min(times, default=0.0), environment=source))
        for record in to_records(run):
            log.write(record)
        log.write(End(run.last_step, max(times, default=0.0), "finished", "imported"))
    finally:
        log.close()


def _all_series(run: Run) -> Iterator[Series]:
    yield from run.steps.values()
    yield from run.epochs.values()
    for kinds in run.statistics.values():
        yield from kinds.values()
