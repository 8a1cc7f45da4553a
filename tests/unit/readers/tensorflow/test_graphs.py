"""GraphDefs: operations, names, shapes, weights, and what is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.errors import ReadError
from graphscope.graph import ROOT, EdgeKind, Graph, NodeKind, Port, ScopeKind
from graphscope.readers.tensorflow.graph_def import read_graph_def
from graphscope.readers.tensorflow.graph_file import read
from tests.support.tensorflow_files import (
    FLOAT,
    INT32,
    Shape,
    Tensor,
    Type,
    constant,
    floats,
    graph,
    ints,
    node,
    placeholder,
    variable,
)
from tests.support.tensorflow_files import read as read_variable

F = Type(FLOAT)


def read_bytes(data: bytes) -> Graph:
    return read_graph_def(memoryview(data), name="net")


def codes(found: Graph) -> list[str]:
    return [note.code for note in found.notes]


def shape_of(found: Graph, node_id: str) -> str:
    return str(found.node_by_id[node_id].outputs[0])


def frozen_dense(scope: str, source: str, inputs: int, units: int) -> list[bytes]:
    """A dense layer as freezing leaves it."""
    return [
        constant(f"{scope}/MatMul/ReadVariableOp/resource", FLOAT, [inputs, units]),
        node(
            f"{scope}/MatMul/ReadVariableOp",
            "Identity",
            f"{scope}/MatMul/ReadVariableOp/resource",
            T=F,
        ),
        constant(f"{scope}/BiasAdd/ReadVariableOp/resource", FLOAT, [units]),
        node(
            f"{scope}/BiasAdd/ReadVariableOp",
            "Identity",
            f"{scope}/BiasAdd/ReadVariableOp/resource",
            T=F,
        ),
        node(f"{scope}/MatMul", "MatMul", source, f"{scope}/MatMul/ReadVariableOp", T=F),
        node(
            f"{scope}/BiasAdd", "BiasAdd", f"{scope}/MatMul", f"{scope}/BiasAdd/ReadVariableOp", T=F
        ),
    ]


def test_a_frozen_graph_has_layers_and_weights() -> None:
    found = read_bytes(
        graph(
            placeholder("x", None, 8),
            *frozen_dense("mlp/hidden", "x", 8, 16),
            node("mlp/hidden/Relu", "Relu", "mlp/hidden/BiasAdd", T=F),
            *frozen_dense("mlp/out", "mlp/hidden/Relu", 16, 3),
            node("Identity", "Identity", "mlp/out/BiasAdd", T=F),
        )
    )
    assert found.name == "mlp"
    assert {layer.name: layer.class_name for layer in found.layers} == {
        "mlp": "Model",
        "hidden": "Dense",
        "out": "Dense",
    }
    assert [weight.id for weight in found.weights] == [
        "weight:mlp/hidden/kernel",
        "weight:mlp/hidden/bias",
        "weight:mlp/out/kernel",
        "weight:mlp/out/bias",
    ]
    assert sum(weight.size for weight in found.weights) == 8 * 16 + 16 + 16 * 3 + 3
    assert found.node_by_id["hidden/MatMul"].weights == ("weight:mlp/hidden/kernel",)
    assert found.outputs == (Port("out/BiasAdd"),)
    assert shape_of(found, "out/BiasAdd") == "B×3 float32"


def test_scopes_say_what_crosses_them() -> None:
    found = read_bytes(
        graph(
            placeholder("x", None, 8),
            *frozen_dense("m/a", "x", 8, 4),
            *frozen_dense("m/b", "m/a/BiasAdd", 4, 4),
        )
    )
    scope = found.scope_by_id["a"]
    assert (scope.kind, scope.layer) == (ScopeKind.LAYER, "layer:m/a")
    assert (scope.inputs, scope.outputs) == ((Port("x"),), (Port("a/BiasAdd"),))


def test_a_layer_that_is_called_twice_is_one_layer() -> None:
    found = read_bytes(
        graph(
            placeholder("x", None, 4),
            variable("m/dense/kernel", 4, 4),
            read_variable("m/dense/MatMul/ReadVariableOp", "m/dense/kernel"),
            node("m/dense/MatMul", "MatMul", "x", "m/dense/MatMul/ReadVariableOp", T=F),
            read_variable("m/dense_1/MatMul/ReadVariableOp", "m/dense/kernel"),
            node(
                "m/dense_1/MatMul",
                "MatMul",
                "m/dense/MatMul",
                "m/dense_1/MatMul/ReadVariableOp",
                T=F,
            ),
        )
    )
    assert [scope.id for scope in found.scopes] == [ROOT, "dense", "dense#2"]
    assert found.scope_by_id["dense"].layer == found.scope_by_id["dense#2"].layer
    assert len(found.weights) == 1


def test_layers_without_weights_are_known_by_their_default_names() -> None:
    found = read_bytes(
        graph(
            placeholder("x", None, 4, 4, 2),
            node(
                "m/max_pooling2d/MaxPool",
                "MaxPool",
                "x",
                T=F,
                ksize=[1, 2, 2, 1],
                strides=[1, 2, 2, 1],
                padding="VALID",
            ),
            *frozen_dense("m/head", "m/max_pooling2d/MaxPool", 2, 2),
        )
    )
    assert found.scope_by_id["max_pooling2d"].type == "MaxPooling2D"
    assert shape_of(found, "max_pooling2d/MaxPool") == "B×2×2×2 float32"


def test_settings_are_read_and_completed() -> None:
    found = read_bytes(
        graph(
            placeholder("x", None, 8, 8, 1),
            constant("k", FLOAT, [3, 3, 1, 2]),
            node("y", "Conv2D", "x", "k", T=F, strides=[1, 2, 2, 1], padding="SAME"),
        )
    )
    settings = found.node_by_id["Conv2D"].attributes
    assert settings["strides"] == [1, 2, 2, 1]
    assert settings["data_format"] == "NHWC", "files leave out what is so by default"
    assert shape_of(found, "Conv2D") == "B×4×4×2 float32"


def test_small_constants_show_their_value() -> None:
    found = read_bytes(
        graph(
            placeholder("x", 2, 3, 4),
            constant("perm", INT32, [3], ints([2, 0, 1])),
            node("y", "Transpose", "x", "perm", T=F),
        )
    )
    assert found.node_by_id["Const"].attributes == {"value": [2, 0, 1]}
    assert shape_of(found, "Transpose") == "4×2×3 float32"


def test_open_sizes_are_followed_through_computed_shapes() -> None:
    found = read_bytes(
        graph(
            placeholder("x", None, None, 8),
            node("shape", "Shape", "x", T=F),
            constant("zero", INT32, [1], ints([0])),
            constant("one", INT32, [1], ints([1])),
            node(
                "batch",
                "StridedSlice",
                "shape",
                "zero",
                "one",
                "one",
                T=Type(INT32),
                Index=Type(INT32),
                shrink_axis_mask=1,
            ),
            constant("rest", INT32, [], ints([-1])),
            node("target", "Pack", "batch", "rest", N=2, T=Type(INT32)),
            node("y", "Reshape", "x", "target", T=F),
        )
    )
    assert shape_of(found, "Reshape") == "B×8T float32"


def test_a_huge_constant_costs_nothing() -> None:
    splat = Tensor(FLOAT, [1 << 20, 1 << 20], floats([1.0]))
    found = read_bytes(
        graph(
            placeholder("x", None, 1 << 20),
            node("w", "Const", dtype=F, value=splat),
            node("y", "MatMul", "x", "w", T=F),
        )
    )
    assert found.weights[0].size == 1 << 40
    assert "value" not in found.node_by_id["MatMul"].attributes


def test_unknown_operations_keep_their_ports() -> None:
    found = read_bytes(
        graph(
            placeholder("x", None, 4),
            node(
                "odd",
                "VendorOp",
                "x",
                speed=7,
                _hidden="h",
                _output_shapes=[Shape([None, 2]), Shape(None)],
            ),
            node("y", "Relu", "odd:1", T=F),
        )
    )
    odd = found.node_by_id["VendorOp"]
    assert [str(spec) for spec in odd.outputs] == ["?×2", "?"]
    assert odd.attributes == {"speed": 7}
    assert found.edges[-1].source_port == 1


def test_control_inputs_are_edges_of_their_own() -> None:
    found = read_bytes(
        graph(placeholder("x", 4), node("a", "Relu", "x", T=F), node("b", "Neg", "x", "^a", T=F))
    )
    edge = next(edge for edge in found.edges if edge.kind is EdgeKind.CONTROL)
    assert (edge.source, edge.target, edge.target_port) == ("Relu", "Neg", 1)


def test_what_saves_and_restores_is_left_out_and_counted() -> None:
    found = read_bytes(
        graph(
            placeholder("x", None, 4),
            variable("w", 4, 4),
            read_variable("r", "w"),
            node("y", "MatMul", "x", "r", T=F),
            constant("save/file", 7, []),
            node("save/SaveV2", "SaveV2", "save/file", "r"),
            node("save/done", "Identity", "save/file", "^save/SaveV2", T=Type(7)),
            node("init", "NoOp"),
        )
    )
    assert [node.type for node in found.nodes] == ["Input", "MatMul"]
    assert "4 operations are not shown" in found.notes[0].message


def test_loops_of_tensorflow_1_go_round() -> None:
    found = read_bytes(
        graph(
            placeholder("x", 4),
            node("loop/Enter", "Enter", "x", T=F, frame_name="loop"),
            node("loop/Merge", "Merge", "loop/Enter", "loop/NextIteration", T=F, N=2),
            constant("limit", FLOAT, [], floats([9.0])),
            node("loop/Less", "Less", "loop/Merge", "limit", T=F),
            node("loop/LoopCond", "LoopCond", "loop/Less"),
            node("loop/Switch", "Switch", "loop/Merge", "loop/LoopCond", T=F),
            node("loop/Square", "Square", "loop/Switch:1", T=F),
            node("loop/NextIteration", "NextIteration", "loop/Square", T=F),
            node("loop/Exit", "Exit", "loop/Switch", T=F),
            node("y", "Relu", "loop/Exit", T=F),
        )
    )
    state = [edge for edge in found.edges if edge.kind is EdgeKind.STATE]
    assert [(edge.source, edge.target) for edge in state] == [("loop/NextIteration", "loop/Merge")]
    assert found.scope_by_id["loop"].kind is ScopeKind.SUBGRAPH
    assert "cycle" not in codes(found)


def test_a_ring_is_shown_and_explained() -> None:
    found = read_bytes(
        graph(
            placeholder("x", 4),
            node("a", "AddV2", "x", "c", T=F),
            node("b", "Relu", "a", T=F),
            node("c", "Neg", "b", T=F),
            node("y", "Exp", "c", T=F),
        )
    )
    (note,) = (note for note in found.notes if note.code == "cycle")
    assert "'c' → 'a' → 'b'" in note.message
    assert note.subject in found.node_by_id
    assert len(found.edges) == 5, "the edge that closes the ring is there as well"


def test_a_ring_of_many_is_told_in_few_words() -> None:
    ring = [node(f"n{index}", "Neg", f"n{(index - 1) % 3000}", T=F) for index in range(3000)]
    found = read_bytes(graph(*ring, node("y", "Exp", "n7", T=F)))
    (note,) = (note for note in found.notes if note.code == "cycle")
    assert "3,000 in all" in note.message
    assert len(note.message) < 500


def test_what_is_missing_is_named() -> None:
    found = read_bytes(graph(placeholder("x", 4), node("y", "AddV2", "x", "nowhere:3", T=F)))
    (note,) = found.notes
    assert (note.code, note.subject) == ("dangling-input", "AddV2")
    assert "'y' takes 'nowhere:3'" in note.message


def test_of_two_operations_of_one_name_the_first_is_shown() -> None:
    found = read_bytes(
        graph(placeholder("x", 4), node("y", "Relu", "x", T=F), node("y", "Exp", "x", T=F))
    )
    assert [node.type for node in found.nodes] == ["Input", "Relu"]
    assert codes(found) == ["duplicate-name"]


def test_inputs_that_do_not_fit_are_told() -> None:
    found = read_bytes(
        graph(placeholder("x", 2, 3), placeholder("z", 4, 5), node("y", "MatMul", "x", "z", T=F))
    )
    (note,) = found.notes
    assert (note.code, note.subject) == ("shape-mismatch", "MatMul")
    assert "sizes 3 and 4 differ" in note.message


def test_scopes_end_somewhere() -> None:
    found = read_bytes(
        graph(placeholder("x", 4), node("/".join(["s"] * 5000) + "/y", "Relu", "x", T=F))
    )
    assert len(found.scopes) < 100
    assert all(len(node.id) < 1000 for node in found.nodes)


def test_names_of_any_kind_are_text() -> None:
    name = "<img src=x onerror=alert(1)>\n\u202e"
    found = read_bytes(graph(placeholder(name, 4), node("a\x00/b", "Sc<ript>", name)))
    assert found.nodes[0].name == name
    assert found.nodes[1].type == "Sc<ript>"


def test_a_graph_that_computes_nothing_shows_what_it_has() -> None:
    found = read_bytes(graph(node("a", "NoOp"), node("b", "NoOp", "^a")))
    assert [node.kind for node in found.nodes] == [NodeKind.OP, NodeKind.OP]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"<html></html>", "it looks like an HTML page"),
        (b"\x80\x04\x95pickled", "it looks like a Python pickle"),
        (b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "is damaged"),
        (b"\x0a\x02\x0a\x09", "is damaged"),
        (b"\x0a\x02\x08\x01", "is damaged"),
        (b"\x0b", "is damaged"),
        (b"\x1a\x00", "holds no operations"),
    ],
)
def test_what_is_no_graph_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "model.pb"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=message) as error:
        read(path)
    assert len(str(error.value)) < 500


def test_every_cut_ends_in_a_graph_or_an_error_of_ours() -> None:
    whole = graph(placeholder("x", None, 8), *frozen_dense("m/a", "x", 8, 4))
    for length in range(len(whole)):
        try:
            read_bytes(whole[:length])
        except ReadError as error:
            assert len(str(error)) < 500


def test_positions_counted_in_real_numbers_keep_the_names_of_sizes() -> None:
    index = {"T": Type(INT32), "Index": Type(INT32), "shrink_axis_mask": 1}
    found = read_bytes(
        graph(
            placeholder("x", None, None, 8),
            node("shape", "Shape", "x", T=F),
            constant("one", INT32, [1], ints([1])),
            constant("two", INT32, [1], ints([2])),
            node("length", "StridedSlice", "shape", "one", "two", "one", **index),
            node("end", "Cast", "length", SrcT=Type(INT32), DstT=F),
            constant("start", FLOAT, [], floats([0])),
            constant("step", FLOAT, [], floats([1])),
            node("y", "Range", "start", "end", "step", Tidx=F),
        )
    )
    assert shape_of(found, "Range") == "T float32"
