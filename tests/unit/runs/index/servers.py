"""A real PostgreSQL, started for the tests out of the system's package."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

PASSWORD = "s3cret-word"
PATIENCE = 60.0


@dataclass
class Server:
    """A server that listens on the loopback.

    Attributes:
        port: that it listens on.
    """

    port: int
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        return f"postgresql://tester:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def make_database(self) -> str:
        """Return the URL of a new, empty database."""
        import psycopg

        name = f"test{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server with a data folder of its own; skip where none is installed."""
    pytest.importorskip("psycopg")
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="graphscope-postgresql-"))
    try:
        user = _owner(folder)
        password = folder / "password"
        password.write_text(PASSWORD)
        data = folder / "data"
        rights = ["-U", "tester", "-A", "scram-sha-256", f"--pwfile={password}"]
        settings = ["-E", "UTF8", "--locale=C", "--no-sync"]
        _run([programs / "initdb", "-D", data, *rights, *settings], user)
        port = _free_port()
        options = (
            f"-p {port} -k {folder} -h 127.0.0.1 -F -c max_connections=60 "
            "-c shared_buffers=64MB -c synchronous_commit=off -c full_page_writes=off"
        )
        control = [programs / "pg_ctl", "-D", data, "-w", "-t", str(int(PATIENCE))]
        _run([*control, "-l", folder / "log", "-o", options, "start"], user)
        try:
            yield Server(port)
        finally:
            _run([*control, "-m", "immediate", "stop"], user)
    finally:
        _delete(folder)


def _programs() -> Path:
    """Return the folder with `initdb` and `pg_ctl`."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[-3]
    )
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    if program is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return Path(program).parent


def _owner(folder: Path) -> str | None:
    """Give the folder to a user who may run a server; return them, None for ourselves."""
    if os.geteuid() != 0:
        return None
    import pwd  # Windows has none.

    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_name


def _run(command: list[object], user: str | None) -> None:
    words = [str(word) for word in command]
    if user is not None:
        words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--", *words]
    # To a file: a server that inherits a pipe would keep it open.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(words, stdout=output, stderr=output, cwd="/", check=False)
        output.seek(0)
        assert done.returncode == 0, f"{words}: {output.read()}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _delete(folder: Path) -> None:
    """Delete the data, which the server's last process may still be writing."""
    until = time.monotonic() + PATIENCE
    while folder.exists() and time.monotonic() < until:
        with suppress(OSError):
            shutil.rmtree(folder)
