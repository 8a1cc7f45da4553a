"""Rows of numbers put into blocks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from graphscope.runs.index import schema
from graphscope.runs.index.packing import Rows, capacity, join, pack, pack_coarse, unpack


def add_rows(connection: Connection, log: int, kind: str, columns: int, rows: Rows) -> None:
    """Append rows to a log's blocks: its last one is filled up, then new ones are made.

    Args:
        connection: in a transaction that writes, holding the log's lock.
        log: id of the log.
        kind: `schema.STEPS` or `schema.STATISTICS`.
        columns: number of the columns that name the values.
        rows: in the order in which they were logged.
    """
    table = schema.blocks
    here = and_(table.c.log == log, table.c.kind == kind, table.c.columns == columns)
    last = connection.execute(
        select(table.c.number, table.c.rows, table.c.data)
        .where(here)
        .order_by(table.c.number.desc())
        .limit(1)
    ).first()
    size = capacity(rows.values.shape[1])
    number = 0 if last is None else last.number + 1
    if last is not None and last.rows < size:
        rows = join([unpack(last.data, last.rows), rows])
        number = last.number
        connection.execute(
            update(table).where(here, table.c.number == number).values(_content(rows[:size]))
        )
        number, rows = number + 1, rows[size:]
    of = {"log": log, "kind": kind, "columns": columns}
    new = [
        of | {"number": number + index} | _content(rows[begin : begin + size])
        for index, begin in enumerate(range(0, len(rows), size))
    ]
    if new:
        connection.execute(insert(table), new)


def _content(rows: Rows) -> dict[str, Any]:
    return {
        "first": int(rows.steps.min()),
        "last": int(rows.steps.max()),
        "rows": len(rows),
        "coarse": pack_coarse(rows),
        "data": pack(rows),
    }
