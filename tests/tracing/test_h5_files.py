"""HDF5 files that Keras itself writes: the same graph and weights as from its archives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from graphscope.graph import Graph
from graphscope.readers.json_file import read as read_json
from graphscope.readers.keras import archive_file, h5_file

pytestmark = [
    pytest.mark.tensorflow,
    # Keras hands its variables to NumPy in a way that NumPy 2 warns about.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file"),
]


def make_nested() -> Any:
    inner = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(4),
        ],
        name="inner",
    )
    y = keras.Input((4,))
    deep = keras.Model(y, inner(keras.layers.Dense(4)(y)), name="deep")
    x = keras.Input((4,), name="x")
    shared = keras.layers.Dense(4, name="shared")
    z = keras.ops.relu(shared(shared(deep(deep(x)))))
    return keras.Model(x, [keras.layers.Add()([z, x]), z + 1.0], name="nested")


def make_recurrent() -> Any:
    x = keras.Input((None,), dtype="int32")
    y = keras.layers.Embedding(100, 16, mask_zero=True)(x)
    y = keras.layers.LSTM(8, return_sequences=True)(y)
    y = keras.layers.Bidirectional(keras.layers.GRU(4, return_sequences=True))(y)
    y = keras.layers.MultiHeadAttention(2, 4)(y, y)
    y = keras.layers.TimeDistributed(keras.layers.Dense(3))(y)
    y = keras.layers.RNN([keras.layers.LSTMCell(4), keras.layers.LSTMCell(5)])(y)
    return keras.Model(x, y, name="recurrent")


def make_convolutional() -> Any:
    return keras.applications.MobileNetV2((64, 64, 3), weights=None, classes=10)


def describe_calls(graph: Graph) -> list[tuple[str, str, list[str]]]:
    return [(node.id, node.type, [str(spec) for spec in node.outputs]) for node in graph.nodes]


def describe_weights(graph: Graph) -> set[tuple[str, tuple[int, ...], str, bool]]:
    return {(each.id, each.shape, each.dtype, each.trainable) for each in graph.weights}


@pytest.mark.parametrize("make", [make_nested, make_recurrent, make_convolutional])
def test_a_model_saved_in_both_ways(make: Callable[[], Any], tmp_path: Path) -> None:
    model = make()
    model.compile("adam", "mse")
    model.save(tmp_path / "net.keras")
    model.save(tmp_path / "net.h5")
    (tmp_path / "net.json").write_text(model.to_json())
    from_archive = archive_file.read(tmp_path / "net.keras")
    from_hdf5 = h5_file.read(tmp_path / "net.h5")
    assert describe_calls(from_hdf5) == describe_calls(from_archive)
    assert describe_weights(from_hdf5) == describe_weights(from_archive)
    assert describe_calls(read_json(tmp_path / "net.json")) == describe_calls(from_archive)
    assert from_hdf5.metadata["optimizer"] == from_archive.metadata["optimizer"]
    assert sum(weight.size for weight in from_hdf5.weights) == model.count_params()


def test_the_numbers_are_those_of_the_model(tmp_path: Path) -> None:
    model = make_nested()
    model.save(tmp_path / "net.h5")
    kernel = model.get_layer("shared").kernel
    parts = list(h5_file.weight_parts(tmp_path / "net.h5", "weight:nested/shared/kernel", 1 << 20))
    assert np.array_equal(np.concatenate(parts), keras.ops.convert_to_numpy(kernel))


@pytest.mark.parametrize("make", [make_nested, make_recurrent])
def test_weights_alone(make: Callable[[], Any], tmp_path: Path) -> None:
    model = make()
    model.save_weights(tmp_path / "net.weights.h5")
    graph = h5_file.read(tmp_path / "net.weights.h5")
    assert sum(weight.size for weight in graph.weights) == model.count_params()
    assert "weights-only" in [note.code for note in graph.notes]
