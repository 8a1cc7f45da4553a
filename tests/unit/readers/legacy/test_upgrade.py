"""Configs of Keras 1 and 2 in the form of today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graphscope.graph import Graph
from graphscope.readers.keras.h5_file import read
from graphscope.readers.keras.legacy.upgrade import upgrade
from tests.support.archives import functional, input_layer, layer, operation, sequential
from tests.support.hdf5_models import write_model

CONFIGS = Path(__file__).parent / "configs"
"""Written by model.to_json() of Keras 2."""


def old_layer(class_name: str, name: str, *nodes: Any, **config: Any) -> dict[str, Any]:
    """Return a layer as Keras 2 writes it; each node is a list of entries."""
    return {
        "class_name": class_name,
        "config": {"name": name, "trainable": True, **config},
        "name": name,
        "inbound_nodes": list(nodes),
    }


def old_model(*layers: dict[str, Any], outputs: list[Any]) -> dict[str, Any]:
    first = layers[0]["name"]
    config = {
        "name": "net",
        "layers": list(layers),
        "input_layers": [[first, 0, 0]],
        "output_layers": outputs,
    }
    return {"class_name": "Model", "config": config}


def old_input(*sizes: int | None) -> dict[str, Any]:
    return old_layer("InputLayer", "x", batch_input_shape=[None, *sizes], dtype="float32")


def read_config(tmp_path: Path, document: Any) -> Graph:
    return read(write_model(tmp_path / "net.h5", document))


def shapes(graph: Graph) -> dict[str, str]:
    return {node.id: " ".join(str(spec) for spec in node.outputs) for node in graph.nodes}


def types(graph: Graph) -> dict[str, str]:
    return {node.id: node.type for node in graph.nodes}


def edges(graph: Graph) -> set[str]:
    return {f"{edge.source} {edge.target}" for edge in graph.edges}


def test_what_is_of_today_stays_as_it_is() -> None:
    inner = functional([input_layer("y", 4)], inputs="y", outputs="y", name="inner", calls=["x"])
    layers = [
        input_layer("x", 4),
        inner,
        layer("Dense", "d", ("inner", 0, 0), units=3),
        layer("Custom", "c", "d", module="my.code"),
        operation("Add", "add", "c"),
        layer("TimeDistributed", "t", "add", layer=layer("Dense", "e", units=1)),
    ]
    document = functional(layers, inputs="x", outputs="t")
    assert upgrade(document) == document
    chain = sequential(input_layer("x", 4), layer("Dense", "d", units=3))
    assert upgrade(chain) == chain


def test_functions_of_tensorflow(tmp_path: Path) -> None:
    graph = read_config(tmp_path, json.loads((CONFIGS / "functions.json").read_text()))
    assert shapes(graph) == {
        "img": "B×16×16×3 float32",
        "conv2d": "B×16×16×4 float32",
        "tf.__operators__.add": "B×16×16×4 float32",
        "tf.nn.relu": "B×16×16×4 float32",
        "tf.__operators__.getitem": "B×8×16×4 float32",
        "tf.math.reduce_mean": "B×4 float32",
        "global_average_pooling2d": "B×4 float32",
        "concatenate": "B×8 float32",
        "tf.math.multiply": "B×8 float32",
        "tf.linalg.matmul": "?",
        "tf.concat": "B×16 float32",
        "add": "B×8 float32",
        "tf.reshape": "?",
        "tf.compat.v1.shape": "?",
    }
    assert types(graph)["tf.math.reduce_mean"] == "Mean"
    # What a constant does to the shape is not known, so the function keeps its name.
    assert types(graph)["tf.linalg.matmul"] == "tf.linalg.matmul"
    mean = next(node for node in graph.nodes if node.type == "Mean")
    assert mean.attributes == {"function": "math.reduce_mean", "axis": [1, 2]}


@pytest.mark.parametrize(
    ("function", "options", "type_", "shape"),
    [
        ("math.reduce_sum", {"axis": 0, "keepdims": True}, "Sum", "1×4×6 float32"),
        (
            "math.reduce_sum",
            {"axis": None, "keepdims": False, "name": "s"},
            "Sum",
            "scalar float32",
        ),
        ("transpose", {"perm": [0, 2, 1]}, "Transpose", "B×6×4 float32"),
        ("transpose", {"perm": [0, 2, 1], "conjugate": True}, "tf.transpose", "?"),
        ("linalg.matmul", {"b": ["x", 0, 0]}, "Matmul", None),
        ("linalg.matmul", {"b": ["x", 0, 0], "transpose_b": True}, "tf.linalg.matmul", "?"),
        ("reshape", {"shape": [-1, 24]}, "Reshape", "B×24 float32"),
        ("reshape", {"shape": [["x", 0, 0], 24]}, "tf.reshape", "?"),
        ("math.add", {"y": [1.0, 2.0]}, "Add", "? float32"),
        ("expand_dims", {"axis": -1}, "ExpandDims", "B×4×6×1 float32"),
        ("nn.top_k", {"k": 2}, "tf.nn.top_k", "?"),
    ],
)
def test_a_function_is_only_named_after_an_operation_that_does_the_same(
    tmp_path: Path, function: str, options: dict[str, Any], type_: str, shape: str | None
) -> None:
    graph = read_config(
        tmp_path,
        old_model(
            old_input(4, 6),
            old_layer("TFOpLambda", "f", ["x", 0, 0, options], function=function),
            outputs=[["f", 0, 0]],
        ),
    )
    assert types(graph)["f"] == type_
    if shape is not None:
        assert shapes(graph)["f"] == shape


def test_constants_take_the_place_of_tensors(tmp_path: Path) -> None:
    graph = read_config(
        tmp_path,
        old_model(
            old_input(4),
            old_layer(
                "TFOpLambda",
                "minus",
                ["_CONSTANT_VALUE", -1, 1.0, {"y": ["x", 0, 0], "name": None}],
                function="math.subtract",
            ),
            old_layer(
                "TFOpLambda",
                "join",
                [["minus", 0, 0, {"axis": 1}], ["_CONSTANT_VALUE", -1, [[0.0]], {"axis": 1}]],
                function="concat",
            ),
            outputs=[["join", 0, 0]],
        ),
    )
    assert edges(graph) == {"x minus", "minus join"}
    assert shapes(graph)["minus"] == "B×4 float32"
    assert types(graph)["join"] == "tf.concat"


def test_operations_of_tensorflow_graphs(tmp_path: Path) -> None:
    node = json.dumps({"name": "add", "op": "AddV2", "input": ["x", "add/y"]})
    text = 'name: "top"\nop: "TopKV2"\ninput: "x"\n'
    graph = read_config(
        tmp_path,
        old_model(
            old_input(4),
            old_layer(
                "TensorFlowOpLayer", "a", [["x", 0, 0, {}]], node_def=node, constants={"1": 1.0}
            ),
            old_layer("TensorFlowOpLayer", "t", [["a", 0, 0, {}]], node_def=text),
            outputs=[["t", 0, 0]],
        ),
    )
    assert (types(graph)["a"], shapes(graph)["a"]) == ("Add", "B×4 float32")
    assert types(graph)["t"] == "TopK"


def test_nested_models_are_called_as_often_as_the_file_says(tmp_path: Path) -> None:
    graph = read_config(tmp_path, json.loads((CONFIGS / "nested.json").read_text()))
    assert {"inner/dense_3 inner#2/dense_2", "inner#2/dense_3 shared"} <= edges(graph)
    assert [port.node for port in graph.outputs] == ["inner2/dense_4", "shared#2"]
    assert shapes(graph)["inner2/dense_4"] == "B×2 float32"


def test_ends_that_count_the_calls_of_nested_models(tmp_path: Path) -> None:
    inner = old_model(old_input(4), outputs=[["x", 0, 0]])
    inner |= {"name": "inner", "inbound_nodes": [[["x", 0, 0, {}]], [["x", 0, 0, {}]]]}
    inner["config"]["name"] = "inner"
    second = old_layer("ReLU", "r", [["inner", 2, 0, {}]])
    graph = read_config(
        tmp_path, old_model(old_input(4), inner, second, outputs=[["inner", 1, 0], ["r", 0, 0]])
    )
    assert len([scope for scope in graph.scopes if scope.name == "inner"]) == 2
    assert [port.node for port in graph.outputs] == ["inner/x", "r"]


def test_recurrent_layers_and_wrappers(tmp_path: Path) -> None:
    graph = read_config(tmp_path, json.loads((CONFIGS / "recurrent.json").read_text()))
    assert list(shapes(graph).values()) == [
        "B×T int32",
        "B×T×16 float32",
        "B×T×8 float32",
        "B×T×8 float32",
        "B×T×3 float32",
        "B×T×8 float32",
        "B×5 float32",
        "B×6 float32 B×6 float32 B×6 float32",
    ]


def test_layers_that_keras_no_longer_has(tmp_path: Path) -> None:
    graph = read_config(tmp_path, json.loads((CONFIGS / "removed.json").read_text()))
    found = shapes(graph)
    assert found["locally_connected1d"] == "B×8×5 float32"
    assert found["thresholded_re_lu"] == "B×8×5 float32"
    assert found["dense_6"] == "B×1 float32"


@pytest.mark.parametrize(
    ("class_name", "today"),
    [
        ("CuDNNLSTM", "LSTM"),
        ("BatchNormalizationV1", "BatchNormalization"),
        ("SyncBatchNormalization", "BatchNormalization"),
        ("MyDense", "MyDense"),
        ("pkg>MyDense", "MyDense"),
    ],
)
def test_classes_by_the_name_of_today(class_name: str, today: str) -> None:
    document = old_model(old_input(4), old_layer(class_name, "a", [["x", 0, 0, {}]]), outputs=[])
    entry = upgrade(document)["config"]["layers"][1]
    assert entry["class_name"] == today
    assert (entry["module"] == "keras.layers") == (not class_name.endswith("MyDense"))


def test_a_class_of_the_user_may_return_anything(tmp_path: Path) -> None:
    mine = old_layer("pkg>Dense", "a", [["x", 0, 0, {}]], units=3)
    graph = read_config(tmp_path, old_model(old_input(4), mine, outputs=[["a", 0, 0]]))
    assert (types(graph)["a"], shapes(graph)["a"]) == ("Dense", "?")


def test_hdf5_files_of_keras_3_leave_modules_out() -> None:
    tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}}
    call = {"args": [[tensor, tensor]], "kwargs": {}}
    entries = [
        {"class_name": "Add", "config": {"name": "a"}, "name": "a", "inbound_nodes": [call]},
        {
            "class_name": "Add",
            "config": {"name": "b", "trainable": True},
            "name": "b",
            "inbound_nodes": [call],
        },
    ]
    layers = upgrade(old_model(old_input(4), *entries, outputs=[]))["config"]["layers"]
    assert [entry["module"] for entry in layers] == ["keras.layers", "keras.ops", "keras.layers"]


KERAS_1 = [
    {
        "class_name": "Convolution2D",
        "config": {
            "name": "c",
            "batch_input_shape": [None, 3, 32, 32],
            "nb_filter": 8,
            "nb_row": 3,
            "nb_col": 5,
            "border_mode": "same",
            "subsample": [2, 2],
            "dim_ordering": "th",
            "bias": False,
            "init": "glorot_uniform",
            "W_regularizer": None,
            "input_dtype": "float32",
        },
    },
    {
        "class_name": "MaxPooling2D",
        "config": {
            "name": "m",
            "pool_size": [2, 2],
            "strides": None,
            "border_mode": "valid",
            "dim_ordering": "th",
        },
    },
    {"class_name": "Flatten", "config": {"name": "f"}},
    {"class_name": "Dropout", "config": {"name": "p", "p": 0.5}},
    {"class_name": "Dense", "config": {"name": "d", "output_dim": 10, "bias": True}},
    {"class_name": "MaxoutDense", "config": {"name": "o", "output_dim": 4, "nb_feature": 2}},
]


def test_keras_1(tmp_path: Path) -> None:
    graph = read_config(tmp_path, {"class_name": "Sequential", "config": KERAS_1})
    assert shapes(graph) == {
        "c_input": "B×3×32×32 float32",
        "c": "B×8×16×16 float32",
        "m": "B×8×8×8 float32",
        "f": "B×512 float32",
        "p": "B×512 float32",
        "d": "B×10 float32",
        "o": "B×4 float32",
    }
    config = next(layer.config for layer in graph.layers if layer.name == "c")
    assert config["kernel_size"] == [3, 5]
    assert (config["padding"], config["strides"]) == ("same", [2, 2])
    assert (config["use_bias"], config["data_format"]) == (False, "channels_first")
    assert next(layer.config for layer in graph.layers if layer.name == "p")["rate"] == 0.5


@pytest.mark.parametrize(
    ("mode", "type_", "shape"),
    [
        ("concat", "Concatenate", "B×8 float32"),
        ("sum", "Add", "B×4 float32"),
        ("dot", "Dot", "B×1 float32"),
        (["code"], "Merge", "? float32"),
    ],
)
def test_merge_of_keras_1(tmp_path: Path, mode: Any, type_: str, shape: str) -> None:
    merge = old_layer("Merge", "m", [["x", 0, 0], ["x", 0, 0]], mode=mode, concat_axis=-1)
    graph = read_config(tmp_path, old_model(old_input(4), merge, outputs=[["m", 0, 0]]))
    assert (types(graph)["m"], shapes(graph)["m"]) == (type_, shape)


def test_sequences_in_a_sequence_need_no_names(tmp_path: Path) -> None:
    inner = {"class_name": "Sequential", "config": [KERAS_1[-2]]}
    graph = read_config(tmp_path, {"class_name": "Sequential", "config": [*KERAS_1[:3], inner]})
    assert "sequential_4/d" in types(graph)
