"""Models within models: scopes, the tensors at their borders, layers of several models."""

from __future__ import annotations

from graphscope.analysis import check_consistency
from graphscope.graph import ROOT, Port, from_json, to_json
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
from tests.unit.readers.test_functional import edges, shapes


def nested(inner_inputs: object, *arguments: object) -> dict[str, object]:
    inner = functional(
        [
            input_layer("a", 4),
            input_layer("b", 4),
            layer("Dense", "left", "a", units=2),
            layer("Dense", "right", "b", units=3),
        ],
        inputs=inner_inputs,
        outputs={"second": "left", "first": "right"},
        name="inner",
        calls=[call(argument) for argument in arguments],
    )
    return functional(
        [
            input_layer("x", 4),
            input_layer("y", 4),
            inner,
            layer("Concatenate", "joined", [("inner", 0, 0), ("inner", 0, 1)]),
        ],
        inputs=["x", "y"],
        outputs={"joined": "joined", "inner": ("inner", len(arguments), 1)},
    )


def test_a_nested_model_is_a_scope_with_ports(read_model: ReadModel) -> None:
    graph = read_model(nested(["a", "b"], [tensor("x"), tensor("y")]))
    scope = graph.scope_by_id["inner"]
    assert scope.layer == "layer:model/inner"
    assert scope.inputs == (Port("x"), Port("y"))
    # Dictionaries are flattened in the order of their keys: "first" before "second".
    assert scope.outputs == (Port("inner/right"), Port("inner/left"))
    assert edges(graph) == [
        "x:0 -> inner/left:0",
        "y:0 -> inner/right:0",
        "inner/right:0 -> joined:0",
        "inner/left:0 -> joined:1",
    ]
    assert graph.outputs == (Port("inner/left"), Port("joined"))
    assert [(edge.source, edge.target) for edge in graph.declared] == [
        ("x", "inner"),
        ("y", "inner"),
        ("inner", "joined"),
    ]


def test_dictionaries_are_bound_by_name(read_model: ReadModel) -> None:
    swapped = {"a": tensor("y"), "b": tensor("x")}
    for inner_inputs in (["b", "a"], {"b": "b", "a": "a"}):
        graph = read_model(nested(inner_inputs, swapped))
        assert edges(graph)[:2] == ["y:0 -> inner/left:0", "x:0 -> inner/right:0"]


def test_each_call_of_a_nested_model_is_a_scope_of_its_own(read_model: ReadModel) -> None:
    graph = read_model(nested(["a", "b"], [tensor("x"), tensor("y")], [tensor("y"), tensor("x")]))
    assert [scope.id for scope in graph.scopes] == [ROOT, "inner", "inner#2"]
    assert {scope.layer for scope in graph.scopes[1:]} == {"layer:model/inner"}
    assert graph.outputs[0] == Port("inner#2/left")
    assert sum(one.class_name == "Dense" for one in graph.layers) == 2


def test_an_unused_input_of_a_nested_model_stays_visible(read_model: ReadModel) -> None:
    inner = functional(
        [input_layer("a", 4), input_layer("b", 4), layer("Dense", "dense", "a", units=2)],
        inputs=["a", "b"],
        outputs=["dense", "b"],
        name="inner",
        calls=[call([tensor("x"), tensor("y")])],
    )
    graph = read_model(
        functional(
            [input_layer("x", 4), input_layer("y", 4), inner],
            inputs=["x", "y"],
            outputs=[("inner", 1, 0), ("inner", 1, 1)],
        )
    )
    assert edges(graph) == ["y:0 -> inner/b:0", "x:0 -> inner/dense:0"]
    assert graph.node_by_id["inner/b"].kind == "layer"
    assert graph.outputs == (Port("inner/dense"), Port("inner/b"))


def test_outer_shapes_refine_those_of_a_nested_model(read_model: ReadModel) -> None:
    inner = functional(
        [
            input_layer("a", None, 4),
            layer("Dense", "dense", call(tensor("a", (None, None, 4))), units=2),
            layer("ReLU", "relu", call(tensor("dense", (None, None, 2)))),
        ],
        inputs="a",
        outputs="relu",
        name="inner",
        calls=["x"],
    )
    graph = read_model(
        functional([input_layer("x", 7, 4), inner], inputs="x", outputs=("inner", 1))
    )
    assert shapes(graph)["inner/dense"] == "B×7×2 float32"


def test_masks_follow_their_tensors_into_nested_models(read_model: ReadModel) -> None:
    innermost = sequential(
        input_layer("c", 5, 4), layer("LSTM", "lstm", units=3), name="innermost", calls=["a"]
    )
    inner = functional(
        [input_layer("a", 5, 4), input_layer("b", 5, 4), innermost, layer("ReLU", "relu", "b")],
        inputs=["a", "b"],
        outputs=["innermost", "relu"],
        name="inner",
        calls=[call(["x", "y"], mask=["is_word", None])],
    )
    graph = read_model(
        functional(
            [
                input_layer("x", 5, 4),
                input_layer("y", 5, 4),
                operation("Any", "is_word", "x", axis=-1),
                inner,
            ],
            inputs=["x", "y"],
            outputs=[("inner", 1, 0), ("inner", 1, 1)],
        )
    )
    assert edges(graph) == [
        "x:0 -> is_word:0",
        "x:0 -> inner/innermost/lstm:0",
        "is_word:0 -> inner/innermost/lstm:1 mask",
        "y:0 -> inner/relu:0",
    ]
    assert graph.scope_by_id["inner"].inputs == (Port("x"), Port("y"), Port("is_word"))
    assert check_consistency(graph).ok


def test_a_layer_of_two_models_is_one_layer(read_model: ReadModel) -> None:
    first = layer("Dense", "shared", "a", units=4)
    again = {**layer("Dense", "shared", ("inner", 0), units=4), "shared_object_id": 7}
    inner = functional(
        [input_layer("a", 4), first], inputs="a", outputs="shared", name="inner", calls=["x"]
    )
    graph = read_model(
        functional([input_layer("x", 4), inner, again], inputs="x", outputs="shared"),
        weights={"layers/functional/layers/dense": [(4, 4), (4,)]},
    )
    assert [node.layer for node in graph.nodes if node.name == "shared"] == [
        "layer:model/inner/shared"
    ] * 2
    assert sum(weight.size for weight in graph.weights) == 20


def test_reading_twice_gives_the_same_bytes(read_model: ReadModel) -> None:
    document = nested(["a", "b"], [tensor("x"), tensor("y")])
    first, second = (to_json(read_model(document)) for _ in range(2))
    assert first == second
    assert to_json(from_json(first)) == first
