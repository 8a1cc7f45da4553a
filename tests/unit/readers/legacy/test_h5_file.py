"""HDF5 files of Keras: whole models and weights, good and bad ones."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from graphscope.errors import GraphscopeError, ReadError
from graphscope.graph import Graph
from graphscope.readers.keras.h5_file import compile_config, read, weight_parts
from tests.support.archives import weights_file
from tests.support.hdf5_models import Weights, write_model, write_weights
from tests.unit.readers.legacy.test_upgrade import CONFIGS, old_input, old_layer, old_model

DENSE = old_model(
    old_input(4), old_layer("Dense", "d", [["x", 0, 0, {}]], units=3), outputs=[["d", 0, 0]]
)
DENSE_WEIGHTS: Weights = {"x": {}, "d": {"d/kernel:0": (4, 3), "d/bias:0": (3,)}}


def shapes(graph: Graph) -> dict[str, tuple[int, ...]]:
    return {weight.id.removeprefix("weight:"): weight.shape for weight in graph.weights}


def codes(graph: Graph) -> list[str]:
    return [note.code for note in graph.notes]


def message(path: Path) -> str:
    with pytest.raises(ReadError) as caught:
        read(path)
    assert len(str(caught.value)) < 500
    return str(caught.value)


def test_a_whole_model(tmp_path: Path) -> None:
    path = write_model(tmp_path / "net.h5", DENSE, DENSE_WEIGHTS)
    graph = read(path)
    assert graph.name == "net"
    assert shapes(graph) == {"net/d/kernel": (4, 3), "net/d/bias": (3,)}
    assert graph.metadata["producer"] == "keras 2.15.0"
    assert codes(graph) == ["legacy-config"]
    (node,) = [node for node in graph.nodes if node.id == "d"]
    assert node.weights == ("weight:net/d/kernel", "weight:net/d/bias")


def test_the_config_may_be_bytes_and_its_lists_may_come_in_parts(tmp_path: Path) -> None:
    layers = [old_layer("Dense", f"d{n}", [[f"d{n - 1}" if n else "x", 0, 0]], units=4)
              for n in range(40)]  # fmt: skip
    document = json.dumps(old_model(old_input(4), *layers, outputs=[["d39", 0, 0]])).encode()
    weights = {f"d{n}": {f"d{n}/kernel:0": (4, 4), f"d{n}/bias:0": (4,)} for n in range(40)}
    graph = read(write_model(tmp_path / "net.h5", np.bytes_(document), weights, chunk=1))
    assert len(graph.weights) == 80
    assert "weights-unmatched" not in codes(graph)


def test_weights_keep_the_names_and_the_order_of_the_file(tmp_path: Path) -> None:
    mine = old_layer("MyLayer", "m", [["x", 0, 0, {}]])
    document = old_model(old_input(4), mine, outputs=[["m", 0, 0]])
    weights = {"m": {"m/zeta:0": (2,), "m/alpha:0": (3,)}}
    graph = read(write_model(tmp_path / "net.h5", document, weights))
    assert list(shapes(graph)) == ["net/m/zeta", "net/m/alpha"]


@pytest.mark.parametrize("prefix", ["", "inner/", "net/inner/"])
def test_nested_models_own_their_weights_by_layer(tmp_path: Path, prefix: str) -> None:
    document = json.loads((CONFIGS / "nested.json").read_text())
    names = [
        f"{layer}/{weight}" for layer in ("dense_2", "dense_3") for weight in ("kernel", "bias")
    ]
    weights: Weights = {"inner": {f"{prefix}{name}:0": (4, 4) for name in names}, "shared": {}}
    graph = read(write_model(tmp_path / "net.h5", document, weights))
    assert list(shapes(graph)) == [f"nest/inner/{name}" for name in names]


def test_parts_of_layers_own_their_weights(tmp_path: Path) -> None:
    document = json.loads((CONFIGS / "recurrent.json").read_text())
    weights: Weights = {
        "lstm": {"lstm/lstm_cell/kernel:0": (16, 32)},
        "bidirectional": {
            "bidirectional/forward_gru/gru_cell/kernel:0": (8, 12),
            "bidirectional/backward_gru/gru_cell/kernel:0": (8, 12),
        },
        "time_distributed": {"time_distributed/kernel:0": (8, 3)},
        "multi_head_attention": {"multi_head_attention/attention_output/kernel:0": (2, 4, 8)},
        "rnn": {"rnn/stacked_rnn_cells/lstm_cell_1/kernel:0": (4, 20)},
    }
    graph = read(write_model(tmp_path / "net.h5", document, weights))
    assert list(shapes(graph)) == [
        "rnn/lstm/lstm_cell/kernel",
        "rnn/bidirectional/gru/gru_cell/kernel",
        "rnn/bidirectional/gru/gru_cell#2/kernel",
        "rnn/time_distributed/dense_5/kernel",
        "rnn/multi_head_attention/attention_output/kernel",
        "rnn/rnn/stacked_rnn_cells/lstm_cell_1/kernel",
    ]
    classes = {layer.name: layer.class_name for layer in graph.layers}
    assert classes["attention_output"] == "EinsumDense"
    assert "weights-unmatched" not in codes(graph)


def test_layers_may_have_slashes_in_their_names(tmp_path: Path) -> None:
    layers = [
        old_layer("Dense", "block/a", [["x", 0, 0, {}]], units=3),
        old_layer("Dense", "block", [["block/a", 0, 0, {}]], units=3),
    ]
    weights: Weights = {
        "block/a": {"block/a/kernel:0": (4, 3)},
        "block": {"block/kernel:0": (3, 3)},
    }
    document = old_model(old_input(4), *layers, outputs=[["block", 0, 0]])
    graph = read(write_model(tmp_path / "net.h5", document, weights))
    assert shapes(graph) == {"net/block%2Fa/kernel": (4, 3), "net/block/kernel": (3, 3)}


def test_weights_of_renamed_layers(tmp_path: Path) -> None:
    weights = {"d": {"dense_12/kernel:0": (4, 3), "dense_12/bias:0": (3,)}}
    graph = read(write_model(tmp_path / "net.h5", DENSE, weights))
    assert list(shapes(graph)) == ["net/d/kernel", "net/d/bias"]


def test_keras_1_names_weights_after_their_layer(tmp_path: Path) -> None:
    weights = {"d": {"d_W": (4, 3), "d_b": (3,)}}
    graph = read(write_model(tmp_path / "net.h5", DENSE, weights, version="1.2.2"))
    assert list(shapes(graph)) == ["net/d/kernel", "net/d/bias"]


def test_weights_of_the_model_itself_and_of_unknown_layers(tmp_path: Path) -> None:
    weights: Weights = {
        **DENSE_WEIGHTS,
        "top_level_model_weights": {"d/temperature:0": ()},
        "ghost": {"ghost/kernel:0": (7,)},
    }
    graph = read(write_model(tmp_path / "net.h5", DENSE, weights))
    found = shapes(graph)
    assert found["net/ghost/kernel"] == (7,)
    assert any(name.endswith("/temperature") for name in found)
    assert "net/d/temperature" not in found
    assert "weights-unmatched" in codes(graph)


def test_what_the_model_was_compiled_with(tmp_path: Path) -> None:
    training = {
        "loss": "mse",
        "optimizer_config": {"class_name": "Custom>Adam", "config": {"amsgrad": True}},
    }
    path = write_model(tmp_path / "net.h5", DENSE, DENSE_WEIGHTS, training=training)
    with h5py.File(path, "r+") as file:
        file["optimizer_weights/Adam/m:0"] = np.zeros(3)
    graph = read(path)
    assert graph.metadata["optimizer"] == {"class_name": "Adam", "config": {"amsgrad": True}}
    assert graph.metadata["optimizer_variables"] == 1
    compiled = compile_config(path)
    assert compiled is not None
    assert compiled["loss"] == "mse"
    assert compile_config(write_model(tmp_path / "b.h5", DENSE)) is None


def numbers(path: Path, weight: str) -> list[float]:
    return [number for part in weight_parts(path, weight, 1 << 20) for number in part.flat]


def test_the_numbers_in_a_weight(tmp_path: Path) -> None:
    path = write_model(tmp_path / "net.h5", DENSE, DENSE_WEIGHTS)
    with h5py.File(path, "r+") as file:
        file["model_weights/d/d/bias:0"][:] = [1, 2, 3]
    assert numbers(path, "weight:net/d/bias") == [1, 2, 3]
    assert numbers(path, "weight:net/d/kernel") == [0] * 12
    with pytest.raises(KeyError):
        numbers(path, "weight:net/d/ghost")


# ---- weights without a model ----


def test_weights_of_keras_2(tmp_path: Path) -> None:
    path = write_weights(
        tmp_path / "net.h5",
        {
            "input": {},
            "dense_1": {"dense_1/kernel:0": (4, 3), "dense_1/bias:0": (3,)},
            "inner": {"dense/kernel:0": (4, 3), "batch_normalization/gamma:0": (3,)},
        },
    )
    graph = read(path)
    assert list(shapes(graph)) == [
        "net/dense_1/kernel",
        "net/dense_1/bias",
        "net/inner/dense/kernel",
        "net/inner/batch_normalization/gamma",
    ]
    assert {"legacy-config", "weights-only"} <= set(codes(graph))
    assert graph.edges == ()
    assert next(node.type for node in graph.nodes if node.name == "dense_1") == "Dense"
    assert numbers(path, "weight:net/inner/batch_normalization/gamma") == [0] * 3


def test_weights_of_keras_3(tmp_path: Path) -> None:
    path = tmp_path / "net.weights.h5"
    path.write_bytes(weights_file({"layers/dense": [(4, 3), (3,)], "optimizer": [()]}))
    graph = read(path)
    assert list(shapes(graph)) == ["net/dense/kernel", "net/dense/bias"]
    assert graph.metadata["optimizer_variables"] == 1
    assert "weights-only" in codes(graph)
    assert "metadata-missing" not in codes(graph)


def test_a_model_without_its_config(tmp_path: Path) -> None:
    graph = read(write_model(tmp_path / "net.h5", None, DENSE_WEIGHTS))
    assert list(shapes(graph)) == ["net/d/kernel", "net/d/bias"]
    assert "weights-only" in codes(graph)


# ---- bad files ----


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (5, "The attribute 'model_config' of 'net.h5' is no text."),
        (np.bytes_(b"{\xff\xfe"), "is no UTF-8 text"),
        ('{"class_name": "Mod', "model_config in 'net.h5' is not JSON"),
        ("[]", "holds a list instead of an object"),
        ("{}", "describes no Keras model"),
        ('{"class_name": "Sequential", "config": {"layers": null}}', "of a list"),
        ('{"a": ' * 300 + "1" + "}" * 300, "nested more than 200 levels"),
        (np.array(["a", "b"], "S1"), "is no text"),
        (h5py.Empty("S1"), "is damaged"),
    ],
)
def test_a_config_that_is_none(tmp_path: Path, config: Any, expected: str) -> None:
    path = tmp_path / "net.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = config
        file.create_group("model_weights/d")
    assert expected in message(path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "'net.h5' is empty."),
        (b"\x80\x04.", "is no HDF5 file; it looks like a Python pickle"),
        (b"\x89HDF\r\n\x1a\n" + bytes(600), "is not a readable HDF5 file"),
    ],
)
def test_what_is_no_hdf5_file(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "net.h5"
    path.write_bytes(content)
    assert expected in message(path)


def test_an_hdf5_file_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "data.h5"
    with h5py.File(path, "w") as file:
        file["images"] = np.zeros((3, 4))
    assert "it holds neither a model of Keras nor weights" in message(path)


def link_out(group: h5py.Group) -> None:
    group["k"] = h5py.ExternalLink("/etc/hostname", "/k")


def link_softly(group: h5py.Group) -> None:
    group["k"] = h5py.SoftLink("/")


def keep_outside(group: h5py.Group) -> None:
    group.create_dataset("k", (4,), "float32", external=[("/etc/hostname", 0, 16)])


def keep_virtual(group: h5py.Group) -> None:
    layout = h5py.VirtualLayout((4,), "float32")
    layout[:] = h5py.VirtualSource("/etc/hostname", "k", shape=(4,))
    group.create_virtual_dataset("k", layout)


@pytest.mark.parametrize("spoil", [link_out, link_softly, keep_outside, keep_virtual])
def test_nothing_outside_the_file_is_followed(
    tmp_path: Path, spoil: Callable[[h5py.Group], None]
) -> None:
    path = write_model(tmp_path / "net.h5", DENSE, DENSE_WEIGHTS)
    with h5py.File(path, "r+") as file:
        del file["model_weights/d/d/kernel:0"]
        spoil(file["model_weights/d/d"])
        file["model_weights/d"].attrs["weight_names"] = [b"d/k", b"d/bias:0"]
    graph = read(path)
    assert "weights-outside" in codes(graph)
    for weight in graph.weights:
        if weight.name == "k":
            with pytest.raises(KeyError):
                numbers(path, weight.id)


@pytest.mark.parametrize(
    "names", [[b"../../x", b"<b>"], 7, [b"\xff"], [1, 2], b"d", [b"d"] * 5, [b"", b"/"]]
)
def test_lists_of_names_that_are_none(tmp_path: Path, names: Any) -> None:
    path = write_model(tmp_path / "net.h5", DENSE, DENSE_WEIGHTS)
    with h5py.File(path, "r+") as file:
        file["model_weights"].attrs["layer_names"] = names
        file["model_weights/d"].attrs["weight_names"] = names
    assert sorted(shapes(read(path))) == ["net/d/bias", "net/d/kernel"]


def test_groups_that_hold_themselves(tmp_path: Path) -> None:
    path = write_model(tmp_path / "net.h5", DENSE, DENSE_WEIGHTS)
    with h5py.File(path, "r+") as file:
        file["model_weights/d/loop"] = file["model_weights"]
        file["model_weights/again"] = file["model_weights/d"]
    assert len(read(path).weights) == 2


def test_weights_that_are_no_group(tmp_path: Path) -> None:
    path = write_model(tmp_path / "net.h5", DENSE)
    with h5py.File(path, "r+") as file:
        file["model_weights"] = np.zeros(3)
    graph = read(path)
    assert {"weights-missing", "weights-from-config"} <= set(codes(graph))


def test_flipped_bytes_raise_nothing_else(tmp_path: Path) -> None:
    good = write_model(tmp_path / "net.h5", DENSE, DENSE_WEIGHTS).read_bytes()
    chance = random.Random(5)
    path = tmp_path / "flipped.h5"
    for _ in range(150):
        data = bytearray(good)
        for _ in range(chance.choice([1, 4, 30])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        try:
            read(path)
        except GraphscopeError as error:
            assert len(str(error)) < 500
