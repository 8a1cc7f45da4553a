"""What reading asks of Python when nothing forbids it: files of every kind, read without the lock.

The lock is the second line of defence. The first is that readers parse and do nothing else, which
is tried here on sound and hostile files in fresh interpreters.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graphscope import plugins
from graphscope.errors import GraphscopeError
from graphscope.session.files import find_reader
from tests.hostile.collection import make_collection
from tests.unit.session.reading.conftest import SUPPORT

_PROGRAM = Path(__file__).with_name("auditing.py")


def listen(entry: str, files: list[str]) -> list[list[str]]:
    """Return `[file, event, argument]` of what a reader asks for that it should not."""
    done = subprocess.run(
        [sys.executable, "-P", str(_PROGRAM)],
        input=json.dumps({"reader": entry, "files": files}),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SUPPORT)},
    )
    assert done.returncode == 0, done.stderr
    told: list[list[str]] = json.loads(done.stdout)
    return told


def collect(folder: Path) -> dict[str, list[str]]:
    """Make hostile files, and some that are sound; return them by where their reader is."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in make_collection(folder, is_big=False, with_keras=False):
        path = os.fsdecode(row.path)
        try:
            reader = find_reader(Path(path))
        except (GraphscopeError, OSError):
            continue  # It is refused before any reader sees it.
        found[plugins.registered("readers")[reader].value].append(path)
    return found


def test_readers_only_read(tmp_path: Path) -> None:
    """One test for all readers, as processes that share tests would each make the collection."""
    files = collect(tmp_path)
    entries = sorted({point.value for point in plugins.registered("readers").values()})
    assert [each for each in entries if len(files[each]) < 5] == [], "there is none to try it on"
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        told = dict(
            zip(entries, pool.map(lambda each: listen(each, files[each]), entries), strict=True)
        )
    assert told == {each: [] for each in entries}


@pytest.mark.parametrize(
    ("function", "event"),
    [
        ("execute", "exec"),
        ("evaluate", "compile"),
        ("load_code", "marshal.loads"),
        ("load_pickle", "pickle.find_class"),
        ("connect", "socket.connect"),
        ("run_program", "subprocess.Popen"),
        ("import_more", "import"),
        ("import_by_name", "open"),
        ("read_beside", "open"),
        ("write", "open"),
        ("remove", "os.remove"),
        ("list_folder", "os.listdir"),
    ],
)
def test_this_very_test_notices(function: str, event: str, file: Path) -> None:
    told = listen(f"misbehaving:{function}", [str(file)])
    assert event in {heard for _, heard, _ in told}
