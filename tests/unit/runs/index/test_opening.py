"""Where an index may be kept, and what is said where it may not."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from graphscope.errors import GraphscopeError
from graphscope.runs import Columns
from graphscope.runs.folders import as_folder
from graphscope.runs.index import engine, open_store, places
from graphscope.runs.log import SegmentedLog, read_run
from tests.unit.runs.index.parts import contents, start, steps, whole, write
from tests.unit.runs.index.servers import PASSWORD, Server


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path / "cache" / "graphscope" / "runs"


def test_by_default_each_root_has_an_index_in_the_users_cache(tmp_path: Path, cache: Path) -> None:
    for root in ("a", "b", "a"):
        store = open_store(root=tmp_path / root)
        assert Path(store.name).parent == cache
        assert store.notes == []
        store.close()
    assert len(list(cache.glob("*.sqlite"))) == 2


def test_a_deleted_index_is_made_anew_even_while_it_is_open(tmp_path: Path) -> None:
    write(tmp_path / "runs" / "exp", whole("exp"))
    store = open_store(root=tmp_path / "runs")
    store.update(tmp_path / "runs")
    before = contents(store.read("exp"))
    for suffix in ("", "-wal", "-shm"):
        Path(store.name + suffix).unlink(missing_ok=True)
    assert store.update(tmp_path / "runs").bytes > 0
    assert contents(store.read("exp")) == before
    store.close()


@pytest.mark.parametrize("damage", [b"x" * 5_000, b"SQLite format 3\0" + b"\xff" * 9_000, b"ab"])
def test_a_damaged_index_is_made_anew_with_a_note(tmp_path: Path, damage: bytes) -> None:
    write(tmp_path / "runs" / "exp", whole("exp"))
    store = open_store(root=tmp_path / "runs")
    store.close()
    Path(store.name).write_bytes(damage)
    store = open_store(root=tmp_path / "runs")
    store.update(tmp_path / "runs")
    assert [row.name for row in store.runs()] == ["exp"]
    assert [note.partition(" (")[0] for note in store.notes] == [
        f"The index {store.name} was damaged"
    ]
    store.close()


@pytest.mark.parametrize("is_default", [True, False])
def test_pages_damaged_while_it_is_open_are_noticed_when_read(
    tmp_path: Path, is_default: bool
) -> None:
    root = tmp_path / "runs"
    write(root / "exp", [start("exp"), Columns(0, ("loss", "x")), *steps(1, 9_000)])
    place = None if is_default else tmp_path / "mine.sqlite"
    store = open_store(place, root=root)
    store.update(root)
    store.close()  # All that was written is in the file itself.
    with Path(store.name).open("r+b") as stream:
        stream.seek(4_096)
        stream.write(b"\xee" * (Path(store.name).stat().st_size - 4_096))
    store.update(root)
    assert contents(store.read("exp")) == contents(read_run(root / "exp"))
    assert len(store.notes) == 1
    store.close()


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    text, database = tmp_path / "thesis.txt", tmp_path / "mlflow.db"
    text.write_text("years of work")
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE runs (id)")
    connection.close()
    for path in (text, database):
        content = path.read_bytes()
        with pytest.raises(
            GraphscopeError, match=r"is not an index of graphscope's, or .* Name a f"
        ):
            open_store(path, root=tmp_path)
        assert path.read_bytes() == content


def test_an_index_that_another_process_holds_is_waited_for_and_then_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 0.05)
    write(tmp_path / "exp", whole("exp"))
    store = open_store(tmp_path / "index.sqlite", root=tmp_path)
    holder = sqlite3.connect(tmp_path / "index.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(GraphscopeError, match=r"database is locked.*Another process has held it"):
        store.update(tmp_path)
    assert store.runs() == []  # Who only reads does not wait.
    holder.execute("ROLLBACK")
    holder.close()
    store.update(tmp_path)
    assert len(store.runs()) == 1
    store.close()


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    write(tmp_path / "exp", [start("exp"), Columns(0, ("loss", "x")), *steps(1, 9_000)])
    store = open_store(tmp_path / "index.sqlite", root=tmp_path)
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 20")
        raw = connection.connection.driver_connection
        assert raw is not None
    with pytest.raises(GraphscopeError, match=r"disk is full\)\. Make room on the disk"):
        store.update(tmp_path)
    store.close()


def test_an_index_on_a_network_file_system_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_file_system", lambda _path: "nfs4")
    with pytest.raises(GraphscopeError, match=r"lies on a network file system.*--store postgresql"):
        open_store(tmp_path / "index.sqlite", root=tmp_path)


def test_a_cache_on_a_network_file_system_is_avoided_and_that_is_said(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        places, "_file_system", lambda path: "nfs" if path.is_relative_to(cache) else "ext4"
    )
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    store = open_store(root=tmp_path / "runs")
    other = tmp_path / f"graphscope-{os.getuid()}"
    assert Path(store.name).parent == other
    assert store.notes == [
        f"{cache} lies on a network file system; the index of the runs is kept in {other}."
    ]
    store.close()


def test_a_cache_that_cannot_be_made_is_avoided_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    store = open_store(root=tmp_path / "runs")
    assert "cannot be made (Not a directory); the index" in store.notes[0]
    store.close()


def test_the_file_system_is_that_of_the_nearest_mount(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace as Mount

    mounts = [Mount(mountpoint="/", fstype="ext4"), Mount(mountpoint="/home/me", fstype="NFS4"),
              Mount(mountpoint="/home/me/fast", fstype="xfs"),
              Mount(mountpoint="/bucket", fstype="fuse.s3fs")]  # fmt: skip
    monkeypatch.setattr("psutil.disk_partitions", lambda **_options: mounts)
    assert [places.is_on_network(Path(path)) for path in
            ("/home/me/a/b", "/home/me/fast/c", "/home/meadow", "/bucket/d", "/etc")] == [
            True, False, False, True, False]  # fmt: skip
    assert places.place_of(Path("/home/me/runs")) == "file:///home/me/runs"
    assert places.place_of(Path("/etc")).startswith("file://")
    assert places.place_of(Path("/etc")) != "file:///etc"


@pytest.fixture
def remote() -> Iterator[str]:
    yield "memory://bucket/runs"
    fsspec.filesystem("memory").rm("/bucket", recursive=True)


def test_runs_on_shared_storage_are_indexed_here_and_that_is_said(remote: str) -> None:
    folder = as_folder(remote)
    log = SegmentedLog(folder / "exp", "rank0-elsewhere-1-1", seconds=3_600)
    records = whole("exp", 3_000)
    for index, record in enumerate(records):
        log.write(record)
        if index % 500 == 0:
            log.seal()
    store = open_store(root=folder)
    assert store.notes == [
        f"The runs are at {folder}; their index is on this machine, in {store.name}."
    ]
    store.update(folder)
    log.close()
    assert store.update(folder).bytes > 0
    assert store.update(folder).bytes == 0
    assert contents(store.read("exp")) == contents(read_run(folder / "exp"))
    store.close()


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("mysql://host/name", r"No index of runs can be kept at a mysql:// URL\. Name a file, or"),
        ("sqlite://", r"names no file\. sqlite:///PATH does"),
        ("postgresql://me:hush-hush@host:port/name", r"cannot be understood\. Its form is"),
    ],
)
def test_a_url_that_names_no_index_is_explained(tmp_path: Path, place: str, message: str) -> None:
    with pytest.raises(GraphscopeError, match=message) as caught:
        open_store(place, root=tmp_path)
    assert "hush-hush" not in "".join(traceback.format_exception(caught.value))


def test_a_url_may_name_a_file(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/deep/index.sqlite", root=tmp_path)
    assert Path(store.name) == tmp_path / "deep" / "index.sqlite"
    store.close()


def test_the_password_is_in_no_message(tmp_path: Path, server: Server) -> None:
    store = open_store(server.make_database(), root=tmp_path)
    assert PASSWORD not in store.name
    assert store.name.startswith("postgresql://tester@127.0.0.1:")
    store.close()
    wrong = "wrong-but-secret"
    for url in (
        server.url("none"),
        server.url("postgres").replace(PASSWORD, wrong),
        f"postgresql://tester:{wrong}@127.0.0.1:1/x?sslpassword={wrong}",
        f"postgres://tester:{wrong}@127.0.0.1:1/x?password={wrong}",
    ):
        with pytest.raises(
            GraphscopeError, match=r"cannot be used.*Check that the server"
        ) as caught:
            open_store(url, root=tmp_path)
        shown = "".join(traceback.format_exception(caught.value))
        assert PASSWORD not in shown
        assert wrong not in shown


def test_a_missing_driver_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(GraphscopeError) as caught:
        open_store("postgresql://me:hush-hush@host/name", root=tmp_path)
    assert str(caught.value) == (
        "An index in PostgreSQL needs psycopg, which is not installed. "
        "pip install 'keras-graphscope[postgresql]'"
    )


def test_the_database_is_loaded_when_an_index_is_opened() -> None:
    program = "import graphscope.runs.index, sys; print('sqlalchemy' in sys.modules)"
    command = [sys.executable, "-I", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
