"""The two databases that an index may be kept in."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError

from graphscope.errors import GraphscopeError
from graphscope.runs.index import schema
from graphscope.runs.index.engine import connect_postgresql, connect_sqlite, not_an_index

_MAGIC = b"SQLite format 3\0"
_APPLICATION = slice(68, 72)
"""Where an SQLite file says whose it is (https://www.sqlite.org/fileformat.html)."""


class SqliteDatabase:
    """An index in a file of this machine.

    Args:
        path: of the file, made when it is not there.
        is_ours: whether it lies where only graphscope keeps files: one that is no index is then
            deleted rather than left alone.

    Raises:
        GraphscopeError: when the file is another one, or its folder cannot be made.
    """

    def __init__(self, path: Path, *, is_ours: bool) -> None:
        self.name = str(path)
        self._path, self._is_ours = path, is_ours
        self._connected: os.stat_result | None = None

    def connect(self) -> Engine:
        """Return an engine for the file."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise GraphscopeError(
                f"The folder of the index {self._path} cannot be made ({error.strerror}).",
                "Name another file with --store.",
            ) from error
        # Made here, so that what is connected to is known whoever makes the tables.
        self._path.touch()
        self._connected = self._path.stat()
        return connect_sqlite(self._path)

    def is_gone(self) -> bool:
        """Whether the file was deleted, or another one is in its place."""
        try:
            return self._connected is None or not os.path.samestat(
                self._path.stat(), self._connected
            )
        except FileNotFoundError:
            return True

    def discard(self) -> None:
        """Delete the damaged file and what SQLite keeps beside it."""
        if not (self._is_ours or self._is_marked()):
            raise not_an_index(self._path)
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def _is_marked(self) -> bool:
        with self._path.open("rb") as stream:
            head = stream.read(100)
        mark = schema.APPLICATION.to_bytes(4, "big")
        return head.startswith(_MAGIC) and head[_APPLICATION] == mark


class PostgresqlDatabase:
    """An index in a database of a server.

    Args:
        url: as SQLAlchemy has it; the driver is psycopg.

    Raises:
        GraphscopeError: when it is none, or the driver is missing.
    """

    def __init__(self, url: str) -> None:
        try:
            self._url = make_url(url)
        except (ArgumentError, ValueError):
            raise GraphscopeError(  # Without the URL, and its error: both may hold a password.
                "The URL of the index cannot be understood.",
                "Its form is postgresql://USER:PASSWORD@HOST:PORT/DATABASE; what is special in "
                "the password is quoted as in all URLs.",
            ) from None
        plain = URL.create("postgresql", self._url.username, None, self._url.host,
                           self._url.port, self._url.database)  # fmt: skip
        self.name = plain.render_as_string(hide_password=True)

    def connect(self) -> Engine:
        """Return an engine for the server; it is not yet connected to."""
        return connect_postgresql(self._url)

    def is_gone(self) -> bool:
        """A server's database is not replaced under its clients."""
        return False

    def discard(self) -> None:
        """Nothing is deleted on a server."""
        raise GraphscopeError(f"The index {self.name} is damaged.", "Ask who runs the server.")
