"""The list of recent files, on a disk that may hold anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.app.workspace.recent import MOST, RecentFiles


@pytest.fixture
def recent(tmp_path: Path) -> RecentFiles:
    return RecentFiles(tmp_path / "state" / "recent.json")


def make(folder: Path, name: str) -> Path:
    file = folder / name
    file.touch()
    return file


def names(recent: RecentFiles) -> list[str]:
    return [each.path.name for each in recent.existing()]


def test_the_newest_comes_first_and_once(recent: RecentFiles, tmp_path: Path) -> None:
    for name in ("a.keras", "b.keras", "a.keras"):
        recent.add(make(tmp_path, name))
    assert names(recent) == ["a.keras", "b.keras"]


def test_what_is_gone_is_not_listed(recent: RecentFiles, tmp_path: Path) -> None:
    file = make(tmp_path, "a.keras")
    recent.add(file)
    file.unlink()
    assert names(recent) == []


def test_one_or_all_are_forgotten(recent: RecentFiles, tmp_path: Path) -> None:
    for name in ("a.keras", "b.keras", "c.keras"):
        recent.add(make(tmp_path, name))
    recent.forget(recent.existing()[1].id)
    assert names(recent) == ["c.keras", "a.keras"]
    recent.forget()
    assert names(recent) == []


def test_the_list_stays_short(recent: RecentFiles, tmp_path: Path) -> None:
    for number in range(MOST + 3):
        recent.add(make(tmp_path, f"{number}.keras"))
    assert len(names(recent)) == MOST


@pytest.mark.parametrize("text", ["", "[]", '{"files": 3}', '{"files": [3, null]}', "\x00"])
def test_a_list_that_is_none_is_empty(recent: RecentFiles, tmp_path: Path, text: str) -> None:
    file = tmp_path / "state" / "recent.json"
    file.parent.mkdir()
    file.write_text(text)
    assert names(recent) == []
    recent.add(make(tmp_path, "a.keras"))
    assert names(recent) == ["a.keras"]


def test_a_folder_that_cannot_be_made_is_no_fault(tmp_path: Path) -> None:
    make(tmp_path, "in-the-way")
    recent = RecentFiles(tmp_path / "in-the-way" / "recent.json")
    recent.add(make(tmp_path, "a.keras"))
    assert names(recent) == []
