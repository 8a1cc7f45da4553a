"""The page of a broken file: what is left of it, and a diagnosis for each fault."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from graphscope.app.broken_file import RULE, TOLD, FileFaults, find_faults
from graphscope.app.server import Inspector
from graphscope.app.services import Services
from graphscope.app.workspace.reading import Reader
from graphscope.cli import cli
from graphscope.errors import ReadError
from graphscope.readers.keras.archive_file import read
from tests.support.archives import functional, input_layer, layer, write_archive

CYCLE = functional(
    [
        input_layer("x", 4),
        layer("Add", "a", ["x", "b"]),
        layer("Dense", "b", "a", units="many"),
        layer("Dense", "c", "ghost", units=2),
    ],
    inputs="x",
    outputs="b",
)


def faults_of(path: Path) -> FileFaults:
    with pytest.raises(ReadError) as caught:
        read(path)
    return find_faults(caught.value, "model.keras")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "model.keras", CYCLE)


def test_the_error_comes_first_with_its_remedy_and_each_fault_once(path: Path) -> None:
    report = faults_of(path).report
    first, *others = [each.message for each in report.diagnoses]
    assert first.startswith("Layer 'c' takes a tensor of layer 'ghost'")
    assert first.endswith("\nThe file was edited or damaged; save the model anew.")
    assert [message[:45] for message in others] == [
        "2 layers of model 'model' form a cycle: 'a' →",
        "Layer 'b' (Dense) has units = 'many', but a w",
    ]
    assert {each.rule for each in report.diagnoses} == {RULE}
    assert report.notes == (TOLD,)


def test_the_layers_of_a_fault_are_highlighted_with_the_edges_between(path: Path) -> None:
    found = faults_of(path)
    alone, ring, setting = found.paths
    assert (alone.culprit, alone.nodes, alone.edges) == ("c", ("c",), ())
    assert ring.culprit == "a"
    assert ring.nodes == ("a", "b")
    assert set(ring.edges) == {("a", "b"), ("b", "a")}
    assert setting.culprit == "b"


def test_the_panel_says_it(path: Path) -> None:
    found = faults_of(path)
    services = Services(found.failure_graph.graph, findings=found)
    view = services.present_diagnosis(0)
    assert view.headline.startswith("Layer 'c' takes a tensor")
    assert view.badges == (RULE, "certain")
    assert [link.target for link in view.links] == ["c"]
    document = json.loads(gzip.decompress(services.drawing.data))
    assert [point["label"] for point in document["marks"][0]["points"]] == ["look here"]


def test_a_fault_of_the_whole_model_points_at_nothing(tmp_path: Path) -> None:
    document = functional([input_layer("x", 4)], inputs="x", outputs="ghost")
    found = faults_of(write_archive(tmp_path / "model.keras", document))
    assert found.paths[0].culprit is None
    assert Services(found.failure_graph.graph, findings=found).drawing.data


def test_the_page_opens_a_broken_file_with_what_is_wrong(path: Path) -> None:
    services = Reader().read(path)
    assert services.findings is not None
    assert [node.name for node in services.graph.nodes] == ["x", "c", "a", "b"]


def test_the_page_does_not_open_what_has_nothing_to_show(tmp_path: Path) -> None:
    reader = Reader()  # What it keeps goes with it.
    kept = reader.keep("model.keras", io.BytesIO(b"nothing of the kind"))
    with pytest.raises(ReadError):
        reader.read(kept)


def run_show(monkeypatch: pytest.MonkeyPatch, path: Path) -> tuple[Any, list[Inspector]]:
    shown: list[Inspector] = []

    def wait(inspector: Inspector) -> None:
        shown.append(inspector)

    monkeypatch.setattr(Inspector, "wait", wait)
    result = CliRunner().invoke(cli, ["show", str(path), "--no-browser"])
    return result, shown


def test_show_prints_the_error_and_opens_the_page(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, shown = run_show(monkeypatch, path)
    assert result.exit_code == 0
    assert "graphscope: Layer 'c' takes a tensor of layer 'ghost'" in result.stderr
    assert "The page shows what could be read all the same." in result.stderr
    assert len(shown[0].graph.nodes) == 4


@pytest.mark.parametrize("command", [["info"], ["check"], ["export", "-o", "x.svg"]])
def test_other_commands_end_with_the_error(path: Path, command: list[str]) -> None:
    result = CliRunner().invoke(cli, [command[0], str(path), *command[1:]])
    assert result.exit_code not in (0, None)
    assert "Layer 'c' takes a tensor of layer 'ghost'" in result.stderr
