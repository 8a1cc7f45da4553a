"""Layers that differ in their names alone are of one kind, and all others are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphscope.graph import to_json
from graphscope.readers.keras.archive_file import read
from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.keras.kinds import Kinds, has_plain_name
from graphscope.readers.weights.tree import StoredWeight
from tests.support.archives import functional, input_layer, layer, write_archive


def config(class_name: str = "Dense", *, builtin: bool = True, **settings: Any) -> LayerConfig:
    return LayerConfig("a", class_name, "keras.layers", settings, is_builtin=builtin)


def test_names_do_not_matter() -> None:
    kinds = Kinds()
    one, other = config(name="a", units=4), config(name="b", units=4)
    assert kinds.of(one) is kinds.of(one) is kinds.of(other)
    assert kinds.of(one).name_weights(2) == ["kernel", "bias"]
    assert kinds.of(one).is_trained("kernel", StoredWeight("0", (3, 4), "float32"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (config(units=4), config(units=5)),
        (config(units=1), config(units=1.0)),
        (config(units=1), config(units=True)),
        (config(rate=0.0), config(rate=-0.0)),
        (config(rate=None), config(rate=float("nan"))),
        (config(rate=float("inf")), config(rate=float("nan"))),
        (config(text="\ud800"), config(text="?")),
        (config(seed=2**64), config(seed=2**64 + 1)),
        (config(name=None), config(name=0)),
        (config(name={"class_name": "a"}), config(name={"class_name": "b"})),
        (config(), config("ReLU")),
        (config(), config(builtin=False)),
    ],
)
def test_everything_else_does(one: LayerConfig, other: LayerConfig) -> None:
    kinds = Kinds()
    assert kinds.of(one) is not kinds.of(other)


def test_kinds_tell_what_needs_a_closer_look() -> None:
    kinds = Kinds()
    assert kinds.of(config(units=4)).is_clean
    assert kinds.of(config(units=4)).is_free_of_code
    assert not kinds.of(config(rate=float("nan"))).is_clean
    assert not kinds.of(config(text="ä\ud800")).is_clean
    assert not kinds.of(config(vocabulary="/etc/passwd")).is_free_of_code
    assert not kinds.of(config(text=["a" * 5_000])).is_free_of_code


@pytest.mark.parametrize("name", ["a\ud800", "ä", "a" * 300, 5, None, ["a"]])
def test_names_that_are_not_plain(name: Any) -> None:
    assert has_plain_name({"name": "dense_1/bias"})
    assert has_plain_name({})
    assert not has_plain_name({"name": name})


def test_code_in_one_of_many_layers_is_found(tmp_path: Path) -> None:
    names = [f"dense_{number}" for number in range(6)]
    layers = [input_layer("x", 4)]
    for source, name in zip(["x", *names], names, strict=False):
        settings = {"kernel_initializer": {"class_name": "Zeros", "config": {}}}
        if name == "dense_3":
            initializer = {"class_name": "run", "module": "os", "config": {}}
            settings = {"kernel_initializer": initializer | {"registered_name": None}}
        layers.append(layer("Dense", name, source, units=4, **settings))
    path = write_archive(tmp_path / "a.keras", functional(layers, inputs="x", outputs=names[-1]))
    graph = read(path)
    told = [note.subject for note in graph.notes if "os.run" in note.message]
    assert told == ["layer:model/dense_3"]
    assert '"contains_code":true' in to_json(graph)
