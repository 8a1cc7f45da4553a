"""Files of older versions: weights without names, the state of metrics, layers of applications."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from graphscope.graph import Graph
from graphscope.readers.keras import h5_file
from graphscope.readers.keras.archive_file import read
from graphscope.readers.keras.legacy.upgrade import upgrade
from tests.support.archives import functional, input_layer, layer, write_archive

LSTM = {"0": (4, 12), "1": (3, 12), "2": (12,)}
GRU = {"0": (4, 9), "1": (3, 9), "2": (2, 9)}


def write_weights(folder: Path, groups: dict[str, dict[str, tuple[int, ...]]]) -> Path:
    """Write a file of weights as Keras 3.0 did: without the names of the objects."""
    path = folder / "net.weights.h5"
    with h5py.File(path, "w") as file:
        for place, weights in groups.items():
            # Every object has a group for its own, also where it owns none.
            steps = place.split("/")
            for end in range(2, len(steps)):
                file.require_group("/".join([*steps[:end], "vars"]))
            for key, shape in weights.items():
                file[f"{place}/vars/{key}"] = np.zeros(shape, "float32")
    return path


def classes(graph: Graph) -> dict[str, str]:
    return {each.id.removeprefix("layer:net/"): each.class_name for each in graph.layers}


def names(graph: Graph) -> set[str]:
    return {weight.id.removeprefix("weight:net/") for weight in graph.weights}


def test_recurrent_layers_are_known_by_their_gates(tmp_path: Path) -> None:
    groups = {
        "layers/lstm/cell": LSTM,
        "layers/bidirectional/forward_layer/cell": GRU,
        "layers/bidirectional/backward_layer/cell": GRU,
        "layers/conv_lstm2d/cell": {"0": (3, 3, 2, 8), "1": (3, 3, 2, 8), "2": (8,)},
    }
    graph = h5_file.read(write_weights(tmp_path, groups))
    found = classes(graph)
    assert found["layers.lstm"] == "LSTM"
    assert found["layers.lstm/cell"] == "LSTMCell"
    assert found["layers.bidirectional"] == "Bidirectional"
    assert found["layers.bidirectional/forward_layer"] == "GRU"
    assert found["layers.conv_lstm2d"] == "ConvLSTM2D"
    assert "layers.lstm/cell/recurrent_kernel" in names(graph)
    assert [note.code for note in graph.notes] == ["weights-only"]


@pytest.mark.parametrize(
    ("name", "cell"),
    [("lstm", GRU), ("mine", LSTM), ("conv_lstm2d", LSTM), ("gru", {"0": (4, 9)})],
)
def test_a_cell_that_does_not_fit_is_not_guessed(
    tmp_path: Path, name: str, cell: dict[str, Any]
) -> None:
    graph = h5_file.read(write_weights(tmp_path, {f"layers/{name}/cell": cell}))
    assert classes(graph)[f"layers.{name}"] == "Layer"
    assert "weights-unnamed" in [note.code for note in graph.notes]


def test_the_state_of_metrics_is_no_weight(tmp_path: Path) -> None:
    document = functional(
        [input_layer("x", 4), layer("Dense", "d", "x", units=3)], inputs="x", outputs="d"
    )
    weights = {"layers/dense": [(4, 3), (3,)], "metrics/mean": [(), ()]}
    graph = read(write_archive(tmp_path / "model.keras", document, weights=weights))
    assert sum(weight.size for weight in graph.weights) == 15
    assert not graph.notes
    path = write_weights(tmp_path, {"layers/dense": {"0": (4, 3)}, "metrics/mean": {"0": ()}})
    assert sum(weight.size for weight in h5_file.read(path).weights) == 12


def old_entry(class_name: str, **config: Any) -> dict[str, Any]:
    nodes = [[["x", 0, 0, {}]]]
    return {"class_name": class_name, "config": {"name": "a", **config}, "inbound_nodes": nodes}


def test_a_class_called_as_an_operation_is_a_layer() -> None:
    upgraded = upgrade(old_entry("Slice", trainable=True))
    assert upgraded["module"] is None
    assert upgraded["class_name"] == "Slice"


def test_layers_of_applications_in_files_of_keras_2() -> None:
    scale = {"init_values": 1e-6, "projection_dim": 4}
    assert upgrade(old_entry("LayerScale", **scale))["module"] == "keras.layers"
    assert upgrade(old_entry("LayerScale", width=4))["module"] is None
    named = old_entry("LayerScale", **scale) | {"module": "tf_keras.src.applications.convnext"}
    assert upgrade(named)["module"] == "keras.layers"


def test_attention_of_keras_2_keeps_its_shapes(tmp_path: Path) -> None:
    attention = layer(
        "MultiHeadAttention",
        "m",
        "x",
        num_heads=2,
        key_dim=3,
        query_shape=[None, 5, 8],
        value_shape=[None, 6, 4],
        key_shape=[None, 6, 4],
    )
    attention["build_config"] = {"input_shape": [None, 5, 8]}
    document = functional([input_layer("x", 5, 8), attention], inputs="x", outputs="m")
    graph = read(write_archive(tmp_path / "model.keras", document))
    shapes = {weight.id.rpartition("/m/")[2]: weight.shape for weight in graph.weights}
    assert shapes["query/kernel"] == (8, 2, 3)
    assert shapes["key/kernel"] == (4, 2, 3)
