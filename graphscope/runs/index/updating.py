"""Bringing the index up to what the logs say.

Each part of a log is taken up in one transaction that begins with the lock of the log's row, so
that processes which update at once wait for each other and find what the other has done.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from graphscope.runs.blocks import decode_lines
from graphscope.runs.index import schema
from graphscope.runs.index.engine import reading, writing
from graphscope.runs.index.files import (
    Part,
    ReplacedError,
    State,
    changed,
    read_new,
    writers_of,
)
from graphscope.runs.index.intake import Intake
from graphscope.runs.index.places import place_of
from graphscope.runs.log import find_runs


@dataclass(frozen=True, slots=True)
class Update:
    """What an update did.

    Attributes:
        bytes: of the logs that were taken up.
        rebuilt: logs that were read from their beginning because they are not those that were
            read before.
        removed: runs and logs that are gone.
        is_complete: whether all that was there was taken up; not when the time was over.
    """

    bytes: int = 0
    rebuilt: int = 0
    removed: int = 0
    is_complete: bool = True


class Updater:
    """Takes up what is new in the logs of all runs below a folder.

    Args:
        engine: of the index.
        root: folder of the runs.
        seconds: after which it ends, having taken up what it could; None for all.
    """

    def __init__(self, engine: Engine, root: Path, seconds: float | None = None) -> None:
        self._engine, self._root = engine, root
        self._until = None if seconds is None else time.monotonic() + seconds
        self._bytes = self._rebuilt = self._removed = 0

    def run(self) -> Update:
        """Take up what is new; what is gone goes."""
        # What is known is read first: what others add meanwhile must not look as if it were gone.
        with reading(self._engine) as connection:
            runs = read_runs(connection, self._root)
            logs = _read_logs(connection, [run.id for run in runs.values()])
        folders = {place_of(folder): folder for folder in find_runs(self._root)}
        for place in runs.keys() - folders.keys():
            self._remove(schema.runs, runs[place].id)
        is_complete = True
        for place, folder in folders.items():
            if self._is_over():
                is_complete = False
                break
            run = runs[place].id if place in runs else self._add_run(place, folder)
            is_complete &= self._update_run(run, folder, logs.get(run, {}))
        return Update(self._bytes, self._rebuilt, self._removed, is_complete)

    def _update_run(self, run: int, folder: Path, logs: dict[str, schema.Row]) -> bool:
        writers = writers_of(folder)
        for writer in logs.keys() - writers.keys():
            self._remove(schema.logs, logs[writer].id)
        for writer, files in writers.items():
            if writer in logs and not changed(files, read_state(logs[writer].files)):
                continue
            log = logs[writer].id if writer in logs else self._add_log(run, writer)
            while self._take_part(log, files):
                if self._is_over():
                    return False
        return True

    def _take_part(self, log: int | None, files: list[Path]) -> bool:
        """Take up one part of a log, in a transaction of its own; return whether there is more.

        A log that is gone from the index has nothing more: its run was deleted meanwhile.
        """
        with writing(self._engine) as connection:
            row = _lock(connection, log)
            if row is None:
                return False
            state = read_state(row.files)
            try:
                part = next(read_new(files, state), None)
            except ReplacedError:
                self._rebuilt += 1
                _empty(connection, row.id)
                return True
            if part is None:
                return False
            _take_up(connection, row, part, state)
            self._bytes += len(part.data)
            rest = [path for path in files if path.name != part.file or not part.is_last]
            known = {name: each for name, each in state.items() if name != part.file}
            return changed(rest, known)

    def _add_run(self, place: str, folder: Path) -> int:
        name = folder.name
        if folder != self._root:
            name = folder.relative_to(self._root).as_posix()
        values = {"place": place, "location": str(folder), "name": name}
        return self._add(schema.runs, values, {"place": place})

    def _add_log(self, run: int, writer: str) -> int | None:
        key = {"run": run, "writer": writer}
        try:
            return self._add(schema.logs, key | {"files": "{}", "notes": "[]"}, key)
        except IntegrityError:
            return None  # Another process found the run deleted, and removed it.

    def _add(self, table: Table, values: dict[str, Any], key: dict[str, Any]) -> int:
        """Add a row where there is none of this key yet; return its id."""
        is_server = self._engine.dialect.name == "postgresql"
        insert = postgresql.insert if is_server else sqlite.insert
        with writing(self._engine) as connection:
            connection.execute(insert(table).values(values).on_conflict_do_nothing())
            return int(connection.execute(select(table.c.id).filter_by(**key)).scalar_one())

    def _remove(self, table: Table, identity: int) -> None:
        self._removed += 1
        with writing(self._engine) as connection:
            connection.execute(delete(table).where(table.c.id == identity))

    def _is_over(self) -> bool:
        return self._until is not None and time.monotonic() > self._until


def read_runs(connection: Connection, root: Path | None = None) -> dict[str, schema.Row]:
    """Return the runs of the index at or below a folder, or all, by their places."""
    table = schema.runs.c
    rows = connection.execute(select(schema.runs).order_by(table.name, table.place))
    if root is None:
        return {row.place: row for row in rows}
    place = place_of(root)
    # Not in SQL, whose LIKE takes /Runs for /runs in some databases.
    return {row.place: row for row in rows if f"{row.place}/".startswith(f"{place}/")}


def read_state(files: str) -> State:
    """Return how far the files of a log were read."""
    return {name: tuple(each) for name, each in orjson.loads(files).items()}


def _read_logs(connection: Connection, runs: list[int]) -> dict[int, dict[str, schema.Row]]:
    """Return the logs of runs: by run, then by writer."""
    table = schema.logs.c
    found: dict[int, dict[str, schema.Row]] = {run: {} for run in runs}
    query = select(table.id, table.run, table.writer, table.files)
    for row in connection.execute(query):
        if row.run in found:
            found[row.run][row.writer] = row
    return found


def _lock(connection: Connection, log: int | None) -> schema.Row | None:
    table = schema.logs.c
    query = select(table.id, table.files, table.notes, table.skipped).where(table.id == log)
    return connection.execute(query.with_for_update()).first()


def _take_up(connection: Connection, log: schema.Row, part: Part, state: State) -> None:
    intake = Intake(connection, log.id, orjson.loads(log.notes), log.skipped)
    intake.add(part.file, decode_lines(part.data.splitlines()))
    intake.flush(state | {part.file: part.state})


def _empty(connection: Connection, log: int) -> None:
    """Forget all that was taken up of a log."""
    for table in (schema.records, schema.columns, schema.blocks, schema.histograms, schema.metrics):
        connection.execute(delete(table).where(table.c.log == log))
    unset: dict[str, Any] = {each.name: None for each in schema.logs.columns if each.nullable}
    unset |= {"files": "{}", "notes": "[]", "skipped": 0, "last_step": 0, "epochs": 0}
    connection.execute(update(schema.logs).where(schema.logs.c.id == log).values(unset))
