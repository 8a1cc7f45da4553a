"""What is no Keras archive, or a broken one: one clear sentence and a remedy."""

from __future__ import annotations

import gc
import json
import os
import pickle
import random
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphscope.errors import ReadError
from graphscope.readers.files.archive import MAX_TEXT_BYTES
from graphscope.readers.keras.archive_file import read
from tests.support.archives import (
    call,
    functional,
    input_layer,
    layer,
    sequential,
    tensor,
    write_archive,
)
from tests.unit.readers.conftest import ReadModel

GOOD = sequential(input_layer("x", 4), layer("Dense", "dense", units=3))
WEIGHTS = {"layers/dense": [(4, 3), (3,)]}


def message(path: Path) -> str:
    with pytest.raises(ReadError) as caught:
        read(path)
    assert len(str(caught.value)) < 500
    return str(caught.value)


def test_the_collector_runs_again_after_an_error(tmp_path: Path) -> None:
    message(write_archive(tmp_path / "model.keras", "{}"))
    assert gc.isenabled()


def test_there_is_no_such_file(tmp_path: Path) -> None:
    assert "There is no file" in message(tmp_path / "missing.keras")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is empty"),
        (b"\x89HDF\r\n\x1a\n" + bytes(600), "looks like an HDF5 file"),
        (pickle.dumps([1]), "looks like a Python pickle"),
        (b"GGUF\x03\x00\x00\x00", "looks like a GGUF file"),
        (b"import keras\n", "looks like a Python program"),
        (b"hello there\n", "looks like a text file"),
        (b'{"a": 1}', "looks like a JSON text"),
        (b"<!DOCTYPE html><html>", "looks like an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "`git lfs pull`"),
        (bytes(1000), "looks like a file of zeros"),
        (b"PK\x03\x04" + bytes(100), "looks like the beginning of a zip file"),
        (os.urandom(64).replace(b"\x00", b"\xff") + b"\xff\xfe" * 300, "binary data"),
    ],
)
def test_the_message_says_what_the_file_seems_to_be(
    tmp_path: Path, content: bytes, expected: str
) -> None:
    path = tmp_path / "model.keras"
    path.write_bytes(content)
    assert expected in message(path)


def test_folders_pipes_sockets_and_devices_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.keras")
    (tmp_path / "zero.keras").symlink_to("/dev/zero")
    (tmp_path / "loop.keras").symlink_to(tmp_path / "loop.keras")
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(tmp_path)
        server.bind("socket.keras")
        assert "is a folder" in message(tmp_path)
        assert "is a named pipe" in message(tmp_path / "pipe.keras")
        assert "is a device" in message(tmp_path / "zero.keras")
        assert "cannot be opened" in message(tmp_path / "loop.keras")
        assert "is a socket" in message(tmp_path / "socket.keras")


@pytest.mark.parametrize("part", [0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut(tmp_path: Path, part: float) -> None:
    path = write_archive(tmp_path / "model.keras", GOOD, weights=WEIGHTS)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part) or 1])
    assert "model.keras" in message(path)


def test_a_damaged_config(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "model.keras", GOOD)
    path.write_bytes(path.read_bytes().replace(b'"units": 3', b'"units": 4', 1))
    assert "config.json in 'model.keras' is damaged (Bad CRC-32" in message(path)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, "There is no config.json in 'model.keras'"),
        ("", "is not JSON (Expecting value"),
        ("[]", "holds a list instead of an object"),
        ("42", "holds a number instead of an object"),
        ("{}", "describes no Keras model"),
        ('{"class_name": 7, "config": {}}', "describes no Keras model"),
        (b"\xff\xfa", "is not UTF-8 text"),
        ('{"class_name": "Sequential"}'.encode("utf-16"), "is UTF-16 or UTF-32 text. Save it as"),
        ('{"a": ' * 300 + "1" + "}" * 300, "nested more than 200 levels"),
        ("[" * 100_000, "nested more than 200 levels"),
        ('{"a": ' + "9" * 5000 + "}", "is not JSON (a number in it has thousands of digits"),
    ],
)
def test_a_config_that_is_none(tmp_path: Path, document: Any, expected: str) -> None:
    assert expected in message(write_archive(tmp_path / "model.keras", document))


def test_a_config_beyond_the_limit_is_not_unpacked(tmp_path: Path) -> None:
    document = json.dumps(GOOD) + " " * MAX_TEXT_BYTES
    path = write_archive(tmp_path / "model.keras", document, compression=zipfile.ZIP_DEFLATED)
    assert "is larger than 64 MiB" in message(path)


def test_too_many_entries(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for index in range(10_001):
            archive.writestr(str(index), b"")
    assert "lists 10,001 entries; at most 10,000 are read" in message(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_configs(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(GOOD))
        archive.writestr("config.json", json.dumps(GOOD))
    assert "holds two entries named 'config.json'" in message(path)


def dense(name: str, source: Any, **config: Any) -> dict[str, Any]:
    return layer("Dense", name, source, **{"units": 4, **config})


X = input_layer("x", 4)


@pytest.mark.parametrize(
    ("layers", "outputs", "expected"),
    [
        ([X, dense("a", "b"), dense("b", "a")], "a", "form a cycle: 'a' → 'b' → 'a'."),
        ([X, dense("a", "a")], "a", "A layer of model 'model' forms a cycle: 'a' → 'a'."),
        ([X, dense("a", "ghost")], "a", "takes a tensor of layer 'ghost', which the model"),
        ([X, dense("a", ("x", 9))], "a", "call 9 of layer 'x', which has only call 0"),
        ([X, dense("a", ("x", 0, 9))], "a", "takes output 9 of layer 'x', which has only output 0"),
        ([X, dense("a", "x"), dense("b", ("a", 0, 1))], "b", "output 1 of layer 'a' (Dense)"),
        ([X, dense("a", "x")], "ghost", "names an output of layer 'ghost'"),
        ([X, dense("a", "x"), dense("a", "x")], "a", "has two layers named 'a'"),
        ([X, {**dense("a", "x"), "inbound_nodes": "x"}], "a", "inbound_nodes hold 'x'"),
        ([X, {**dense("a", "x"), "inbound_nodes": [1]}], "a", "inbound_nodes hold 1"),
        ([X, {**dense("a", "x"), "class_name": 7}], "a", "Layer 'a' has the class 7"),
        ([X, {**dense("a", "x"), "name": 7}], "a", "inbound_nodes"),
        ([X, 7], "x", "lists 7 among its layers"),
        ([input_layer("x", -4), dense("a", "x")], "a", "has batch_shape = [None, -4]"),
    ],
)
def test_broken_graphs_are_explained(
    tmp_path: Path, layers: list[Any], outputs: str, expected: str
) -> None:
    path = write_archive(tmp_path / "model.keras", functional(layers, inputs="x", outputs=outputs))
    if layers[1:] and isinstance(layers[1], dict) and layers[1].get("name") == 7:
        read(path)  # the config still names the layer
        return
    assert expected in message(path)


def test_a_long_cycle_is_shown_in_part(tmp_path: Path) -> None:
    ring = [dense(f"layer_{index}", f"layer_{(index + 1) % 500}") for index in range(500)]
    path = write_archive(
        tmp_path / "model.keras", functional([X, *ring], inputs="x", outputs="layer_0")
    )
    assert "500 layers of model 'model' form a cycle: " in message(path)


@pytest.mark.parametrize("units", ["abc", -5, 0, 2.5, [1, 2], None, float("nan"), float("inf")])
def test_impossible_settings(tmp_path: Path, units: Any) -> None:
    path = write_archive(
        tmp_path / "model.keras", sequential(X, layer("Dense", "dense", units=units))
    )
    assert "Layer 'dense' (Dense) has units = " in message(path)


def test_models_of_too_many_layers(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "model.keras", sequential(*[X] * 125_001))
    assert "lists 125,001 layers; at most 125,000 are read" in message(path)


def test_models_that_multiply(tmp_path: Path) -> None:
    # Ten levels, each of which calls the level below ten times: ten thousand million calls.
    model: dict[str, Any] = dense("inner", "x")
    for level in range(10):
        calls = [call(tensor("x")) for _ in range(10)]
        body = {**model, "name": f"level_{level}", "inbound_nodes": calls}
        model = functional([X, body], inputs="x", outputs=(f"level_{level}", 9))
        model["config"]["name"] = f"level_{level + 1}"
    path = write_archive(tmp_path / "model.keras", model)
    assert "unfolds to more than 250,000 calls" in message(path)


def mutate(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 20)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def test_random_damage_gives_a_graph_or_a_clear_error(tmp_path: Path) -> None:
    rng = random.Random(0)
    path = write_archive(tmp_path / "model.keras", GOOD, weights=WEIGHTS)
    data = path.read_bytes()
    for _ in range(150):
        path.write_bytes(mutate(data, rng))
        _read_or_refuse(path)


def _read_or_refuse(path: Path) -> None:
    try:
        read(path)
    except ReadError as error:
        assert str(error)


VALUES: list[Any] = [
    None, True, -1, 0, 3, 10**30, 1.5, "x", "", [], [1], [None], [[1, 2], [3, 4]], {}, {"a": []},
    {"class_name": "Dense", "config": {"units": 3}, "module": "keras.layers"},
]  # fmt: skip


def test_random_settings_give_a_graph_or_a_clear_error(
    tmp_path: Path, read_model: ReadModel
) -> None:
    from graphscope.readers.shapes import LAYER_RULES

    rng = random.Random(1)
    keys = (  # noqa: SIM905 - a paragraph of names reads better than a column
        "units filters kernel_size strides padding dilation_rate data_format pool_size axis axes "
        "target_shape dims n size cropping layer cell cells layers merge_mode equation output_dim "
        "output_shape num_tokens output_mode height width keepdims return_state dtype"
    ).split()
    for name in sorted(LAYER_RULES):
        for _ in range(4):
            config = {key: rng.choice(VALUES) for key in rng.sample(keys, 6)}
            shape = rng.choice([[4], [4, 3], [4, 4, 3], [None, None, None, 2], []])
            made = layer(name, "made", call(["x", "x"]), **config)
            document = functional([input_layer("x", *shape), made], inputs="x", outputs="made")
            _read_or_refuse(write_archive(tmp_path / "model.keras", document))


def test_random_configs_give_a_graph_or_a_clear_error(tmp_path: Path) -> None:
    rng = random.Random(2)
    good = functional(
        [X, layer("LSTM", "a", call(tensor("x", (None, 4)), mask=None), units=2), dense("b", "a")],
        inputs={"x": "x"},
        outputs=["b"],
    )
    for _ in range(200):
        document = json.loads(json.dumps(good))
        _change_somewhere(document, rng)
        _read_or_refuse(write_archive(tmp_path / "model.keras", document))


def _change_somewhere(document: Any, rng: random.Random) -> None:
    places: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        value = waiting.pop()
        keys: Any = value.keys() if isinstance(value, dict) else range(len(value))
        for key in list(keys):
            places.append((value, key))
            if isinstance(value[key], (dict, list)):
                waiting.append(value[key])
    parent, key = rng.choice(places)
    change: Callable[[], Any] = rng.choice([lambda: rng.choice(VALUES), lambda: document])
    changed = change()
    parent[key] = json.loads(json.dumps(changed)) if changed is not document else rng.choice(VALUES)
