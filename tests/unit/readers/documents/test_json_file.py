"""What a .json file may hold, and what is said of the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graphscope.errors import ReadError
from graphscope.graph import to_json
from graphscope.readers.json_file import read
from tests.support.archives import functional, input_layer, layer, sequential
from tests.support.graphs import graph as draw

CHAIN = sequential(input_layer("x", 4), layer("Dense", "d", units=3))
MODEL = functional(
    [input_layer("x", 4), layer("Dense", "d", "x", units=3)], inputs="x", outputs="d"
)


def write(tmp_path: Path, document: Any) -> Path:
    path = tmp_path / "net.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


@pytest.mark.parametrize(
    "document",
    [
        CHAIN,
        MODEL,
        json.dumps(MODEL),  # a text in the file, as json.dump(model.to_json(), file) writes it
        CHAIN["config"],
        MODEL["config"],
        CHAIN["config"]["layers"],
        {"model_config": CHAIN, "training_config": {}},
        {"format": "layers-model", "modelTopology": {"model_config": MODEL}, "weightsManifest": []},
    ],
)
def test_configs_of_models(tmp_path: Path, document: Any) -> None:
    graph = read(write(tmp_path, json.dumps(document)))
    assert {node.id: str(node.outputs[0]) for node in graph.nodes} == {
        "x": "B×4 float32",
        "d": "B×3 float32",
    }
    assert "weights-missing" in [note.code for note in graph.notes]


def test_a_config_of_keras_2_says_which_it_was(tmp_path: Path) -> None:
    graph = read(write(tmp_path, CHAIN | {"keras_version": "2.4.0", "backend": "tensorflow"}))
    assert graph.metadata["producer"] == "keras 2.4.0"
    assert "legacy-config" in [note.code for note in graph.notes]


def test_graph_documents(tmp_path: Path) -> None:
    text = to_json(draw("x -> y"))
    assert to_json(read(write(tmp_path, text))) == text


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, "'net.json' is JSON, but an empty object: neither a graph nor the config"),
        ({"b": 1, "a": 2}, "an object with the keys 'b', 'a'"),
        ({str(number): 1 for number in range(9)}, "'0', '1', '2', '3', …"),
        ([1, 2], "holds a list"),
        (7, "holds a number"),
        ("null", "holds null"),
        ("'", "is not JSON"),
        ({"class_name": 7, "config": {}}, "describes no Keras model"),
        ({"class_name": "Sequential", "config": {"layers": 3}}, "are 3 instead of a list"),
        ({"modelTopology": {"node": []}}, "an object with the keys 'modelTopology'"),
    ],
)
def test_what_is_none_of_these(tmp_path: Path, document: Any, expected: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, document))
    assert expected in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_class_of_its_own_is_only_a_name(tmp_path: Path) -> None:
    graph = read(write(tmp_path, layer("Net", "net", module="my.code")))
    (note,) = [note for note in graph.notes if note.code == "subclassed-archive"]
    assert "neither its call method nor its weights" in note.message
