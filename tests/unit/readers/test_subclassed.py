"""Subclassed models: a tree of weights, no invented data flow, and a note that says so."""

from __future__ import annotations

from typing import Any

from graphscope.analysis import take_inventory
from graphscope.cli.facts import list_facts
from tests.support.archives import functional, input_layer, layer
from tests.unit.readers.conftest import ReadModel


def model(**build_config: Any) -> dict[str, Any]:
    document = layer("MyModel", "my_model", module=None)
    return {**document, "registered_name": "MyModel", "build_config": build_config}


def test_the_weights_are_a_tree_of_boxes(read_model: ReadModel) -> None:
    graph = read_model(
        model(input_shape=[None, 28, 28, 1]),
        weights={
            "": [],
            "layers/dense": [(4, 2), (2,)],
            "blocks/block": [(3,)],
            "blocks/block/norm": [(4,), (4,)],
            "blocks/block_2": [(3,)],
            "blocks/block_10": [(3,)],
        },
    )
    assert [scope.id for scope in graph.scopes] == ["/", "block"]
    assert [node.id for node in graph.nodes] == ["block/norm", "block_2", "block_10", "dense"]
    assert not graph.edges
    assert graph.node_by_id["dense"].type == "Dense"
    assert graph.node_by_id["dense"].outputs == ()


def test_the_note_says_what_is_missing_and_what_to_do(read_model: ReadModel) -> None:
    graph = read_model(model(input_shape=[None, 4]), weights={"layers/dense": [(4, 2), (2,)]})
    note = next(note for note in graph.notes if note.code == "subclassed-archive")
    assert note.message == (
        "MyModel is a class of its own, and the file holds its weights but not its call method, "
        "so there is no data flow to show: the boxes are its layers and their weights. It was "
        "built for inputs of shape [None, 4]. Open the live model instead: graphscope show "
        "path/to/module.py:attribute."
    )


def test_what_no_data_flow_tells_is_unknown(read_model: ReadModel) -> None:
    graph = read_model(model(), weights={"layers/dense": [(4, 2), (2,)]})
    facts = dict(list_facts(take_inventory(graph)))
    assert (facts["Outputs"], facts["FLOPs"]) == ("unknown", "unknown")


def test_a_model_without_sublayers_is_one_box(read_model: ReadModel) -> None:
    graph = read_model(model(), weights={"": [(4, 2)]})
    (node,) = graph.nodes
    assert (node.type, node.weights) == ("MyModel", ("weight:my_model/variable_0",))


def test_functional_models_of_a_class_of_their_own_keep_their_data_flow(
    read_model: ReadModel,
) -> None:
    document = functional(
        [input_layer("x", 4), layer("Dense", "dense", "x", units=2)], inputs="x", outputs="dense"
    )
    graph = read_model({**document, "class_name": "MyFunctional", "module": "mine"})
    assert len(graph.edges) == 1
    assert graph.scopes[0].type == "MyFunctional"
    assert "custom-model-class" in [note.code for note in graph.notes]
