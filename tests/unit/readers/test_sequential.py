"""Sequential models: chains, with shapes that the file does not hold."""

from __future__ import annotations

from graphscope.graph import Port
from tests.support.archives import functional, input_layer, layer, sequential
from tests.unit.readers.conftest import ReadModel
from tests.unit.readers.test_functional import edges, shapes


def test_a_chain_with_all_shapes(read_model: ReadModel) -> None:
    graph = read_model(
        sequential(
            input_layer("image", 28, 28, 1),
            layer("Conv2D", "conv", filters=8, kernel_size=[3, 3], padding="same"),
            layer("MaxPooling2D", "pool", pool_size=[2, 2]),
            layer("Flatten", "flat"),
            layer("Dropout", "drop", rate=0.5),
            layer("Dense", "dense", units=10),
        ),
        weights={"layers/conv2d": [(3, 3, 1, 8), (8,)], "layers/dense": [(1568, 10), (10,)]},
    )
    assert list(shapes(graph).values()) == [
        "B×28×28×1 float32",
        "B×28×28×8 float32",
        "B×14×14×8 float32",
        "B×1568 float32",
        "B×1568 float32",
        "B×10 float32",
    ]
    assert edges(graph)[0] == "image:0 -> conv:0"
    assert graph.outputs == (Port("dense"),)
    assert [weight.name for weight in graph.weights] == ["kernel", "bias"] * 2
    assert not graph.notes


def test_the_input_layer_is_no_layer_of_a_sequential_model(read_model: ReadModel) -> None:
    graph = read_model(sequential(input_layer("x", 4), layer("Dense", "dense", units=2)))
    assert [one.id for one in graph.layers] == ["layer:model", "layer:model/dense"]


def test_a_model_without_input_layer_uses_the_shape_it_was_built_with(
    read_model: ReadModel,
) -> None:
    graph = read_model(sequential(layer("Dense", "dense", units=2), build_input_shape=[None, 4]))
    assert shapes(graph) == {"input": "B×4 float32", "dense": "B×2 float32"}


def test_an_unbuilt_model_says_so(read_model: ReadModel) -> None:
    graph = read_model(sequential(layer("Dense", "dense", units=2)))
    assert shapes(graph) == {"input": "? float32", "dense": "? float32"}
    notes = [note for note in graph.notes if note.code == "shape-unknown"]
    assert [note.subject for note in notes] == ["input"]


def test_the_next_layer_remembers_the_shape_of_a_custom_one(read_model: ReadModel) -> None:
    dense = {**layer("Dense", "dense", units=2), "build_config": {"input_shape": [None, 7, 3]}}
    graph = read_model(
        sequential(input_layer("x", 4), layer("Custom", "custom", module="mine"), dense)
    )
    assert shapes(graph)["custom"] == "B×7×3"
    assert shapes(graph)["dense"] == "B×7×2 float32"


def test_nested_in_a_functional_model(read_model: ReadModel) -> None:
    inner = sequential(
        input_layer("hidden", 4), layer("Dense", "dense", units=2), name="inner", calls=["x"]
    )
    graph = read_model(
        functional(
            [input_layer("x", 4), inner, layer("ReLU", "relu", "inner")],
            inputs="x",
            outputs="relu",
        ),
        weights={"layers/sequential/layers/dense": [(4, 2), (2,)]},
    )
    assert edges(graph) == ["x:0 -> inner/dense:0", "inner/dense:0 -> relu:0"]
    assert graph.scope_by_id["inner"].inputs == (Port("x"),)
    assert graph.node_by_id["inner/dense"].weights == (
        "weight:model/inner/dense/kernel",
        "weight:model/inner/dense/bias",
    )


def test_every_output_goes_to_the_next_layer(read_model: ReadModel) -> None:
    graph = read_model(
        sequential(
            input_layer("x", 5, 3),
            layer("LSTM", "lstm", units=2, return_state=True),
            layer("Add", "sum"),
        )
    )
    assert edges(graph)[1:] == ["lstm:0 -> sum:0", "lstm:1 -> sum:1", "lstm:2 -> sum:2"]


def test_an_empty_model_is_an_input(read_model: ReadModel) -> None:
    graph = read_model(sequential())
    assert [node.name for node in graph.nodes] == ["input"]
