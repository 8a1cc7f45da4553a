"""What becomes of the graph of a file whose classes are those of a library; no library is used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphscope.graph import ROOT, Graph, Layer, Note, Weight
from graphscope.session.rebuilding import complete as module
from graphscope.session.rebuilding.complete import Choices, complete
from graphscope.session.rebuilding.failures import NotRebuiltError
from graphscope.session.rebuilding.libraries import Library
from graphscope.session.rebuilding.merge import PLACES, weight_places
from tests.support.graphs import graph

HUB = "keras_hub.src.models.bert.bert_backbone"
DOCUMENT = {"class_name": "BertBackbone", "module": HUB, "config": {"num_layers": 2}}
WEIGHTS = {f"/layers/dense_{number}/vars/0": [number, 3] for number in range(1, 13)}


def file_graph(module: str = HUB) -> Graph:
    return replace(
        graph("x -> dense"),
        layers=(Layer("layer:bert", "bert", "BertBackbone", module=module),),
        notes=(
            Note("subclassed-archive", "no data flow", ROOT),
            Note("weights-outside", "1 entry points out of the file"),
            Note("weights-unnamed", "numbered", "layer:gone"),
        ),
        metadata={"format": "keras archive", "producer": "keras 3.9.0"},
    )


def rebuilt_graph(weights: dict[str, list[int]]) -> Graph:
    layer = Layer("layer:bert", "bert", "BertBackbone", module=HUB)
    made = tuple(
        Weight(f"weight:{number}", "kernel", layer.id, tuple(shape), "float32")
        for number, shape in enumerate(weights.values())
    )
    places = {place: weight.id for place, weight in zip(weights, made, strict=True)}
    return replace(
        graph("x -> dense -> relu"),
        layers=(replace(layer, weights=tuple(weight.id for weight in made)),),
        weights=made,
        metadata={"backend": "jax", "producer": "keras 3.15.1", PLACES: places},
    )


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the file and the library give; a test changes it."""
    given: dict[str, Any] = {
        "recipe": {"document": DOCUMENT, "weights": dict(WEIGHTS)},
        "graph": rebuilt_graph(WEIGHTS),
    }

    def rebuild(document: dict[str, Any], *_given: Any, **_named: Any) -> Graph:
        assert document == DOCUMENT
        if isinstance(given["graph"], Exception):
            raise given["graph"]
        found: Graph = given["graph"]
        return found

    monkeypatch.setattr(module, "read_data", lambda *_given: given["recipe"])
    monkeypatch.setattr(module, "rebuild", rebuild)
    monkeypatch.setattr(module, "find_backend", lambda wanted: wanted or "jax")
    monkeypatch.setattr(Library, "is_installed", True)
    return given


def run(given: Graph) -> Graph:
    return complete(given, Path("bert.keras"), "keras", Choices(), lambda _text: None)


def test_the_rebuilt_graph_keeps_what_the_file_says_of_itself(made: dict[str, Any]) -> None:
    found = run(file_graph())
    assert found.nodes == made["graph"].nodes
    assert [note.code for note in found.notes] == ["rebuilt", "weights-outside"]
    assert "all 12 weights of the file" in found.notes[0].message
    assert found.metadata["producer"] == "keras 3.9.0"
    assert found.metadata["backend"] == "jax"
    assert found.metadata[PLACES] == made["graph"].metadata[PLACES]


@pytest.mark.usefixtures("made")
def test_a_model_of_keras_and_a_stranger_stay_as_they_were_read() -> None:
    for module_name in ("keras.layers", "my_package.models", ""):
        given = file_graph(module_name)
        assert run(given) is given


@pytest.mark.usefixtures("made")
def test_a_graph_that_was_traced_and_exported_is_not_made_again() -> None:
    given = replace(file_graph(), metadata={"backend": "torch"})
    assert run(given) is given


def test_a_reader_that_finds_no_config_leaves_the_graph(made: dict[str, Any]) -> None:
    made["recipe"] = None
    given = file_graph()
    assert run(given) is given


@pytest.mark.usefixtures("made")
def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Library, "is_installed", False)
    found = run(file_graph())
    assert found.notes[0].code == "library-missing"
    assert "pip install keras-hub" in found.notes[0].message
    assert found.nodes == file_graph().nodes


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("installed", [False, True])
def test_a_model_of_an_hdf5_file_may_be_of_a_library_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    monkeypatch.setattr(Library, "is_installed", installed)
    monkeypatch.setattr(Library, "find_classes", lambda _library: {})
    given = replace(file_graph(""), metadata={"format": "keras hdf5 model"})
    told = [note.code for note in run(given).notes]
    assert ("library-unknown" in told) is not installed


@pytest.mark.usefixtures("made")
def test_a_functional_model_of_an_hdf5_file_is_of_no_library(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Library, "is_installed", False)
    monkeypatch.setattr(Library, "find_classes", lambda _library: {})
    given = replace(file_graph(""), metadata={"format": "keras hdf5 model"}, notes=())
    assert run(given) is given


def test_what_is_not_allowed_is_told_and_nothing_made(made: dict[str, Any]) -> None:
    made["graph"] = AssertionError("it was made")
    made["recipe"]["document"] = DOCUMENT | {"config": {"head": {"class_name": "__lambda__"}}}
    found = run(file_graph())
    assert found.notes[0].code == "not-rebuilt"
    assert "'__lambda__', which may be code" in found.notes[0].message
    assert found.nodes == file_graph().nodes


def test_a_failure_of_the_library_is_told(made: dict[str, Any]) -> None:
    made["graph"] = NotRebuiltError("ValueError: num_heads must divide hidden_dim")
    told = run(file_graph()).notes[0].message
    assert told == (
        "BertBackbone was not rebuilt with keras_hub: ValueError: num_heads must divide "
        "hidden_dim. The graph is what the file says by itself."
    )


def test_one_weight_that_differs_is_told(made: dict[str, Any]) -> None:
    made["recipe"]["weights"]["/layers/dense_1/vars/0"] = [9, 9]
    found = run(file_graph())
    assert found.nodes == made["graph"].nodes
    assert "'/layers/dense_1/vars/0' is 9×9 in the file and 1×3 rebuilt" in found.notes[0].message


def test_weights_of_another_model_bring_the_graph_of_the_file(made: dict[str, Any]) -> None:
    made["recipe"]["weights"] = {place: [9, 9] for place in WEIGHTS}
    found = run(file_graph())
    assert found.nodes == file_graph().nodes
    assert "the file holds the weights of another model" in found.notes[0].message
    assert len(found.notes[0].message) < 500


def test_a_file_without_weights_is_rebuilt_all_the_same(made: dict[str, Any]) -> None:
    made["recipe"]["weights"] = None
    found = run(file_graph())
    assert found.nodes == made["graph"].nodes
    assert "no weights to compare" in found.notes[0].message
    assert found.metadata[PLACES] == {}


def test_the_numbers_of_a_weight_are_found_by_its_place_in_the_file(made: dict[str, Any]) -> None:
    found = weight_places(run(file_graph()))
    assert found["weight:0"] == "/layers/dense_1/vars/0"
    assert len(found) == len(made["graph"].weights)
    assert weight_places(file_graph()) == {}
    assert weight_places(replace(file_graph(), metadata={PLACES: ["a stranger's"]})) == {}
