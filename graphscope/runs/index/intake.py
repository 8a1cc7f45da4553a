"""Taking up what a log says into the tables; whoever calls holds the log's lock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import orjson
from sqlalchemy import Connection, func, insert, select, update

from graphscope.runs.blocks import StepBlock, Unreadable
from graphscope.runs.codec import encode, plain
from graphscope.runs.index import schema
from graphscope.runs.index.blockwriter import add_rows
from graphscope.runs.index.packing import Rows, join
from graphscope.runs.index.schema import storable
from graphscope.runs.index.summaries import Summaries
from graphscope.runs.records import (
    Columns,
    End,
    Epoch,
    Event,
    Record,
    Start,
    Statistics,
    Step,
)
from graphscope.runs.sanity import problem_of, sound_steps

_MOST_NOTES = 20


class Intake:
    """Writes the records of one log, in their order.

    Args:
        connection: in a transaction that writes.
        log: id of the log.
        notes: said of the log before.
        skipped: how many of its lines could not be read before.
    """

    def __init__(self, connection: Connection, log: int, notes: list[str], skipped: int) -> None:
        self.notes, self.skipped = notes, skipped
        self.facts: dict[str, Any] = {}
        self._connection, self._log = connection, log
        self._records: list[tuple[str, bytes]] = []
        self._histograms: list[dict[str, Any]] = []
        self._columns = _read_columns(connection, log)
        self._statistics_columns = {
            names: number for (kind, number), names in self._columns.items()
            if kind == schema.STATISTICS
        }  # fmt: skip
        self._new_columns: list[dict[str, Any]] = []
        self._rows: defaultdict[tuple[str, int], list[Rows | StepBlock]] = defaultdict(list)
        self._summaries = Summaries(connection, log)

    def add(self, file: str, items: Iterable[Record | StepBlock | Unreadable]) -> None:
        """Take up what the lines of a file hold."""
        for item in items:
            match item:
                case StepBlock():
                    self._add_steps(file, item)
                    continue
                case Unreadable(reason):
                    problem: str | None = reason
                case _:
                    problem = problem_of(item)
                    if problem is None:
                        self._add(file, item)
            if problem is not None:
                self._note(f"{file}: a line was skipped ({problem}).")

    def _add(self, file: str, record: Record) -> None:
        match record:
            case Step():
                self._add_steps(file, _as_block(record))
            case Statistics():
                self._add_statistics(record)
            case Columns(number, names):
                self._add_columns(schema.STEPS, number, orjson.dumps(names))
            case _:
                self._add_record(record)

    def flush(self, files: Any) -> None:
        """Write all that was taken up, and how far the files were read."""
        self._write_all(schema.columns, self._new_columns)
        for (kind, columns), parts in self._rows.items():
            rows = join(parts)
            add_rows(self._connection, self._log, kind, columns, rows)
            if kind == schema.STEPS:
                self._summaries.add_rows(orjson.loads(self._columns[kind, columns]), rows)
        self._write_records()
        self._write_histograms()
        self._summaries.flush()
        changes = self._facts() | {
            "files": orjson.dumps(files).decode(),
            "notes": orjson.dumps(self.notes).decode(),
            "skipped": self.skipped,
        }
        here = schema.logs.c.id == self._log
        self._connection.execute(update(schema.logs).where(here).values(changes))

    def _add_steps(self, file: str, given: StepBlock) -> None:
        block = sound_steps(given)
        for _ in range(len(given.steps) - len(block.steps)):
            self._note(f"{file}: a line was skipped (a step has no step or time).")
        names = self._columns.get((schema.STEPS, block.columns))
        if names is None or not len(block.steps):  # Without their names the numbers say nothing.
            return
        if block.values.shape[1] != len(orjson.loads(names)):
            self._note(f"Steps {block.steps[0]} to {block.steps[-1]} do not fit their columns.")
            return
        self._rows[schema.STEPS, block.columns].append(block)
        self._saw(int(block.steps.max()), float(block.times[0]), float(block.times[-1]))

    def _add_statistics(self, record: Statistics) -> None:
        pairs = [(layer, name) for layer, kinds in record.layers.items() for name in kinds]
        values = [value for kinds in record.layers.values() for value in kinds.values()]
        names = orjson.dumps(pairs)
        if names not in self._statistics_columns:
            self._statistics_columns[names] = len(self._statistics_columns)
            self._add_columns(schema.STATISTICS, self._statistics_columns[names], names)
        key = schema.STATISTICS, self._statistics_columns[names]
        row = Rows(np.array([record.step]), np.array([record.time]), np.array([values], np.float64))
        self._rows[key].append(row)
        self._histograms += [
            {"layer": storable(layer), "step": record.step, "kinds": _histograms(kinds)}
            for layer, kinds in record.histograms.items()
        ]
        self._saw(record.step, record.time, record.time)

    def _add_columns(self, kind: str, number: int, names: bytes) -> None:
        known = self._columns.setdefault((kind, number), names)
        if known is names:
            row = {"log": self._log, "kind": kind, "columns": number, "names": names}
            self._new_columns.append(row)
        elif known != names:
            self._note(f"Columns {number} were named twice, differently; the first names stay.")

    def _add_record(
        self, record: Start | Columns | Step | Epoch | Statistics | Event | End
    ) -> None:
        kind = type(record).__name__.lower()
        self._records.append((kind, encode(record)))
        match record:
            case Start():
                self.facts |= {
                    "rank": record.rank,
                    "config": orjson.dumps(plain(record.config)).decode(),
                    "environment": orjson.dumps(plain(record.environment)).decode(),
                }
                self._saw(0, record.time, record.time)
            case Epoch():
                self._summaries.add_epoch(record)
                self.facts["epochs"] = max(self.facts.get("epochs", 0), record.epoch + 1)
                self._saw(record.step, record.time, record.time)
            case Event():
                self._saw(record.step, record.time, record.time)
            case End():
                self.facts |= {"status": record.status, "status_text": storable(record.text)}
                self._saw(record.step, record.time, record.time)

    def _saw(self, step: int, first: float, last: float) -> None:
        self.facts["first_time"] = min(self.facts.get("first_time", first), first)
        self.facts["last_time"] = max(self.facts.get("last_time", last), last)
        self.facts["last_step"] = max(self.facts.get("last_step", 0), step)

    def _facts(self) -> dict[str, Any]:
        """Return the facts of the log: what was new joined with what was known."""
        table = schema.logs.c
        known = self._connection.execute(
            select(table.first_time, table.last_time, table.last_step, table.epochs).where(
                table.id == self._log
            )
        ).one()
        joined = dict(self.facts)
        for name, choose in _CHOICES.items():
            both = [v for v in (getattr(known, name), joined.get(name)) if v is not None]
            if both:
                joined[name] = choose(both)
        return joined

    def _note(self, text: str) -> None:
        self.skipped += 1
        if self.skipped <= _MOST_NOTES:
            self.notes.append(text)
        elif self.skipped == _MOST_NOTES + 1:
            self.notes.append("More lines were skipped.")

    def _write_records(self) -> None:
        begin = self._next_number(schema.records)
        rows = [
            {"log": self._log, "number": number, "kind": kind, "line": line}
            for number, (kind, line) in enumerate(self._records, begin)
        ]
        self._write_all(schema.records, rows)

    def _write_histograms(self) -> None:
        if not self._histograms:
            return
        begin = self._next_number(schema.histograms)
        for number, row in enumerate(self._histograms, begin):
            row |= {"log": self._log, "number": number}
        self._write_all(schema.histograms, self._histograms)

    def _next_number(self, table: Any) -> int:
        highest = select(func.max(table.c.number)).where(table.c.log == self._log)
        found = self._connection.execute(highest).scalar()
        return 0 if found is None else found + 1

    def _write_all(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)


_CHOICES = {"first_time": min, "last_time": max, "last_step": max, "epochs": max}


def _read_columns(connection: Connection, log: int) -> dict[tuple[str, int], bytes]:
    table = schema.columns.c
    rows = connection.execute(
        select(table.kind, table.columns, table.names).where(table.log == log)
    )
    return {(row.kind, row.columns): row.names for row in rows}


def _as_block(step: Step) -> StepBlock:
    return StepBlock(
        step.columns, np.array([step.step]), np.array([step.time]), np.array([step.values])
    )


def _histograms(kinds: Any) -> bytes:
    return orjson.dumps({kind: [each.edges, each.counts] for kind, each in kinds.items()})
