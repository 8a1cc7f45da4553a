from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphscope.errors import ExportError, ReadError
from graphscope.exporters.drawing import make_drawing
from graphscope.exporters.node_data import attach, find_names
from graphscope.graph import Graph, from_json, to_json
from graphscope.session import export
from graphscope.session.node_data import add_overlays, read_overlay
from tests.support.graphs import graph


@pytest.fixture
def model() -> Graph:
    return graph("x=Input[B,8] -> encoder/dense:Dense[B,4] -> head:Dense[B,1]", name="two")


def write(folder: Path, values: Any, name: str = "scores.json") -> Path:
    path = folder / name
    path.write_text(values if isinstance(values, str) else json.dumps(values), encoding="utf-8")
    return path


def test_a_file_colours_a_picture_and_its_values_are_told(model: Graph, tmp_path: Path) -> None:
    path = write(tmp_path, {"name": "Score", "values": {"head": 0.25, "encoder/dense": 0.75}})
    export(model, tmp_path / "two.svg", overlays=[path], depth=3)
    svg = (tmp_path / "two.svg").read_text(encoding="utf-8")
    assert ">Score (linear scale)</text>" in svg
    assert "Score: 0.75" in svg


def test_node_data_of_model_explorer_keeps_its_colours(model: Graph, tmp_path: Path) -> None:
    data = {
        "main": {"results": {"head": {"value": 3}}, "thresholds": [{"value": 5, "bgColor": "red"}]}
    }
    export(model, tmp_path / "two.svg", overlays=[write(tmp_path, data)])
    assert 'fill="#ff0000"' in (tmp_path / "two.svg").read_text(encoding="utf-8")


def test_python_values_of_any_kind_are_taken(model: Graph) -> None:
    values = {"head": np.float32(0.5), "encoder/dense": float("nan"), "x": np.int64(3)}
    found = read_overlay({"name": "From Python", "values": values})
    assert found.names == ("data-from-python",)
    assert found.data["values"] == {"head": 0.5, "encoder/dense": None, "x": 3}


def test_values_stay_with_a_graph_that_is_saved(model: Graph) -> None:
    carried = add_overlays(model, [{"name": "A", "values": {"head": 1}}, {"values": {}}])
    again = from_json(to_json(carried))
    document = make_drawing(again)
    assert [row["source"] for row in document["node_data"]] == ["A", "values"]
    assert find_names(document)[-2:] == ["data-a", "data-values"]
    assert "node_data" not in make_drawing(model)


def test_strange_metadata_is_no_overlay(model: Graph) -> None:
    strange = Graph(**{**_fields(model), "metadata": {"node_data": ["x", 3, {"names": 7}]}})
    assert "type" in find_names(make_drawing(strange))
    assert attach(strange, []) is strange


def _fields(graph: Graph) -> dict[str, Any]:
    return {name: getattr(graph, name) for name in graph.__dataclass_fields__}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1]", r"scores\.json holds no JSON object\. Write"),
        ("{", r"scores\.json is not JSON"),
        ("[" * 100_000, r"scores\.json (is nested too deeply|is not JSON)"),
        ('{"values": {"a": []}}', r'the value of "a" is neither a number nor a text'),
        ('{"values": {"a": NaN}, "fold": "best"}', r'the fold "best" is unknown'),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read_overlay(write(tmp_path, text))


def test_what_is_missing_is_told(tmp_path: Path, model: Graph) -> None:
    with pytest.raises(ReadError, match="There is no file"):
        read_overlay(tmp_path / "none.json")
    with pytest.raises(ReadError, match="neither a number nor a text"):
        read_overlay({"values": {"a": object()}})
    with pytest.raises(ExportError, match=r"'data-x' is unknown\. Known: type, .*data-y"):
        export(model, tmp_path / "m.svg", overlay="data-x", overlays=[{"name": "y", "values": {}}])


def test_numbers_and_texts_beyond_what_travels_do_no_harm(model: Graph, tmp_path: Path) -> None:
    path = write(tmp_path, '{"name": "a\\ud800", "values": {"head": 1e999, "encoder/dense": 2}}')
    assert read_overlay(path).data["values"]["head"] is None
    export(model, tmp_path / "two.html", overlays=[path])
    export(model, tmp_path / "two.svg", overlays=[path], depth=3)
    assert ">a\ufffd (" in (tmp_path / "two.svg").read_text(encoding="utf-8")
