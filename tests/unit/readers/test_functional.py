"""Functional models: calls, edges, scopes and the tensors at their borders."""

from __future__ import annotations

from graphscope.graph import Graph
from tests.support.archives import (
    call,
    functional,
    input_layer,
    layer,
    operation,
    sequential,
    tensor,
)
from tests.unit.readers.conftest import ReadModel


def edges(graph: Graph) -> list[str]:
    return [
        f"{edge.source}:{edge.source_port} -> {edge.target}:{edge.target_port}"
        + ("" if edge.kind == "data" else f" {edge.kind}")
        for edge in graph.edges
    ]


def shapes(graph: Graph) -> dict[str, str]:
    return {node.id: " ".join(str(spec) for spec in node.outputs) for node in graph.nodes}


def test_a_shared_layer_is_two_nodes_and_one_layer(read_model: ReadModel) -> None:
    graph = read_model(
        functional(
            [
                input_layer("x", 4),
                input_layer("y", 4),
                layer("Dense", "shared", "x", "y", units=3),
                layer("Add", "sum", ["shared", ("shared", 1)]),
            ],
            inputs=["x", "y"],
            outputs="sum",
        ),
        weights={"layers/dense": [(4, 3), (3,)]},
    )
    assert edges(graph) == [
        "x:0 -> shared:0",
        "y:0 -> shared#2:0",
        "shared:0 -> sum:0",
        "shared#2:0 -> sum:1",
    ]
    calls = [node for node in graph.nodes if node.name == "shared"]
    assert {node.layer for node in calls} == {"layer:model/shared"}
    assert all(
        node.weights == ("weight:model/shared/kernel", "weight:model/shared/bias") for node in calls
    )
    assert len(graph.weights) == 2


def test_shapes_come_from_the_file_and_from_rules(read_model: ReadModel) -> None:
    graph = read_model(
        functional(
            [
                input_layer("x", 28, 28, 1),
                layer("Conv2D", "conv", "x", filters=8, kernel_size=[3, 3]),
                layer("Custom", "custom", "conv", module="mine"),
                layer("Flatten", "flat", call(tensor("custom", (None, 5, 2)))),
            ],
            inputs="x",
            outputs="flat",
        )
    )
    assert shapes(graph) == {
        "x": "B×28×28×1 float32",
        "conv": "B×26×26×8 float32",
        "custom": "B×5×2 float32",
        "flat": "B×10 float32",
    }


def test_a_custom_layer_of_unknown_shape_gets_a_note(read_model: ReadModel) -> None:
    graph = read_model(
        functional(
            [
                input_layer("x", 4),
                layer("Custom", "custom", "x", module="mine"),
                layer("Dense", "dense", "custom", units=2),
            ],
            inputs="x",
            outputs="dense",
        ),
        weights={"layers/custom": [(4, 4)], "layers/custom/inner": [(4, 2)]},
    )
    assert [note.subject for note in graph.notes if note.code == "shape-unknown"] == ["custom"]
    assert graph.node_by_id["custom"].weights == (
        "weight:model/custom/variable_0",
        "weight:model/custom/inner/variable_0",
    )
    assert shapes(graph)["dense"] == "? float32"


def test_several_outputs_and_masks(read_model: ReadModel) -> None:
    graph = read_model(
        functional(
            [
                input_layer("words", 5, dtype="int32"),
                layer("Embedding", "embedding", "words", input_dim=9, output_dim=4),
                operation("NotEqual", "is_word", call("words", 0)),
                layer(
                    "LSTM",
                    "lstm",
                    call("embedding", mask="is_word", training=False),
                    units=3,
                    return_state=True,
                ),
                layer("Add", "states", [("lstm", 0, 1), ("lstm", 0, 2)]),
            ],
            inputs="words",
            outputs="states",
        )
    )
    assert edges(graph) == [
        "words:0 -> embedding:0",
        "words:0 -> is_word:0",
        "embedding:0 -> lstm:0",
        "is_word:0 -> lstm:1 mask",
        "lstm:1 -> states:0",
        "lstm:2 -> states:1",
    ]
    assert shapes(graph)["lstm"] == "B×3 float32 B×3 float32 B×3 float32"
    assert shapes(graph)["is_word"] == "B×5 bool"
    assert graph.node_by_id["is_word"].attributes == {"arguments": {"1": 0}}
    assert graph.node_by_id["lstm"].attributes == {}


def test_operations_show_their_settings_and_constants(read_model: ReadModel) -> None:
    part = {"class_name": "__slice__", "config": {"start": 1, "stop": None, "step": None}}
    everything = {"class_name": "__slice__", "config": {"start": None, "stop": None, "step": None}}
    graph = read_model(
        functional(
            [
                input_layer("x", 6, 4),
                operation("GetItem", "item", call("x", [everything, part])),
                operation("Mean", "mean", "item", axis=-1, keepdims=False),
            ],
            inputs="x",
            outputs="mean",
        )
    )
    item, mean = graph.nodes[1:]
    assert item.attributes == {"arguments": {"1": [":", "1:"]}}
    assert mean.attributes == {"axis": -1, "keepdims": False}
    assert item.layer is None
    assert shapes(graph) == {
        "x": "B×6×4 float32",
        "item": "B×5×4 float32",
        "mean": "B×5 float32",
    }


def test_a_folded_batch_is_not_called_the_batch(read_model: ReadModel) -> None:
    graph = read_model(
        functional(
            [
                input_layer("x", 6, 4),
                operation("Reshape", "rows", "x", newshape=[-1, 4]),
                layer("Dense", "dense", call(tensor("rows", (None, 4))), units=2),
            ],
            inputs="x",
            outputs="dense",
        )
    )
    assert shapes(graph)["rows"] == "6B×4 float32"
    assert shapes(graph)["dense"] == "6B×2 float32"


def test_program_order_follows_the_file_where_it_may(read_model: ReadModel) -> None:
    graph = read_model(
        functional(
            [
                layer("Dense", "late", "early", units=2),
                layer("Dense", "early", "x", units=2),
                input_layer("x", 4),
                layer("Dense", "other", "x", units=2),
            ],
            inputs="x",
            outputs=["late", "other"],
        )
    )
    assert [node.id for node in graph.nodes] == ["x", "early", "late", "other"]


def test_inbound_nodes_of_keras_2(read_model: ReadModel) -> None:
    dense = layer("Dense", "dense", units=2)
    dense["inbound_nodes"] = [[["x", 0, 0, {}]]]
    graph = read_model(functional([input_layer("x", 4), dense], inputs="x", outputs="dense"))
    assert edges(graph) == ["x:0 -> dense:0"]
    assert shapes(graph)["dense"] == "B×2 float32"


def test_inputs_that_do_not_fit_are_noted(read_model: ReadModel) -> None:
    graph = read_model(
        functional(
            [
                input_layer("x", 4),
                layer("Dense", "a", "x", units=2),
                layer("Dense", "b", "x", units=3),
                layer("Add", "sum", ["a", "b"]),
            ],
            inputs="x",
            outputs="sum",
        )
    )
    mismatch = next(note for note in graph.notes if note.code == "shape-mismatch")
    assert mismatch.message == "Layer 'sum' (Add) cannot take its inputs: sizes 2 and 3 differ."
    assert mismatch.subject == "sum"


def test_metadata(read_model: ReadModel) -> None:
    graph = read_model(sequential(input_layer("x", 4)))
    assert graph.metadata == {
        "format": "keras archive",
        "producer": "keras 3.15.1",
        "keras_version": "3.15.1",
        "date_saved": "2026-01-01@00:00:00",
    }
