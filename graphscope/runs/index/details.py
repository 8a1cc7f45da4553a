"""What a run's logs say beside its curves, and the whole run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, select

from graphscope.runs.blocks import StepBlock
from graphscope.runs.codec import decode
from graphscope.runs.gather import gather
from graphscope.runs.index import schema
from graphscope.runs.index.packing import unpack
from graphscope.runs.records import Columns, Event, Histogram, Record, Statistics
from graphscope.runs.run import Run

_FEW = ("start", "epoch", "event", "end")
"""Records of which a log has few; they are kept as they are."""

Layered = dict[str, dict[str, list[tuple[int, Histogram]]]]


def read_records(connection: Connection, log: int, kinds: Iterable[str]) -> Iterator[Record]:
    """Yield the records of some kinds of one log, in their order."""
    table = schema.records.c
    query = select(table.line).where(table.log == log, table.kind.in_(list(kinds)))
    for line in connection.execute(query.order_by(table.number)).scalars():
        record = decode(line)
        if record is not None:
            yield record


def read_events(connection: Connection, logs: Sequence[int]) -> tuple[Event, ...]:
    """Return the events of a run in the order in which they happened."""
    found = [
        record
        for log in logs
        for record in read_records(connection, log, ["event"])
        if isinstance(record, Event)
    ]
    return tuple(sorted(found, key=lambda event: event.time))


def read_histograms(
    connection: Connection, logs: Sequence[int], layers: Iterable[str] | None
) -> Layered:
    """Return histograms: by layer key, then by what is spread: (step, histogram)."""
    found: Layered = {}
    table = schema.histograms.c
    for log in logs:
        query = select(table.layer, table.step, table.kinds).where(table.log == log)
        if layers is not None:
            query = query.where(table.layer.in_(list(layers)))
        for layer, step, kinds in connection.execute(query.order_by(table.number)):
            for kind, histogram in _histograms(kinds).items():
                found.setdefault(layer, {}).setdefault(kind, []).append((step, histogram))
    for kinds in found.values():
        for each in kinds.values():
            each.sort(key=lambda pair: pair[0])
    return found


def read_run(connection: Connection, run: Any, logs: Sequence[Any]) -> Run:
    """Return all that is known of a run, as reading its logs would.

    Args:
        connection: in a transaction that reads.
        run: its row.
        logs: the rows of its logs, in the order of their writers.
    """
    records = ((log.writer, item) for log in logs for item in _read_log(connection, log.id))
    return gather(records, name=run.name, location=run.location, notes=_notes(logs))


def read_outline(connection: Connection, run: Any, logs: Sequence[Any]) -> Run:
    """Return what is known of a run beside the series of its steps and its statistics.

    Args:
        connection, run, logs: as of `read_run`.
    """
    records = (
        (log.writer, record) for log in logs for record in read_records(connection, log.id, _FEW)
    )
    return gather(records, name=run.name, location=run.location, notes=_notes(logs))


def _notes(logs: Sequence[Any]) -> list[str]:
    return [note for log in logs for note in orjson.loads(log.notes)]


def _read_log(connection: Connection, log: int) -> Iterator[Record | StepBlock]:
    table = schema.columns.c
    rows = connection.execute(select(schema.columns).where(table.log == log)).all()
    names = {(row.kind, row.columns): orjson.loads(row.names) for row in rows}
    for (kind, number), each in names.items():
        if kind == schema.STEPS:
            yield Columns(number, tuple(each))
    yield from _read_steps(connection, log)
    yield from _read_statistics(connection, log, names)
    yield from read_records(connection, log, _FEW)


def _read_steps(connection: Connection, log: int) -> Iterator[StepBlock]:
    table = schema.blocks.c
    query = select(table.columns, table.rows, table.data).where(
        table.log == log, table.kind == schema.STEPS
    )
    for columns, count, data in connection.execute(query.order_by(table.columns, table.number)):
        rows = unpack(data, count)
        yield StepBlock(columns, rows.steps, rows.times, rows.values)


def _read_statistics(
    connection: Connection, log: int, names: dict[tuple[str, int], Any]
) -> Iterator[Statistics]:
    histograms: dict[int, dict[str, dict[str, Histogram]]] = {}
    for layer, kinds in read_histograms(connection, [log], None).items():
        for kind, each in kinds.items():
            for step, histogram in each:
                histograms.setdefault(step, {}).setdefault(layer, {})[kind] = histogram
    table = schema.blocks.c
    query = select(table.columns, table.rows, table.data).where(
        table.log == log, table.kind == schema.STATISTICS
    )
    for columns, count, data in connection.execute(query.order_by(table.columns, table.number)):
        rows = unpack(data, count)
        pairs = names[schema.STATISTICS, columns]
        for step, time, values in zip(
            rows.steps.tolist(), rows.times.tolist(), rows.values.tolist(), strict=True
        ):
            layers: dict[str, dict[str, float]] = {}
            for (layer, name), value in zip(pairs, values, strict=True):
                layers.setdefault(layer, {})[name] = value
            yield Statistics(step, time, layers, histograms.pop(step, {}))


def _histograms(kinds: bytes) -> dict[str, Histogram]:
    return {
        kind: Histogram(tuple(map(float, edges)), tuple(counts))
        for kind, (edges, counts) in orjson.loads(kinds).items()
    }
