"""What Python code asks graphscope for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import graphscope
from graphscope.errors import ExportError, TargetError, TraceError
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph
from graphscope.session import as_graph
from graphscope.session.pictures import check_destination
from tests.support.fake_keras import FakeKeras, Layer, fake_keras, use_plugins
from tests.support.graphs import graph as draw

__all__ = ["fake_keras"]

Written = list[tuple[str, Path, ExportOptions]]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Written:
    """What a fake exporter for `.fake` was asked to write."""
    monkeypatch.chdir(tmp_path)
    calls: Written = []

    def write(graph: Graph, path: Path, options: ExportOptions) -> None:
        if graph.name == "too large":
            raise OSError(28, "No space left on device")
        calls.append((graph.name, path, options))

    use_plugins(monkeypatch, exporters={"fake": write})
    return calls


def test_everything_that_has_a_graph(
    fake_keras: FakeKeras, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use_plugins(monkeypatch, readers={"keras": lambda path: draw("x -> y", name=path.stem)})
    monkeypatch.chdir(tmp_path)
    Path("file.keras").touch()
    graph = draw("x -> y")
    assert as_graph(graph) is graph
    assert as_graph(Layer("live")).name == "live"
    assert as_graph(Path("file.keras")).name == "file"
    assert as_graph("file.keras").name == "file"
    assert graphscope.read("file.keras").name == "file"
    assert graphscope.trace(Layer("live"), "inputs", False).name == "live"
    assert fake_keras.calls[-1][1:] == ("inputs", False)
    with pytest.raises(TraceError, match="A value of type int is not a Keras model or layer"):
        as_graph(3)


def test_read_takes_files_only() -> None:
    with pytest.raises(TargetError, match="There is no file 'sample:unet'"):
        graphscope.read("sample:unet")


def test_export_passes_its_choices_on(written: Written) -> None:
    choices: dict[str, Any] = {"depth": 2, "overlay": "flops", "theme": "dark", "batch": 8}
    graphscope.export(draw("x -> part/y, part/z"), "a.FAKE", open=["part"], **choices)
    assert written == [("model", Path("a.FAKE"), ExportOptions(open=("part",), **choices))]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("a.xyz", "'a.xyz' has the suffix '.xyz', which no exporter writes."),
        ("a", "'a' has a name without a suffix, which no exporter writes."),
        ("a", "Known suffixes: .fake."),
        ("nowhere/a.fake", "The folder 'nowhere' does not exist."),
        ("folder.fake", "'folder.fake' is a folder."),
    ],
)
def test_destinations_that_cannot_be(path: str, message: str, written: Written) -> None:
    Path("folder.fake").mkdir()
    with pytest.raises(ExportError) as caught:
        graphscope.export(draw("x -> y"), path)
    assert message in str(caught.value)
    assert written == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_file_that_may_not_be_written(written: Written) -> None:
    Path("a.fake").touch(mode=0o400)
    with pytest.raises(ExportError, match=r"'a\.fake' may not be written"):
        check_destination(Path("a.fake"))


def test_errors_of_the_operating_system_are_told(written: Written) -> None:
    with pytest.raises(ExportError, match=r"'a\.fake' could not be written: No space left"):
        graphscope.export(draw("x -> y", name="too large"), "a.fake")
