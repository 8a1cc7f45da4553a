"""Weights worked out from a config against those in the file that Keras writes."""

from __future__ import annotations

import json
import random
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest

from graphscope.graph import Graph
from graphscope.readers import json_file
from graphscope.readers.declared.model import RULES, WITHOUT_WEIGHTS
from graphscope.readers.keras.archive_file import read
from graphscope.readers.shapes import LAYER_RULES
from tests.tracing.layer_cases import CASES, Case

pytestmark = [
    pytest.mark.tensorflow,
    # Keras hands its variables to NumPy in a way that NumPy 2 warns about.
    pytest.mark.filterwarnings("ignore"),
]

layers = keras.layers

# Built-in layers of which nothing is declared: what they own is code, or was given by a caller.
_UNDECLARED = {
    *("FlaxLayer", "JaxLayer", "Layer", "TFSMLayer", "TorchModuleWrapper"),
    # No layers, though they stand among them.
    *("AbstractRNNCell", "ConvLSTMCell", "InputSpec"),
}


def without_built_shapes(value: Any) -> Any:
    """Return a config as Keras 2 wrote it: without the shapes that layers were built for."""
    if isinstance(value, dict):
        kept = {key: each for key, each in value.items() if key != "build_config"}
        return {key: without_built_shapes(each) for key, each in kept.items()}
    return [without_built_shapes(each) for each in value] if isinstance(value, list) else value


def read_stored(model: Any, folder: Path) -> Graph:
    """Return the model as its archive holds it."""
    model.save(folder / "model.keras")
    return read(folder / "model.keras")


def read_declared(model: Any, folder: Path, *, built: bool = True) -> Graph:
    """Return the model as its config alone tells it."""
    text = model.to_json()
    if not built:
        text = json.dumps(without_built_shapes(json.loads(text)))
    (folder / "model.json").write_text(text, encoding="utf-8")
    return json_file.read(folder / "model.json")


def owners(graph: Graph) -> list[tuple[Any, ...]]:
    return [(each.id, each.class_name, each.weights) for each in graph.layers]


def calls(graph: Graph) -> list[tuple[str, tuple[str, ...]]]:
    return [(node.id, node.weights) for node in graph.nodes]


def compare(model: Any, folder: Path, *built: bool) -> None:
    """Compare the archive with the config, with and without the shapes that layers were built for.

    Args:
        model: the model.
        folder: where it is saved.
        built: the configs to compare: with the shapes (True), without (False).
    """
    stored = read_stored(model, folder)
    for each in built:
        require_same(stored, read_declared(model, folder, built=each))


def require_same(stored: Graph, declared: Graph) -> None:
    assert declared.weights == stored.weights
    assert owners(declared) == owners(stored)
    assert calls(declared) == calls(stored)
    assert not any(each.has_unknown_weights for each in (*declared.layers, *stored.layers))


def test_every_built_in_layer_is_told_or_has_a_reason() -> None:
    names = {
        name
        for name in dir(layers)
        if isinstance(getattr(layers, name), type) and getattr(layers, name).__name__ == name
    }
    assert sorted((names | LAYER_RULES.keys()) - RULES.keys() - WITHOUT_WEIGHTS - _UNDECLARED) == []


@pytest.mark.parametrize("name", sorted(CASES))
def test_weights_of_a_layer(name: str, tmp_path: Path) -> None:
    rng = random.Random(zlib.crc32(name.encode()))
    cases: list[Case] = [CASES[name](rng) for _ in range(6)]
    for case in cases:
        try:
            inputs, outputs = case.call()
            model = keras.Model(inputs, outputs)
        except (ValueError, NotImplementedError):
            continue  # a window larger than the input, or a feature of another backend
        compare(model, tmp_path, True, False)


_SINGLE: dict[str, tuple[tuple[int | None, ...], Callable[[], Any]]] = {
    "grouped convolution": ((8, 8, 6), lambda: layers.Conv2D(4, 3, groups=2)),
    "several axes": ((4, 5), lambda: layers.LayerNormalization(axis=[1, 2])),
    "axis in the middle": ((4, 5), lambda: layers.BatchNormalization(axis=1)),
    "adapted by axis": ((4, 5), lambda: layers.Normalization(axis=(1, 2))),
    "adapted as a whole": ((4, 5), lambda: layers.Normalization(axis=None)),
    "old reset": ((4, 5), lambda: layers.GRU(3, reset_after=False)),
    "alpha for each place": ((4, 5), layers.PReLU),
    "ellipsis behind": ((4, 5), lambda: layers.EinsumDense("ab...,bc->ac...", 3, bias_axes="c")),
    "mixed precision": ((4,), lambda: layers.Dense(3, dtype="mixed_float16")),
    "half precision": ((4, 5), lambda: layers.MultiHeadAttention(2, 3, dtype="bfloat16")),
    "frozen": ((4,), lambda: layers.Dense(3, trainable=False)),
    "two directions apart": (
        (4, 5),
        lambda: layers.Bidirectional(
            layers.LSTM(3), backward_layer=layers.GRU(3, go_backwards=True)
        ),
    ),
    "wrapped model": (
        (3, 4),
        lambda: layers.TimeDistributed(
            keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2)])
        ),
    ),
    "channels first": (
        (2, 8, 8),
        lambda: layers.SeparableConv2D(4, 3, data_format="channels_first"),
    ),
    "low rank": ((4,), lambda: layers.Dense(3, lora_rank=2)),
    "gated": ((5, 4), lambda: layers.MultiHeadAttention(2, 3, value_dim=5, use_gate=True)),
    "gated groups": ((5, 4), lambda: layers.GroupQueryAttention(3, 4, 2, use_gate=True)),
}


@pytest.mark.parametrize("name", _SINGLE)
def test_weights_of_settings(name: str, tmp_path: Path) -> None:
    shape, make = _SINGLE[name]
    inputs, layer = keras.Input(shape), make()
    attends = "Attention" in type(layer).__name__
    outputs = layer(inputs, inputs) if attends else layer(inputs)
    compare(keras.Model(inputs, outputs), tmp_path, True)


@pytest.mark.parametrize("kind", ["int8", "int4", "float8"])
def test_quantized_weights_are_told_or_said_to_be_unknown(kind: str, tmp_path: Path) -> None:
    tokens = keras.Input((5,), dtype="int32")
    x = layers.Dense(4)(layers.Embedding(10, 8)(tokens))
    model = keras.Model(tokens, x)
    model.quantize(kind)
    stored, declared = read_stored(model, tmp_path), read_declared(model, tmp_path)
    known = {each.layer: each for each in stored.weights}
    for layer in declared.layers:
        if layer.has_unknown_weights:
            assert not layer.weights
        elif layer.id in known:
            assert [each for each in declared.weights if each.layer == layer.id] == [
                each for each in stored.weights if each.layer == layer.id
            ]


def test_shared_and_nested_layers(tmp_path: Path) -> None:
    shared = layers.Dense(4, name="shared")
    inner = keras.Sequential([keras.Input((4,)), shared, layers.Dense(4)], name="inner")
    first, second = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    x = layers.Add()([shared(first), inner(second), inner(first)])
    stored = tmp_path / "model.keras"
    keras.Model([first, second], layers.Dense(1)(x)).save(stored)
    # Only archives say which layers are one; model.to_json() writes them as two.
    without = tmp_path / "without.keras"
    with zipfile.ZipFile(stored) as source, zipfile.ZipFile(without, "w") as target:
        for name in ("config.json", "metadata.json"):
            target.writestr(name, source.read(name))
    require_same(read(stored), read(without))


@pytest.mark.parametrize("name", ["MobileNetV3Small", "EfficientNetB0", "DenseNet121"])
def test_applications(name: str, tmp_path: Path) -> None:
    compare(getattr(keras.applications, name)(weights=None), tmp_path, True, False)
