"""The tables of the index, the same in SQLite and in PostgreSQL.

Everything in them comes from the logs. A change of their form gets a new version, and with it new
names: an index of another version is left alone, and a new one is made beside it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = 1
PREFIX = f"graphscope_v{VERSION}_"
APPLICATION = 0x67736378
"""Marks an SQLite file as an index of graphscope's ("gscx")."""

STEPS, STATISTICS = "steps", "statistics"
"""What rows of numbers are of."""

Row = Any
"""A row of a result, its columns by name. SQLAlchemy's own type differs between its versions."""


def storable(text: str) -> str:
    """Return a text without the zero character, which PostgreSQL's texts cannot hold."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


metadata = MetaData()
_Id = BigInteger().with_variant(Integer, "sqlite")


def _child(of: Table) -> Column[int]:
    """Return a column that names a row of another table, and goes with it."""
    key: ForeignKey = ForeignKey(of.c.id, ondelete="CASCADE")
    return Column(of.name.removeprefix(PREFIX)[:-1], _Id, key, primary_key=True)


runs = Table(
    f"{PREFIX}runs",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("place", Text, nullable=False, unique=True),
    Column("location", Text, nullable=False),
    Column("name", Text, nullable=False),
)
"""`place` is the folder as every machine would call it (see `places.place_of`)."""

logs = Table(
    f"{PREFIX}logs",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("run", _Id, ForeignKey(runs.c.id, ondelete="CASCADE"), nullable=False),
    Column("writer", Text, nullable=False),
    Column("files", Text, nullable=False, default="{}"),
    Column("notes", Text, nullable=False, default="[]"),
    Column("skipped", Integer, nullable=False, default=0),
    Column("rank", Integer),
    Column("first_time", Double),
    Column("last_time", Double),
    Column("last_step", BigInteger, nullable=False, default=0),
    Column("epochs", BigInteger, nullable=False, default=0),
    Column("config", Text),
    Column("environment", Text),
    Column("status", Text),
    Column("status_text", Text),
    UniqueConstraint("run", "writer"),
)
"""One row per writer; `files` says how much of each of its files has been taken up."""

metrics = Table(
    f"{PREFIX}metrics",
    metadata,
    _child(logs),
    Column("per", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("last_at", BigInteger, nullable=False),
    Column("last", Double),
    Column("best_at", BigInteger),
    Column("best", Double),
)
"""The last and the best value of each metric `per` "step" or "epoch"; NULL is not a number."""

records = Table(
    f"{PREFIX}records",
    metadata,
    _child(logs),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("line", LargeBinary, nullable=False),
)
"""What a log says seldom, as its own lines: starts, columns, epochs, events, ends."""

columns = Table(
    f"{PREFIX}columns",
    metadata,
    _child(logs),
    Column("kind", Text, primary_key=True),
    Column("columns", Integer, primary_key=True, autoincrement=False),
    Column("names", LargeBinary, nullable=False),
)
"""Names of the numbers in blocks, as JSON: strings of steps, [layer, name] of statistics."""

blocks = Table(
    f"{PREFIX}blocks",
    metadata,
    _child(logs),
    Column("kind", Text, primary_key=True),
    Column("columns", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("coarse", LargeBinary),
    Column("data", LargeBinary, nullable=False),
)
"""Some hundred rows of numbers each, packed as `packing` says; only the last one still grows."""

histograms = Table(
    f"{PREFIX}histograms",
    metadata,
    _child(logs),
    Column("layer", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("step", BigInteger, nullable=False),
    Column("kinds", LargeBinary, nullable=False),
)

Index(f"{PREFIX}records_by_kind", records.c.log, records.c.kind)
