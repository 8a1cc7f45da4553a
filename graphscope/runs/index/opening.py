"""Finding the database that an index is to be kept in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graphscope.errors import GraphscopeError
from graphscope.runs.index.places import default_index, is_on_network

if TYPE_CHECKING:
    from graphscope.runs.index.store import Store

_SERVERS = ("postgresql", "postgres")


def open_store(place: str | Path | None = None, *, root: Path) -> Store:
    """Return the index of runs that is kept in a place, made when it is not there.

    Args:
        place: a file of this machine for SQLite, or a URL (`postgresql://user:password@host/name`,
            `sqlite:///path`); by default a file in the user's cache, one for each `root`.
        root: folder of the runs. Nothing is read of it before `Store.update`.

    Raises:
        GraphscopeError: when the place cannot hold an index.
    """
    from graphscope.runs.index.databases import PostgresqlDatabase, SqliteDatabase
    from graphscope.runs.index.store import Store

    notes: list[str] = []
    if place is None:
        file = default_index(root, notes.append)
        return Store(SqliteDatabase(file, is_ours=True), notes)
    scheme, separator, _ = str(place).partition("://")
    if not separator:
        return Store(SqliteDatabase(_local(Path(place).expanduser()), is_ours=False), notes)
    if scheme.partition("+")[0] in _SERVERS:
        return Store(PostgresqlDatabase(str(place)), notes)
    if scheme.partition("+")[0] == "sqlite":
        path = Path(str(place).partition(":///")[2]).expanduser()
        return Store(SqliteDatabase(_local(path), is_ours=False), notes)
    raise GraphscopeError(
        f"No index of runs can be kept at a {scheme}:// URL.",
        "Name a file, or postgresql://USER@HOST/DATABASE.",
    )


def _local(path: Path) -> Path:
    if not path.name:
        raise GraphscopeError("The URL sqlite:// names no file.", "sqlite:///PATH does.")
    if is_on_network(path.parent):
        raise GraphscopeError(
            f"{path} lies on a network file system, where SQLite damages files that several "
            "processes use.",
            "Name a file on a local disk, or a database: --store postgresql://USER@HOST/DATABASE.",
        )
    return path
