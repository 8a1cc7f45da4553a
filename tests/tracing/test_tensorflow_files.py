"""TensorFlow's files against TensorFlow: what is read without it is what it does."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from google.protobuf import text_format
from tensorflow.core.framework import graph_pb2, types_pb2
from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from graphscope.analysis.consistency import check_consistency
from graphscope.graph import Graph, NodeKind
from graphscope.readers.tensorflow import graph_file, operations, saved_model, text_schema
from graphscope.readers.tensorflow.dtypes import DTYPES
from graphscope.readers.tensorflow.graph_file import read as read_graph
from graphscope.readers.tensorflow.mapped import map_file
from graphscope.readers.tensorflow.saved.checkpoint import read_index
from graphscope.readers.tensorflow.saved_model import read
from graphscope.readers.tensorflow.tensors import read_constant
from graphscope.tracers.tensorflow import trace
from tests.support import operation_table

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

SAMPLES = ("bilstm_tagger", "mnist_cnn", "multi_io", "siamese", "unet")
SUBCLASSED = ("subclassed_resnet", "tiny_gpt")


def small_model() -> keras.Model:
    inputs = keras.Input((None,), dtype="int32", name="tokens")
    x = keras.layers.Embedding(50, 16)(inputs)
    x = keras.layers.LayerNormalization()(x + keras.layers.MultiHeadAttention(2, 8)(x, x))
    x = keras.layers.LSTM(6)(x)
    return keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(x), name="small")


def load(name: str) -> keras.Model:
    model: keras.Model = importlib.import_module(f"sample_models.{name}").make_model()
    return model


def load_subclassed(name: str) -> tuple[keras.Model, keras.KerasTensor]:
    model, example = importlib.import_module(f"sample_models.{name}").make_model()
    model(np.zeros([size or 1 for size in example.shape], example.dtype))
    return model, example


def weights(graph: Graph) -> Counter[tuple[str, tuple[int, ...], str, bool]]:
    return Counter((each.name, each.shape, each.dtype, each.trainable) for each in graph.weights)


def operation_types(graph: Graph) -> Counter[str]:
    return Counter(node.type for node in graph.nodes if node.kind is NodeKind.OP)


@pytest.mark.parametrize("name", SAMPLES)
def test_an_exported_model_reads_as_it_is_traced(name: str, tmp_path: Path) -> None:
    model = load(name)
    model.export(tmp_path / "model", verbose=False)
    traced, found = trace(model), read(tmp_path / "model")
    assert weights(found) == weights(traced)
    assert operation_types(found) == operation_types(traced)
    assert not check_consistency(found).violations
    # Constants and pass-through calls stand elsewhere; what has the same id has the same shape.
    common = traced.node_by_id.keys() & found.node_by_id.keys()
    assert len(common) > len(found.nodes) / 3
    unlike = {
        node_id: (traced.node_by_id[node_id].outputs, found.node_by_id[node_id].outputs)
        for node_id in common
        if traced.node_by_id[node_id].outputs != found.node_by_id[node_id].outputs
    }
    assert not unlike


@pytest.mark.parametrize("name", SUBCLASSED)
def test_the_blocks_of_a_subclassed_model_are_found(name: str, tmp_path: Path) -> None:
    model, example = load_subclassed(name)
    model.export(tmp_path / "model", verbose=False)
    traced, found = trace(model, example), read(tmp_path / "model")
    assert operation_types(traced) - operation_types(found) == Counter()
    assert {each.id for each in found.weights} == {each.id for each in traced.weights}
    # The classes of a user's own are not in the file.
    own = {"Model", "Layer"}
    builtin = {each.id: each.class_name for each in found.layers if each.class_name not in own}
    classes = {each.id: each.class_name for each in traced.layers}
    assert len(builtin) > len(found.layers) / 2
    assert builtin.items() <= classes.items()
    assert [scope.id for scope in found.scopes if scope.layer] == [
        scope.id for scope in traced.scopes if scope.layer
    ]


def test_layers_are_found_with_their_classes(tmp_path: Path) -> None:
    model = small_model()
    model.export(tmp_path / "model", verbose=False)
    found = read(tmp_path / "model")
    assert {scope.name: scope.type for scope in found.scopes if scope.layer} == {
        "small": "Model",
        "embedding": "Embedding",
        "multi_head_attention": "MultiHeadAttention",
        "query": "EinsumDense",
        "key": "EinsumDense",
        "value": "EinsumDense",
        "attention_output": "EinsumDense",
        "layer_normalization": "LayerNormalization",
        "lstm": "LSTM",
        "lstm_cell": "LSTMCell",
        "dense": "Dense",
    }


def test_a_model_that_was_saved_by_tensorflow_reads_the_same(tmp_path: Path) -> None:
    model = small_model()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(np.zeros((4, 3), "int32"), np.zeros((4,)), verbose=0)
    tf.saved_model.save(model, tmp_path / "model")
    found = read(tmp_path / "model")
    assert weights(found) == weights(trace(model)), "without the optimizer's variables"
    assert not [note for note in found.notes if note.code.startswith("weights")]


def freeze(model: keras.Model, path: Path) -> None:
    spec = tf.TensorSpec(model.inputs[0].shape, model.inputs[0].dtype)
    concrete = tf.function(lambda x: model(x)).get_concrete_function(spec)  # noqa: PLW0108
    frozen = convert_variables_to_constants_v2(concrete)
    path.write_bytes(frozen.graph.as_graph_def().SerializeToString())


@pytest.mark.parametrize("name", ["mnist_cnn", "unet"])
def test_a_frozen_graph_reads_as_it_was_traced(name: str, tmp_path: Path) -> None:
    model = load(name)
    freeze(model, tmp_path / "frozen.pb")
    traced, found = trace(model), read_graph(tmp_path / "frozen.pb")
    assert Counter(each.shape for each in found.weights) == Counter(
        each.shape for each in traced.weights
    )
    assert operation_types(found) == operation_types(traced)
    assert found.outputs[0].node in found.node_by_id
    assert found.spec(found.outputs[0]) == traced.spec(traced.outputs[0])


def test_a_frozen_loop_keeps_its_weights(tmp_path: Path) -> None:
    model = small_model()
    freeze(model, tmp_path / "frozen.pb")
    found = read_graph(tmp_path / "frozen.pb")
    names = {weight.name for weight in found.weights if weight.layer.endswith("lstm_cell")}
    assert names == {"kernel", "recurrent_kernel", "bias"}
    assert sum(weight.size for weight in found.weights) == model.count_params()


def numbers(parts: Iterable[Any]) -> list[float]:
    return [float(number) for part in parts for number in part.flat]


def test_the_numbers_of_saved_and_frozen_weights_are_those_of_the_model(tmp_path: Path) -> None:
    model = small_model()
    model.export(tmp_path / "model", verbose=False)
    freeze(model, tmp_path / "frozen.pb")
    expected = {each.path.removeprefix("small/"): each.numpy() for each in model.weights}
    for module, path in ((saved_model, "model"), (graph_file, "frozen.pb")):
        found = {
            weight.id.removeprefix("weight:small/"): numbers(
                module.weight_parts(tmp_path / path, weight.id, 1 << 20)
            )
            for weight in module.read(tmp_path / path).weights
        }
        assert found == {name: value.ravel().tolist() for name, value in expected.items()}


def test_frozen_weights_have_the_names_that_their_layers_give_them(tmp_path: Path) -> None:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            layers.Conv2D(4, 3),
            layers.BatchNormalization(scale=False),
            layers.SeparableConv2D(8, 3),
            layers.GroupNormalization(2),
            layers.PReLU(shared_axes=[1, 2]),
            layers.DepthwiseConv2D(3),
            layers.Conv2DTranspose(4, 2),
            layers.Reshape((-1, 4)),
            layers.Conv1D(5, 3),
            layers.RMSNormalization(),
            layers.GRU(6),
            layers.BatchNormalization(),
        ]
    )
    random = np.random.default_rng(0)
    for weight in model.weights:
        if weight.dtype == "float32":
            weight.assign(random.normal(size=weight.shape))
    freeze(model, tmp_path / "frozen.pb")
    expected = [(each.name, each.numpy().ravel().tolist()) for each in model.weights]
    found = [
        (each.name, numbers(graph_file.weight_parts(tmp_path / "frozen.pb", each.id, 1 << 20)))
        for each in graph_file.read(tmp_path / "frozen.pb").weights
    ]
    assert sorted(found) == sorted(expected)


class Module(tf.Module):
    def __init__(self) -> None:
        super().__init__()
        self.w = tf.Variable(tf.ones((4, 4)), name="w")

    @tf.function(input_signature=[tf.TensorSpec((None, 4))])
    def go(self, x: Any) -> Any:
        y = tf.matmul(x, self.w) if tf.reduce_sum(x) > 0 else x * 2.0
        for count in tf.range(3):
            y += tf.cast(count, tf.float32)
        return tf.map_fn(tf.nn.relu, y)


def test_branches_and_loops_of_a_module(tmp_path: Path) -> None:
    module = Module()
    tf.saved_model.save(module, tmp_path / "model", signatures=module.go)
    found = read(tmp_path / "model")
    kinds = Counter(scope.type for scope in found.scopes)
    assert kinds["branch"] == 2
    assert kinds["body"] == kinds["cond"] == 2
    counts = [scope.attributes.get("trip_count") for scope in found.scopes if scope.name == "while"]
    assert 3 in counts
    assert [weight.name for weight in found.weights] == ["w"]


def test_the_index_of_weights_is_read_as_tensorflow_reads_it(tmp_path: Path) -> None:
    small_model().export(tmp_path / "model", verbose=False)
    prefix = tmp_path / "model" / "variables" / "variables"
    reader = tf.train.load_checkpoint(str(prefix))
    expected = {key: tuple(shape) for key, shape in reader.get_variable_to_shape_map().items()}
    found = read_index(map_file(prefix.with_suffix(".index"))).tensors
    assert {key: tensor.shape for key, tensor in found.items()} == expected


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6, dtype="int32").reshape(2, 3),
        np.array([-1, 2**40], "int64"),
        np.array(-7, "int32"),
        np.array([1.5, -2.0], "float32"),
        np.array([1.5, 1e300]),
        np.array([0.5, -0.25], "float16"),
        np.array([True, False]),
        np.zeros((3, 2), "float32"),
        np.array([200, 3], "uint8"),
        np.array([2**63], "uint64"),
        np.array([], "int32"),
    ],
    ids=lambda value: f"{value.dtype}-{value.shape}",
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_constants_are_read_as_tensorflow_reads_them(value: Any, is_packed: bool) -> None:
    proto = tf.make_tensor_proto(value)
    if is_packed:
        proto.tensor_content = value.tobytes()
    definition = tf.compat.v1.AttrValue(tensor=proto)
    found = read_constant(memoryview(definition.SerializeToString()))
    assert found.value is not None
    assert (found.shape, found.dtype) == (value.shape, str(value.dtype))
    np.testing.assert_array_equal(found.value, tf.make_ndarray(proto))


def test_the_names_of_fields_in_texts_are_those_of_tensorflow() -> None:
    known = text_schema.SCHEMA.messages
    roots = {"SavedModel": saved_model_pb2.SavedModel, "MetaGraphDef": meta_graph_pb2.MetaGraphDef}
    waiting = [(name, root.DESCRIPTOR) for name, root in roots.items()]
    seen: set[str] = set()
    while waiting:
        name, descriptor = waiting.pop()
        seen.add(name)
        for field_name, ours in known[name].items():
            theirs = descriptor.fields_by_name[field_name.decode()]
            assert theirs.number == ours.number, theirs.full_name
            assert (theirs.message_type is None) == (not ours.message), theirs.full_name
            if ours.message and ours.message not in seen:
                waiting.append((ours.message, theirs.message_type))
    assert seen == known.keys()
    dtypes = {name: number for name, number in types_pb2.DataType.items() if number}
    assert {name.decode(): number for name, number in text_schema.SCHEMA.names.items()} == {
        name: number for name, number in dtypes.items() if number % 100 in DTYPES
    }


def test_a_model_reads_the_same_as_text(tmp_path: Path) -> None:
    small_model().export(tmp_path / "model", verbose=False)
    freeze(small_model(), tmp_path / "frozen.pb")
    expected = [read(tmp_path / "model"), read_graph(tmp_path / "frozen.pb")]
    whole = saved_model_pb2.SavedModel.FromString((tmp_path / "model/saved_model.pb").read_bytes())
    (tmp_path / "model/saved_model.pbtxt").write_text(text_format.MessageToString(whole))
    (tmp_path / "model/saved_model.pb").unlink()
    frozen = graph_pb2.GraphDef.FromString((tmp_path / "frozen.pb").read_bytes())
    (tmp_path / "frozen.pbtxt").write_text(text_format.MessageToString(frozen))
    found = [read(tmp_path / "model"), read_graph(tmp_path / "frozen.pbtxt")]
    for one, other in zip(found, expected, strict=True):
        assert (one.nodes, one.edges, one.weights) == (other.nodes, other.edges, other.weights)
    (weight, *_) = found[1].weights
    parts = numbers(graph_file.weight_parts(tmp_path / "frozen.pbtxt", weight.id, 1 << 20))
    assert parts == numbers(graph_file.weight_parts(tmp_path / "frozen.pb", weight.id, 1 << 20))


def test_the_table_of_operations_agrees_with_tensorflow() -> None:
    ours, theirs = operations._TABLE, operation_table.collect()
    # Operations may come and go with the release of TensorFlow; those in both must agree.
    both = ours.keys() & theirs.keys()
    assert len(both) > 1_400
    unlike = {name for name in both if ours[name]["outputs"] != theirs[name]["outputs"]}
    assert not unlike
