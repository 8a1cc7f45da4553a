"""Files are written whole or not at all, and failures say what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graphscope.errors import ExportError
from graphscope.exporters.files import write_bytes, write_text


def test_replaces_what_was_there_and_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "net.svg"
    path.write_text("old")
    write_text(path, "B×8")
    assert path.read_bytes() == "B×8".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"folder '.*gone' does not exist\. Make it"):
        write_bytes(tmp_path / "gone" / "net.svg", b"")


def test_path_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"is a folder\. Give the name of a file"):
        write_bytes(tmp_path, b"")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(13, "Permission denied"), r"may not be written\. Choose another place"),
        (OSError(28, "No space left on device"), "could not be written: No space left on device"),
    ],
)
def test_failure_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, message: str
) -> None:
    path = tmp_path / "net.svg"
    path.write_text("old")

    def fail(*_paths: Path) -> None:
        raise error

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(ExportError, match=message):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_longest_name_that_a_folder_takes(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 250 + ".svg")
    write_text(path, "x")
    assert path.read_text() == "x"
