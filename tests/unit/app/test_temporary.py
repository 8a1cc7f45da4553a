"""Temporary folders: none of them outlives the process that made it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from graphscope.app.temporary import TemporaryFolder

_PROGRAM = """
import os, sys
from graphscope.app.temporary import TemporaryFolder
folder = TemporaryFolder("graphscope-test-")
(folder.path / "file").write_text("x")
{}
print(folder.path)
"""


def run(lines: str, place: Path) -> Path:
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(lines)],
        env={"TMPDIR": str(place), "TMP": str(place), "TEMP": str(place)},
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(ran.stdout.strip())


def test_a_folder_is_removed_once_and_for_all() -> None:
    folder = TemporaryFolder("graphscope-test-")
    (folder.path / "file").write_text("x")
    folder.remove()
    assert not folder.path.exists()
    folder.remove()


def test_a_folder_goes_with_its_owner() -> None:
    folder = TemporaryFolder("graphscope-test-")
    path = folder.path
    del folder
    assert not path.exists()


def test_a_folder_goes_with_the_process(tmp_path: Path) -> None:
    assert run("", tmp_path).parent == tmp_path
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="no processes fork here")
def test_a_process_that_forked_off_leaves_it_alone(tmp_path: Path) -> None:
    lines = """
child = os.fork()
if child == 0:
    sys.exit()
os.waitpid(child, 0)
assert (folder.path / "file").exists()
"""
    run(lines, tmp_path)
    assert list(tmp_path.iterdir()) == []
