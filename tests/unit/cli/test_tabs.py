"""`graphscope show` with several targets, and watched."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from graphscope.app import Inspector
from graphscope.app.address import Place
from graphscope.app.workspace.recent import RecentFiles
from graphscope.cli.tabs import Tabs, open_tabs
from graphscope.graph import to_json
from tests.support.graphs import graph

CHOICES: dict[str, Any] = {
    "input_shapes": (),
    "backend": None,
    "no_ops": False,
    "no_rebuild": False,
    "trust": False,
    "imports": (),
    "time": False,
    "train": False,
    "target_shapes": (),
    "loss": None,
    "optimizer": None,
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = [tmp_path / name for name in ("a.json", "b.json")]
    for path in paths:
        path.write_text(to_json(graph("x -> y", name=path.stem)))
    return [str(path) for path in paths]


def open_all(files: list[str], *, watch: bool = False, compare: str | None = None) -> Inspector:
    tabs = Tabs(watch=watch, batch=1, place=Place(), brought=())
    return open_tabs(files, tabs, lambda _text: None, compare=compare, choices=CHOICES)


@pytest.fixture
def inspectors() -> Iterator[list[Inspector]]:
    opened: list[Inspector] = []
    yield opened
    for inspector in opened:
        inspector.stop()


def test_each_target_has_a_tab_and_is_remembered(
    files: list[str], inspectors: list[Inspector]
) -> None:
    inspectors.append(open_all(files))
    titles = [model.title for model in inspectors[0].workspace.models]
    assert titles == ["a.json", "b.json"]
    assert [each.path.name for each in RecentFiles().existing()] == ["b.json", "a.json"]


def test_a_watched_target_is_renewed(files: list[str], inspectors: list[Inspector]) -> None:
    inspectors.append(open_all(files, watch=True))
    workspace = inspectors[0].workspace
    Path(files[1]).write_text(to_json(graph("x -> y -> z", name="b")))
    end = time.monotonic() + 60
    while (model := workspace.models[1]).version == 0:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert len(model.services.graph.nodes) == 3
    assert workspace.models[0].version == 0


def test_a_run_cannot_be_compared_in_tabs(files: list[str]) -> None:
    with pytest.raises(click.UsageError, match="one TARGET"):
        open_all(files, compare="runs/exp1")
