"""`graphscope show` with several targets, and watched."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from graphscope.app import Inspector
from graphscope.app.address import Place
from graphscope.app.broken_file import NOTHING_TOLD
from graphscope.app.workspace.recent import RecentFiles
from graphscope.cli.tabs import Tabs, open_tabs
from graphscope.errors import ReadError, TargetError
from graphscope.graph import to_json
from tests.support.archives import functional, input_layer, layer, write_archive
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


@pytest.fixture
def broken(tmp_path: Path) -> str:
    layers = [input_layer("x", 4), layer("Dense", "a", "ghost", units=2)]
    document = functional(layers, inputs="x", outputs="a")
    return str(write_archive(tmp_path / "broken.keras", document))


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


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_watched_target_is_renewed(files: list[str], inspectors: list[Inspector]) -> None:
    inspectors.append(open_all(files, watch=True))
    workspace = inspectors[0].workspace
    Path(files[1]).write_text(to_json(graph("x -> y -> z", name="b")))
    wait_for(lambda: workspace.models[1].version > 0)
    assert len(workspace.models[1].services.graph.nodes) == 3
    assert workspace.models[0].version == 0


def test_a_broken_target_has_a_tab_with_the_reason(
    files: list[str],
    broken: str,
    inspectors: list[Inspector],
    capsys: pytest.CaptureFixture[str],
) -> None:
    inspectors.append(open_all([files[0], broken, files[1]]))
    sound, shown, other = inspectors[0].workspace.models
    assert [sound.services.findings, other.services.findings] == [None, None]
    assert [node.name for node in shown.services.graph.nodes] == ["x", "a"]
    assert shown.services.findings is not None
    [diagnosis] = shown.services.findings.report.diagnoses
    assert diagnosis.message.startswith("Layer 'a' takes a tensor of layer 'ghost'")
    told = capsys.readouterr().err
    assert f"graphscope: {broken}: Layer 'a' takes a tensor" in told
    assert "could be read all the same" in told


def test_a_broken_target_may_be_the_first(
    files: list[str], broken: str, inspectors: list[Inspector]
) -> None:
    inspectors.append(open_all([broken, files[0]]))
    first, other = inspectors[0].workspace.models
    assert first.services.findings is not None
    assert other.services.findings is None


def test_of_a_file_of_which_nothing_is_left_the_tab_shows_the_reason(
    files: list[str], inspectors: list[Inspector], tmp_path: Path
) -> None:
    path = tmp_path / "net.keras"
    path.write_bytes(b"PK\x03\x04 no archive")
    inspectors.append(open_all([files[0], str(path)]))
    shown = inspectors[0].workspace.models[1]
    assert shown.title == "net.keras"
    assert len(shown.services.graph.nodes) == 0
    assert shown.services.findings is not None
    report = shown.services.findings.report
    assert "net.keras" in report.diagnoses[0].message
    assert report.notes == (NOTHING_TOLD,)
    assert shown.services.drawing.data


def test_where_nothing_is_left_of_any_target_the_command_ends(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.json", "b.json")]
    for path in paths:
        path.write_text("{")
    with pytest.raises(ReadError, match=r"a\.json"):
        open_all([str(path) for path in paths])


def test_a_target_that_names_nothing_ends_the_command(files: list[str]) -> None:
    with pytest.raises(TargetError, match="nowhere"):
        open_all([files[0], "nowhere.keras"])


def test_a_watched_file_that_is_broken_at_first_is_shown_when_it_is_mended(
    files: list[str], inspectors: list[Inspector]
) -> None:
    path = Path(files[0])
    whole = path.read_text()
    path.write_text("{")
    inspectors.append(open_all(files[:1], watch=True))
    workspace = inspectors[0].workspace

    def message() -> str:
        findings = workspace.models[0].services.findings
        return findings.report.diagnoses[0].message if findings is not None else ""

    begin = message()
    assert "a.json" in begin
    path.write_text("[]")
    wait_for(lambda: message() not in (begin, ""))
    path.write_text(whole)
    wait_for(lambda: workspace.models[0].services.findings is None)
    assert len(workspace.models[0].services.graph.nodes) == 2
    path.write_text("{")  # The sound version stays, with the reason.
    wait_for(lambda: workspace.models[0].complaint is not None)
    assert workspace.models[0].services.findings is None
    path.write_text(whole)
    wait_for(lambda: workspace.models[0].complaint is None)


def test_a_run_cannot_be_compared_in_tabs(files: list[str]) -> None:
    with pytest.raises(click.UsageError, match="one TARGET"):
        open_all(files, compare="runs/exp1")
