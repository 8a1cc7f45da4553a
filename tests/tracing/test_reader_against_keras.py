"""The reader's own rules against Keras itself: shapes, dtypes, weights, whole models."""

from __future__ import annotations

import importlib
import json
import random
import zlib
from pathlib import Path
from typing import Any

import keras
import pytest

from graphscope.analysis import check_consistency
from graphscope.graph import BATCH, Graph, TensorSpec
from graphscope.readers.keras.archive_file import read
from graphscope.readers.keras.calls import parse_shape
from graphscope.readers.shapes import LAYER_RULES
from tests.tracing.layer_cases import CASES, Case

pytestmark = [
    pytest.mark.tensorflow,
    # Keras hands its variables to NumPy in a way that NumPy 2 warns about.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

CONFIGS_PER_LAYER = 6

# Layers whose rules are not compared one by one, each with its reason.
_NOT_COMPARED = {
    "StringLookup": "strings have no symbolic tensors on every backend; same rule as IntegerLookup",
    "TextVectorization": "the same",
    "HashedCrossing": "needs two string or integer columns and eager TensorFlow",
    "MaxNumBoundingBoxes": "takes a dictionary; compared with other layers that do",
    "Pipeline": "a chain of layers that are compared",
    "Wrapper": "abstract",
    "Lambda": "its shape is code; only one that was written down counts",
    "GroupedQueryAttention": "an older name of GroupQueryAttention",
    "CLAHE": "not in every version",
    "ContrastLimitedAdaptiveHistogramEqualization": "not in every version",
}

# Keras cannot put these into a functional model: they return their symbolic input itself.
_UNUSABLE = {"Equalization"}

# Built-in layers without a rule: what they return is code of the user or of another framework.
_WITHOUT_RULE = {
    "FlaxLayer",
    "InputLayer",
    "JaxLayer",
    "Layer",
    "TFSMLayer",
    "TorchModuleWrapper",
    "ConvLSTMCell",
    "GRUCell",
    "LSTMCell",
    "SimpleRNNCell",
    "StackedRNNCells",
    "AbstractRNNCell",
    "InputSpec",
}


def random_cases(name: str) -> list[Case]:
    """Return cases of a class that Keras itself accepts; the same ones in every run."""
    rng = random.Random(zlib.crc32(name.encode()))
    return [CASES[name](rng) for _ in range(CONFIGS_PER_LAYER)]


def save_and_read(model: Any, folder: Path) -> Graph:
    path = folder / "model.keras"
    model.save(path)
    graph = read(path)
    assert check_consistency(graph).ok, check_consistency(graph).violations
    return graph


def expected_specs(outputs: Any) -> list[TensorSpec]:
    return [
        TensorSpec(
            (BATCH, *tensor.shape[1:]) if tensor.shape[0] is None else tuple(tensor.shape),
            keras.backend.standardize_dtype(tensor.dtype),
        )
        for tensor in keras.tree.flatten(outputs)
    ]


def as_keras(specs: tuple[TensorSpec, ...]) -> list[TensorSpec]:
    """Return specs with None for every open size but the batch: Keras has no names for them."""
    return [
        TensorSpec(
            tuple(
                None if isinstance(size, str) and size != BATCH else size
                for size in spec.shape or ()
            ),
            spec.dtype,
        )
        for spec in specs
    ]


def test_every_built_in_layer_has_a_rule_or_a_reason() -> None:
    names = {
        name
        for name in dir(keras.layers)
        if isinstance(getattr(keras.layers, name), type)
        and getattr(keras.layers, name).__name__ == name
    }
    assert sorted(names - LAYER_RULES.keys() - _WITHOUT_RULE) == []


def test_every_rule_is_compared_or_has_a_reason() -> None:
    assert sorted(LAYER_RULES.keys() - CASES.keys() - _NOT_COMPARED.keys()) == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(CASES))
def test_shapes_dtypes_and_weights_of_a_layer(name: str, tmp_path: Path) -> None:
    compared = 0
    for case in random_cases(name):
        try:
            inputs, outputs = case.call()
            model = keras.Model(inputs, outputs)
        except (ValueError, NotImplementedError):
            continue  # a window larger than the input, or a feature of another backend
        compared += 1
        graph = save_and_read(model, tmp_path)
        found = [graph.spec(port) for port in graph.outputs]
        assert agree(found, expected_specs(outputs)), (case.layer.get_config(), case.shapes)
        assert weights_of(graph) == expected_weights(model), case.layer.get_config()
        assert not [note for note in graph.notes if note.code != "contains-code"]
    assert compared >= CONFIGS_PER_LAYER // 2 or name in _UNUSABLE


def agree(found: list[TensorSpec], expected: list[TensorSpec]) -> bool:
    """Whether the reader says what Keras says; it may know a size that Keras leaves open."""
    return len(found) == len(expected) and all(
        ours.dtype == theirs.dtype
        and ours.shape is not None
        and len(ours.shape) == len(theirs.shape or ())
        and all(a == b or b is None for a, b in zip(ours.shape, theirs.shape or (), strict=True))
        for ours, theirs in zip(found, expected, strict=True)
    )


def weights_of(graph: Graph) -> list[tuple[Any, ...]]:
    return sorted(
        (weight.name, weight.shape, weight.dtype, weight.trainable) for weight in graph.weights
    )


def expected_weights(model: Any) -> list[tuple[Any, ...]]:
    return sorted(
        (
            weight.name,
            tuple(weight.shape),
            keras.backend.standardize_dtype(weight.dtype),
            bool(weight.trainable),
        )
        for weight in model.weights
    )


@pytest.mark.parametrize("policy", ["mixed_float16", "bfloat16"])
def test_dtypes_follow_the_policy(policy: str, tmp_path: Path) -> None:
    inputs = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(4, 3, dtype=policy)(inputs)
    x = keras.layers.BatchNormalization(dtype=policy)(x)
    x = keras.layers.Flatten(dtype=policy)(x)
    graph = save_and_read(keras.Model(inputs, [x, keras.layers.Dense(2)(x)]), tmp_path)
    compute = policy.removeprefix("mixed_")
    assert [graph.spec(port).dtype for port in graph.outputs] == [compute, "float32"]
    stored = {weight.dtype for weight in graph.weights if weight.layer.endswith("conv2d")}
    assert stored == {"float32" if policy.startswith("mixed") else "bfloat16"}


def test_a_sequential_model_has_every_shape(tmp_path: Path) -> None:
    rng = random.Random(1)
    for _ in range(5):
        model = keras.Sequential([keras.Input((24, 24, 3)), *random_stack(rng)])
        graph = save_and_read(model, tmp_path)
        found = [node.outputs[0] for node in graph.nodes if node.layer][: len(model.layers)]
        assert found == [spec for layer in model.layers for spec in expected_specs(layer.output)]


def random_stack(rng: random.Random) -> list[Any]:
    layers = keras.layers
    blocks = [
        lambda: layers.Conv2D(rng.randint(1, 8), 3, padding="same"),
        lambda: layers.MaxPooling2D(2, padding="same"),
        layers.BatchNormalization,
        lambda: layers.Activation("relu"),
        lambda: layers.ZeroPadding2D(1),
        lambda: layers.SeparableConv2D(4, 3, strides=2, padding="same"),
        lambda: layers.Conv2DTranspose(3, 3, strides=2),
        lambda: layers.Dropout(0.1),
    ]
    tail = [layers.Flatten(), layers.Reshape((-1, 1)), layers.LSTM(3), layers.Dense(2)]
    return [*(rng.choice(blocks)() for _ in range(6)), *tail]


def compare_with_keras(model: Any, graph: Graph) -> None:
    """Check that the calls, shapes and edges of a flat functional model are those of Keras."""
    nodes = [node for level in model._nodes_by_depth.values() for node in level]
    operations = [node.operation.name for node in nodes if not node.is_input]
    leaves = [node for node in graph.nodes if node.kind != "input"]
    assert sorted(node.name for node in leaves) == sorted(operations)
    by_name = {operation.name: operation for operation in model.operations}
    for node in leaves:
        operation = by_name[node.name]
        if len(operation._inbound_nodes) == 1:
            assert all(spec.is_known for spec in node.outputs), node.name
            assert as_keras(node.outputs) == expected_specs(operation.output), node.name
    edges = sum(len(node.input_tensors) for node in nodes)
    assert len(graph.edges) == edges


@pytest.mark.parametrize("name", ["ResNet50", "MobileNetV3Small", "EfficientNetB0", "DenseNet121"])
def test_applications(name: str, tmp_path: Path) -> None:
    model = getattr(keras.applications, name)(weights=None)
    graph = save_and_read(model, tmp_path)
    compare_with_keras(model, graph)
    assert weights_of(graph) == expected_weights(model)
    assert not graph.notes
    assert all(spec.shape is not None for node in graph.nodes for spec in node.outputs)


def test_layer_paths_agree_with_keras(tmp_path: Path) -> None:
    inner = keras.Sequential([keras.layers.Dense(3, name="a")], name="inner")
    inputs = keras.Input((4,), name="x")
    model = keras.Model(inputs, inner(inputs), name="outer")
    graph = save_and_read(model, tmp_path)
    assert {weight.id for weight in graph.weights} == {
        "weight:outer/inner/a/kernel",
        "weight:outer/inner/a/bias",
    }


def test_frozen_layers_are_not_trained(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(2)])
    model.layers[0].trainable = False
    graph = save_and_read(model, tmp_path)
    assert [weight.trainable for weight in graph.weights] == [False, False, True, True]


@pytest.mark.filterwarnings("ignore:Layer InputLayer does not have")
def test_quantized_layers(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(4)])
    model.quantize("int8")
    assert weights_of(save_and_read(model, tmp_path)) == expected_weights(model)


def test_operations_between_layers(tmp_path: Path) -> None:
    x = keras.Input((6, 4))
    ops = keras.ops
    outputs = {
        "sum": ops.sum(x, axis=-1),
        "mean": ops.mean(x, axis=1, keepdims=True),
        "softmax": ops.softmax(x),
        "add": x + 1.0,
        "compare": ops.greater(x, 0.0),
        "sliced": x[:, 1:5, ::2],
        "last": x[..., -1],
        "concatenated": ops.concatenate([x, x], axis=1),
        "stacked": ops.stack([x, x], axis=1),
        "transposed": ops.transpose(x, (0, 2, 1)),
        "expanded": ops.expand_dims(x, -1),
        "squeezed": ops.squeeze(x[:, :1], 1),
        "matmul": ops.matmul(x, ops.transpose(x, (0, 2, 1))),
        "cast": ops.cast(x, "float16"),
    }
    model = keras.Model(x, outputs)
    graph = save_and_read(model, tmp_path)
    assert [graph.spec(port) for port in graph.outputs] == expected_specs(model.outputs)
    assert not graph.notes


def test_masks_are_edges_of_their_own(tmp_path: Path) -> None:
    tokens = keras.Input((5,), dtype="int32")
    x = keras.layers.Embedding(10, 4, mask_zero=True)(tokens)
    model = keras.Model(tokens, keras.layers.LSTM(3)(x))
    graph = save_and_read(model, tmp_path)
    assert [(edge.source, edge.target) for edge in graph.edges if edge.kind == "mask"] == [
        ("not_equal", "lstm")
    ]


def test_configs_survive_as_json(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="relu")])
    graph = save_and_read(model, tmp_path)
    stored = next(layer for layer in graph.layers if layer.class_name == "Dense")
    assert json.loads(json.dumps(stored.config)) == stored.config
    assert stored.config["units"] == 3
    assert parse_shape([None, 4]) == (None, 4)


@pytest.mark.parametrize("name", ["siamese", "multi_io", "bilstm_tagger", "unet", "mnist_cnn"])
def test_functional_samples(name: str, tmp_path: Path) -> None:
    model = load_sample(name)
    graph = save_and_read(model, tmp_path)
    assert weights_of(graph) == expected_weights(model)
    assert [graph.spec(port) for port in graph.outputs] == expected_specs(model.outputs)
    assert not graph.notes


@pytest.mark.parametrize("name", ["tiny_gpt", "subclassed_resnet"])
def test_subclassed_samples(name: str, tmp_path: Path) -> None:
    model, example = load_sample(name)
    model(example)
    graph = save_and_read(model, tmp_path)
    assert sum(weight.size for weight in graph.weights) == model.count_params()
    assert "subclassed-archive" in [note.code for note in graph.notes]
    assert not graph.edges


def load_sample(name: str) -> Any:
    return importlib.import_module(f"sample_models.{name}").make_model()
