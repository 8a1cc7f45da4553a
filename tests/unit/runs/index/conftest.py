"""Each store test runs against SQLite and against a PostgreSQL of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graphscope.runs.index import open_store
from graphscope.runs.index.store import Store
from tests.unit.runs.index.servers import Server, running_server

Open = Callable[[], Store]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL that ends with the session."""
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an index may be made: a file, or a database that no other test has."""
    if request.param == "sqlite":
        return str(tmp_path / "index.sqlite")
    return request.getfixturevalue("server").make_database()


@pytest.fixture
def opened(place: str, tmp_path: Path) -> Iterator[Open]:
    """Opens the same index again and again; all are closed at the end."""
    stores: list[Store] = []

    def open_again() -> Store:
        stores.append(open_store(place, root=tmp_path))
        return stores[-1]

    yield open_again
    for store in stores:
        store.close()
