"""The name scope around everything is the call of the model."""

from __future__ import annotations

from graphscope.graph import ROOT, Graph
from graphscope.readers.tensorflow.graph_def import read_graph_def
from tests.support.tensorflow_files import (
    FLOAT,
    INT64,
    STRING,
    Type,
    constant,
    graph,
    ints,
    node,
    placeholder,
    read,
    variable,
)

F, TEXT, LONG = Type(FLOAT), Type(STRING), Type(INT64)


def read_bytes(data: bytes) -> Graph:
    return read_graph_def(memoryview(data), name="file")


def test_tables_of_words_stand_around_the_model() -> None:
    found = read_bytes(
        graph(
            placeholder("x", None, 4, dtype=STRING),
            node("table", "HashTableV2", key_dtype=TEXT, value_dtype=LONG),
            constant("missing", INT64, [], ints([0])),
            node(
                "net/string_lookup/find", "LookupTableFindV2", "table", "x", "missing",
                Tin=TEXT, Tout=LONG,
            ),
            node("net/cast", "Cast", "net/string_lookup/find", SrcT=LONG, DstT=F),
            variable("net/dense/kernel", 4, 2),
            read("net/dense/MatMul/ReadVariableOp", "net/dense/kernel"),
            node("net/dense/MatMul", "MatMul", "net/cast", "net/dense/MatMul/ReadVariableOp", T=F),
        )
    )  # fmt: skip
    assert found.name == "net"
    assert [scope.id for scope in found.scopes] == [ROOT, "string_lookup", "dense"]
    assert str(found.spec(found.outputs[0])) == "B×2 float32"


def test_a_model_without_weights_is_known_by_the_name_that_keras_gives() -> None:
    def named(name: str) -> Graph:
        return read_bytes(
            graph(
                placeholder("x", 4),
                node(f"{name}/Relu", "Relu", "x", T=F),
                node(f"{name}/Tanh", "Tanh", f"{name}/Relu", T=F),
            )
        )

    assert named("functional_3").name == "functional_3"
    assert [node.id for node in named("sequential").nodes] == ["x", "Relu", "Tanh"]
    assert named("normalize").name == "file"


def test_weights_of_a_layer_may_leave_out_the_name_of_the_model() -> None:
    """Quantizing a layer makes new weights, outside of the call of the model."""
    found = read_bytes(
        graph(
            placeholder("x", None, 4),
            variable("dense/kernel", 4, 2),
            variable("net/dense/bias", 2),
            variable("net/other/kernel", 2, 2),
            read("net/dense/MatMul/ReadVariableOp", "dense/kernel"),
            node("net/dense/MatMul", "MatMul", "x", "net/dense/MatMul/ReadVariableOp", T=F),
            read("net/dense/add/ReadVariableOp", "net/dense/bias"),
            node("net/dense/add", "BiasAdd", "net/dense/MatMul", "net/dense/add/ReadVariableOp"),
            read("net/other/MatMul/ReadVariableOp", "net/other/kernel"),
            node("net/other/MatMul", "MatMul", "net/dense/add", "net/other/MatMul/ReadVariableOp"),
        )
    )
    assert [(layer.name, layer.class_name) for layer in found.layers] == [
        ("net", "Model"),
        ("dense", "Dense"),
        ("other", "Dense"),
    ]
    assert [weight.name for weight in found.weights] == ["kernel", "bias", "kernel"]
