"""The reader against Keras itself: layers that are called or saved in an unusual way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from graphscope.readers.keras import h5_file
from tests.tracing.test_reader_against_keras import (
    as_keras,
    expected_specs,
    expected_weights,
    save_and_read,
    weights_of,
)

layers = keras.layers
Input = keras.Input

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Layer InputLayer does not have"),
    pytest.mark.filterwarnings("ignore:When providing"),
    pytest.mark.filterwarnings("ignore:The structure of"),
]


def notes(graph: Any) -> list[str]:
    return [note.code for note in graph.notes]


def test_images_may_come_with_boxes_and_labels(tmp_path: Path) -> None:
    batch = {
        "images": Input((32, 32, 3), name="images"),
        "bounding_boxes": {
            "boxes": Input((None, 4), name="boxes"),
            "labels": Input((None,), name="labels"),
        },
    }
    flipped = layers.RandomFlip(bounding_box_format="xyxy")(batch)
    model = keras.Model(batch, layers.MaxNumBoundingBoxes(5, bounding_box_format="xyxy")(flipped))
    graph = save_and_read(model, tmp_path)
    assert as_keras(tuple(graph.spec(port) for port in graph.outputs)) == expected_specs(
        model.outputs
    )
    assert not graph.notes


def test_only_images_are_resized(tmp_path: Path) -> None:
    batch = {"images": Input((32, 32, 3), name="images"), "labels": Input((5,), name="labels")}
    mixed = layers.Resizing(16, 8)(layers.MixUp()(batch))
    graph = save_and_read(keras.Model(batch, [mixed]), tmp_path)
    assert str(graph.spec(graph.outputs[0])) == "B×16×8×3 float32"


def _attention(query: Any, value: Any, mask: Any) -> list[Any]:
    attention = layers.MultiHeadAttention
    return [
        attention(2, 8)(query, value, attention_mask=mask),
        attention(2, 8)(value=value, query=query, use_causal_mask=False),
        *attention(2, 8)(query, value, value, attention_mask=mask, return_attention_scores=True),
    ]


def test_masks_are_no_inputs_of_attention(tmp_path: Path) -> None:
    query, value = Input((7, 16)), Input((5, 12))
    mask = Input((7, 5), dtype="bool")
    found = _attention(query, value, mask)
    model = keras.Model([query, value, mask], [*found, layers.Identity()(found[-1])])
    graph = save_and_read(model, tmp_path)
    assert [graph.spec(port) for port in graph.outputs] == expected_specs(model.outputs)
    assert weights_of(graph) == expected_weights(model)
    assert not graph.notes


def _dense() -> Any:
    inputs = Input((16,))
    x = layers.EinsumDense("ab,bc->ac", 4, bias_axes="c")(layers.Dense(8)(inputs))
    return keras.Model(inputs, x)


def _projections() -> Any:
    inputs = Input((6, 16))
    x = layers.MultiHeadAttention(2, 8)(inputs, inputs)
    return keras.Model(inputs, layers.GroupQueryAttention(8, 4, 2, use_bias=False)(x, x))


def _embeddings(tie: bool) -> Any:
    tokens = Input((3,), dtype="int32")
    layer = layers.ReversibleEmbedding(9, 16, tie_weights=tie)
    return keras.Model(tokens, layer(layer(tokens), reverse=True))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mode", ["int8", "int4", "float8"])
@pytest.mark.parametrize(
    "make", [_dense, _projections, lambda: _embeddings(True), lambda: _embeddings(False)]
)
def test_quantized_weights_have_names(make: Callable[[], Any], mode: str, tmp_path: Path) -> None:
    model = make()
    model.quantize(mode)
    graph = save_and_read(model, tmp_path)
    assert weights_of(graph) == expected_weights(model)
    assert not graph.notes


def test_kernels_of_gptq_are_saved_without_zero_points(tmp_path: Path) -> None:
    inputs = Input((16,))
    layer = layers.Dense(8, dtype=keras.dtype_policies.get("gptq/4/8_from_float32"))
    graph = save_and_read(keras.Model(inputs, layer(inputs)), tmp_path)
    found = {(weight.name, weight.shape, weight.trainable) for weight in graph.weights}
    assert found == {
        ("bias", (8,), True),
        ("kernel", (4, 16), False),
        ("kernel_scale", (8, 2), False),
        ("g_idx", (16,), False),
    }
    assert not graph.notes


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mode", ["int8", "float8"])
def test_quantized_weights_have_names_without_a_model(mode: str, tmp_path: Path) -> None:
    model = _dense()
    model.quantize(mode)
    model.save_weights(tmp_path / "model.weights.h5")
    graph = h5_file.read(tmp_path / "model.weights.h5")
    assert weights_of(graph) == expected_weights(model)
    assert notes(graph) == ["weights-only"]


def _adapted() -> Any:
    numbers, tokens = Input((6, 6, 3)), Input((3,), dtype="int32")
    made = [layers.Conv2D(5, 3), layers.Dense(4), layers.Embedding(7, 4)]
    model = keras.Model([numbers, tokens], [made[0](numbers), made[1](numbers), made[2](tokens)])
    for layer in made:
        layer.enable_lora(2)
    return model


def test_weights_of_lora_are_counted(tmp_path: Path) -> None:
    model = _adapted()
    graph = save_and_read(model, tmp_path)
    assert weights_of(graph) == expected_weights(model)
    assert notes(graph) == ["weights-lora"]


@pytest.mark.filterwarnings("ignore")
def test_weights_of_lora_in_an_h5_file(tmp_path: Path) -> None:
    model = _adapted()
    model.save(tmp_path / "model.h5")
    graph = h5_file.read(tmp_path / "model.h5")
    assert weights_of(graph) == expected_weights(model)
    assert not graph.notes


def test_a_map_of_policies(tmp_path: Path) -> None:
    inputs = Input((4, 6))
    policies = keras.dtype_policies.DTypePolicyMap(default_policy="mixed_float16")
    model = keras.Model(inputs, layers.MultiHeadAttention(2, 3, dtype=policies)(inputs, inputs))
    graph = save_and_read(model, tmp_path)
    assert [graph.spec(port) for port in graph.outputs] == expected_specs(model.outputs)
    assert weights_of(graph) == expected_weights(model)


def test_lookups_know_their_vocabulary_and_own_no_weights(tmp_path: Path) -> None:
    text, numbers = Input((1,), dtype="string"), Input((2,), dtype="int64")
    words = layers.TextVectorization(output_mode="tf_idf")
    words.adapt(["a b c", "d e"])
    outputs = [
        words(text),
        layers.StringLookup(vocabulary=["a", "b"], output_mode="one_hot")(text),
        layers.IntegerLookup(vocabulary=[1, 2], output_mode="tf_idf", idf_weights=[0.3, 0.4])(
            numbers
        ),
    ]
    model = keras.Model([text, numbers], outputs)
    graph = save_and_read(model, tmp_path)
    assert [graph.spec(port) for port in graph.outputs] == expected_specs(model.outputs)
    assert not graph.weights
    assert not graph.notes


def _steps() -> Any:
    image = Input((8, 8, 3))
    features = layers.GlobalMaxPooling2D()(layers.Conv2D(2, 3, name="cut")(image))
    inner = keras.Model(image, features + 1.0, name="inner")
    chain = keras.Sequential([Input((2,)), layers.Dense(3), layers.BatchNormalization()])
    video = Input((5, 8, 8, 3))
    return keras.Model(video, layers.TimeDistributed(chain)(layers.TimeDistributed(inner)(video)))


def test_a_model_for_each_step(tmp_path: Path) -> None:
    model = _steps()
    graph = save_and_read(model, tmp_path)
    assert [graph.spec(port) for port in graph.outputs] == expected_specs(model.outputs)
    assert weights_of(graph) == expected_weights(model)
    assert not graph.notes


@pytest.mark.filterwarnings("ignore")
def test_a_model_for_each_step_in_an_h5_file(tmp_path: Path) -> None:
    model = _steps()
    model.save(tmp_path / "model.h5")
    graph = h5_file.read(tmp_path / "model.h5")
    assert weights_of(graph) == expected_weights(model)
    assert any(weight.id.endswith("/inner/cut/kernel") for weight in graph.weights)
    assert not graph.notes


@pytest.mark.parametrize("name", ["ConvNeXtTiny", "InceptionResNetV2"])
def test_layers_that_applications_define(name: str, tmp_path: Path) -> None:
    make = getattr(keras.applications, name)
    model = make(weights=None, include_top=False, input_shape=(75, 75, 3))
    graph = save_and_read(model, tmp_path)
    assert not graph.notes
    assert sum(weight.size for weight in graph.weights) == model.count_params()


@keras.saving.register_keras_serializable("graphscope tests")
class Parts(keras.Model):
    """A subclassed model with built-in layers that hold others."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.attention = layers.MultiHeadAttention(2, 4)
        self.grouped = layers.GroupQueryAttention(4, 4, 2)
        self.normal = layers.SpectralNormalization(layers.Dense(8))
        self.both = layers.Bidirectional(layers.LSTM(3, return_sequences=True))
        self.stack = layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)], return_sequences=True)
        self.steps = layers.TimeDistributed(layers.Dense(8))
        self.images = layers.ConvLSTM1D(2, 2)

    def call(self, x: Any) -> Any:
        x = self.normal(self.grouped(self.attention(x, x), x))
        return self.images(self.steps(self.stack(self.both(x)))[..., None])


def test_layers_of_subclassed_models_are_recognised(tmp_path: Path) -> None:
    model = Parts()
    model(np.zeros((1, 5, 8), "float32"))
    graph = save_and_read(model, tmp_path)
    assert weights_of(graph) == expected_weights(model)
    assert notes(graph) == ["subclassed-archive"]
    assert {layer.class_name for layer in graph.layers} >= {
        *("MultiHeadAttention", "GroupQueryAttention", "SpectralNormalization", "Bidirectional"),
        *("LSTM", "RNN", "StackedRNNCells", "TimeDistributed", "ConvLSTM1D", "EinsumDense"),
    }
