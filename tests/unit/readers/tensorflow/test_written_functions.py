"""Functions that were written down alone: their inputs, results and the variables they take."""

from __future__ import annotations

from graphscope.graph import Graph, NodeKind
from graphscope.graph.output_names import output_names
from graphscope.readers.tensorflow.graph_def import read_graph_def
from graphscope.readers.tensorflow.saved_model import read_saved_model
from tests.support.tensorflow_files import (
    BOOL,
    FLOAT,
    RESOURCE,
    Function,
    Shape,
    Type,
    constant,
    floats,
    function,
    graph,
    meta_graph,
    node,
    placeholder,
    read,
    saved_model,
    signature,
    variable,
)

F = Type(FLOAT)


def read_bytes(data: bytes) -> Graph:
    return read_graph_def(memoryview(data), name="net")


def handle(name: str) -> bytes:
    return node(name, "Placeholder", dtype=Type(RESOURCE), shape=Shape([]))


def read_of(name: str, source: str, *sizes: int) -> bytes:
    shapes = {"_output_shapes": [Shape(sizes)]} if sizes else {}
    return node(name, "ReadVariableOp", source, dtype=F, **shapes)


def dense(*sizes: int) -> list[bytes]:
    return [
        placeholder("x", None, 4),
        handle("dense_1/Cast/ReadVariableOp/resource"),
        read_of("dense_1/Cast/ReadVariableOp", "dense_1/Cast/ReadVariableOp/resource", *sizes),
        node("dense_1/MatMul", "MatMul", "x", "dense_1/Cast/ReadVariableOp", T=F),
    ]


def inputs(found: Graph) -> list[str]:
    return [each.name for each in found.nodes if each.kind is NodeKind.INPUT]


def test_what_a_function_reads_is_a_weight_and_no_input() -> None:
    found = read_bytes(graph(*dense(4, 3)))
    assert inputs(found) == ["x"]
    (weight,) = found.weights
    assert (weight.name, weight.shape, weight.dtype) == ("kernel", (4, 3), "float32")
    assert found.layer_by_id[weight.layer].class_name == "Dense"
    assert str(found.spec(found.outputs[0])) == "B×3 float32"


def test_of_a_variable_without_a_shape_nobody_counts_parameters() -> None:
    found = read_bytes(graph(*dense()))
    assert inputs(found) == ["x"]
    assert not found.weights
    assert [each.name for each in found.layers if each.has_unknown_weights] == ["dense_1"]
    (note,) = [each for each in found.notes if each.code == "weights-unknown"]
    assert "the shape of a variable ('dense_1/kernel')" in note.message


def test_a_variable_may_be_read_in_a_function_that_is_called() -> None:
    body = [read_of("read", "v", 4), node("y", "Mul", "a", "read:value:0", T=F)]
    inner = function("inner", {"a": FLOAT, "v": RESOURCE}, {"out": "y:z:0"}, body)
    call = node("call", "PartitionedCall", "x", "w", f=Function("inner"), Tout=[F])
    found = read_bytes(graph(placeholder("x", 4), handle("w"), call, functions=[inner]))
    assert inputs(found) == ["x"]
    assert [each.shape for each in found.weights] == [(4,)]


def test_a_table_is_an_input_still() -> None:
    found = read_bytes(
        graph(
            placeholder("x", 4),
            handle("table"),
            constant("missing", FLOAT, [], floats([0])),
            node("y", "LookupTableFindV2", "table", "x", "missing", Tin=F, Tout=F),
        )
    )
    assert inputs(found) == ["x", "table"]


def test_functions_that_call_each_other_end_the_search_for_variables() -> None:
    def calling(name: str, other: str) -> bytes:
        body = [node("y", "PartitionedCall", "v", f=Function(other), Tout=[F])]
        return function(name, {"v": RESOURCE}, {"out": "y:output:0"}, body)

    call = node("call", "PartitionedCall", "w", f=Function("one"), Tout=[F])
    found = read_bytes(
        graph(handle("w"), call, functions=[calling("one", "two"), calling("two", "one")])
    )
    assert inputs(found) == ["w"]


def test_arguments_and_results_of_a_profiled_function() -> None:
    found = read_bytes(
        graph(
            node("x", "_Arg", T=F, index=0, _output_shapes=[Shape([3])]),
            node("left_over", "Neg", "x", T=F),
            node("y", "Relu", "x", T=F),
            node("second_RetVal", "_Retval", "x", T=F, index=1),
            node("first_RetVal", "_Retval", "y", T=F, index=0),
        )
    )
    assert [each.type for each in found.nodes] == ["Input", "Relu"]
    assert [str(found.spec(each)) for each in found.outputs] == ["3 float32"] * 2
    assert output_names(found) == ["first_RetVal", "second_RetVal"]


def test_results_of_a_graph_have_the_names_by_which_they_are_asked_for() -> None:
    x = placeholder("x", 4)
    found = read_bytes(graph(x, node("detection/boxes", "Relu", "x", T=F), node("n", "Neg", "x")))
    assert output_names(found) == ["detection/boxes", "n"]


def test_what_a_branch_leaves_behind_is_no_result() -> None:
    found = read_bytes(
        graph(
            placeholder("x", 4),
            placeholder("p", dtype=BOOL),
            node("cond/Switch", "Switch", "p", "p", T=Type(BOOL)),
            node("cond/switch_t", "Identity", "cond/Switch:1", T=Type(BOOL)),
            node("boxes", "Identity", "x", T=F),
        )
    )
    assert output_names(found) == ["boxes"]
    assert [(each.name, each.type) for each in found.nodes][-1] == ("boxes", "Identity")


def test_one_tensor_may_have_several_names() -> None:
    body = graph(placeholder("x", 4), node("y", "Relu", "x", T=F))
    entry = signature({"x": "x:0"}, {"scores": "y:0", "best": "y:0"})
    data = saved_model(meta_graph(body, {"serve": entry}))
    found = read_saved_model(memoryview(data), name="m")
    assert output_names(found) == ["best, scores"]


def test_a_variable_that_is_in_the_graph_is_told_as_before() -> None:
    product = node("y", "Mul", "x", "r", T=F)
    found = read_bytes(graph(placeholder("x", 4), variable("w", 4), read("r", "w"), product))
    assert [each.shape for each in found.weights] == [(4,)]
