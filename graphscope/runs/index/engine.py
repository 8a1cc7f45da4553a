"""Connections to the database that holds the index, and what its errors mean."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from graphscope.errors import GraphscopeError
from graphscope.runs.index import schema

PATIENCE = 30.0
"""Seconds that are waited for another process; one holds the index for parts of a second."""
_PAGE = 16384
"""Bytes of an SQLite page: blocks of rows lie on few of them."""
_LOCK = 0x67736378
"""Number of the lock that is held in PostgreSQL while tables are made."""
_WRITES = "graphscope_writes"

T = TypeVar("T")


class CorruptError(Exception):
    """The index is damaged; it has to be made anew."""


def connect_sqlite(path: Path) -> Engine:
    """Return an engine for an index in a file, made when it is not there."""
    engine = create_engine(URL.create("sqlite", database=str(path)),
                           connect_args={"timeout": PATIENCE})  # fmt: skip

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # Transactions begin where `_begin` says so.
        _patiently(lambda: _mark(connection, path))
        _patiently(lambda: connection.execute("PRAGMA journal_mode = WAL"))
        for pragma in ("synchronous = NORMAL", "foreign_keys = ON", "cache_size = -32768"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        # Whoever is to write waits for others before it reads what they are about to change.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _mark(connection: sqlite3.Connection, path: Path) -> None:
    """Make a new file graphscope's; refuse one that is somebody else's, before it is changed."""
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    if mark == schema.APPLICATION:
        return
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if mark or tables:
        raise not_an_index(path)
    connection.execute(f"PRAGMA page_size = {_PAGE}")
    # Before changes go to a file beside it, so that the mark is seen from outside.
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION}")


def not_an_index(path: Path) -> GraphscopeError:
    """Return the error about a file that is left alone."""
    return GraphscopeError(
        f"{path} is not an index of graphscope's, or its beginning is damaged.",
        "Name a file that is not there yet: it is made from the logs.",
    )


def _patiently(work: Callable[[], object]) -> None:
    """Do what SQLite does not wait for by itself: only one process can while a file is new."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            work()
            return
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > until:
                raise
            time.sleep(0.01)


def connect_postgresql(url: URL) -> Engine:
    """Return an engine for an index in PostgreSQL.

    Raises:
        GraphscopeError: when the driver is not installed.
    """
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={"connect_timeout": int(PATIENCE)},
            pool_pre_ping=True,
        )
    except ImportError as error:
        raise GraphscopeError(
            "An index in PostgreSQL needs psycopg, which is not installed.",
            "pip install 'keras-graphscope[postgresql]'",
        ) from error


def make_tables(engine: Engine) -> None:
    """Make the tables where they are missing; processes that do so at once wait for each other."""
    is_server = engine.dialect.name == "postgresql"
    with reading(engine) as connection:
        if inspect(connection).has_table(schema.blocks.name):
            return
    with writing(engine) as connection:
        if is_server:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if not inspect(connection).has_table(schema.blocks.name):
            schema.metadata.create_all(connection)
            if is_server:
                _store_plainly(connection)


def _store_plainly(connection: Connection) -> None:
    """Leave blocks uncompressed: numbers hardly shrink, and parts of them are read."""
    for name in ("data", "coarse"):
        connection.execute(
            text(f"ALTER TABLE {schema.blocks.name} ALTER COLUMN {name} SET STORAGE EXTERNAL")
        )


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Within it a transaction is open that writes; it is committed at the end."""
    with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Within it all that is read is of one moment, whatever others write."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def guarded(where: str, work: Callable[[], T]) -> T:
    """Return what some work with the database returns.

    Args:
        where: the index, in words that hold no password.
        work: what to do.

    Raises:
        CorruptError: when an SQLite file is damaged.
        GraphscopeError: for all else that the database complains about.
    """
    try:
        return work()
    except DBAPIError as error:
        _explain(where, error)


def _explain(where: str, error: DBAPIError) -> NoReturn:
    original = error.orig
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", 0) & 0xFF  # Without its finer reasons.
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise CorruptError(str(original)) from None
        remedy = _SQLITE.get(code, "Delete the file: it is made anew from the logs.")
    elif isinstance(error, OperationalError):
        remedy = "Check that the server runs and that the URL names user, host and database."
    else:
        remedy = "Check that the user may make and change tables in this database."
    # The driver's message names host and user, never the password; SQLAlchemy's is left out.
    raise GraphscopeError(
        f"The index {where} cannot be used ({_line(original)}).", remedy
    ) from None


_SQLITE = {
    sqlite3.SQLITE_BUSY: f"Another process has held it for {PATIENCE:.0f} seconds: end it, or "
    "name another file with --store.",
    sqlite3.SQLITE_LOCKED: "Another process holds it: end it, or name another file with --store.",
    sqlite3.SQLITE_FULL: "Make room on the disk, or name a file on another one with --store.",
    sqlite3.SQLITE_READONLY: "Name a file that may be written with --store.",
    sqlite3.SQLITE_CANTOPEN: "Name a file in a folder that may be written with --store.",
    sqlite3.SQLITE_IOERR: "Name a file on a local disk with --store.",
}


def _line(error: BaseException | None) -> str:
    return " ".join(str(error).split())
