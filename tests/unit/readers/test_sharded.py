"""Weights that Keras saved in several files, and the list of them."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

import graphscope
from graphscope.errors import ReadError
from graphscope.graph import Graph

SHARDS = {
    "net_00000.weights.h5": {"layers/dense/vars/0": (4, 3)},
    "net_00001.weights.h5": {
        "layers/dense/vars/1": (3,),
        "layers/dense_1/vars/0": (3, 2),
        "layers/dense_1/vars/1": (2,),
        "optimizer/vars/0": (),
    },
}


def write(folder: Path, *, name: str = "net.weights.json") -> Path:
    places: dict[str, list[str]] = {}
    for shard, weights in SHARDS.items():
        with h5py.File(folder / shard, "w") as file:
            for place, shape in weights.items():
                file[place] = np.zeros(shape, "float32")
                places.setdefault(f"/{place.rpartition('/')[0]}", []).append(shard)
    path = folder / name
    path.write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": places}))
    return path


def shapes(graph: Graph) -> dict[str, tuple[int, ...]]:
    return {weight.id.removeprefix("weight:net/"): weight.shape for weight in graph.weights}


def test_the_files_are_read_as_one(tmp_path: Path) -> None:
    graph = graphscope.read(write(tmp_path))
    assert shapes(graph) == {
        "layers.dense/kernel": (4, 3),
        "layers.dense/bias": (3,),
        "layers.dense_1/kernel": (3, 2),
        "layers.dense_1/bias": (2,),
    }
    assert [note.code for note in graph.notes] == ["weights-only"]
    assert graph.metadata["format"] == "keras sharded weights"
    assert graph.metadata["optimizer_variables"] == 1


def test_files_that_are_missing_are_named(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "net_00001.weights.h5").unlink()
    graph = graphscope.read(path)
    assert shapes(graph) == {"layers.dense/kernel": (4, 3)}
    assert "'net_00001.weights.h5'" in graph.notes[0].message
    (tmp_path / "net_00000.weights.h5").unlink()
    with pytest.raises(ReadError, match=r"of which none lies beside it: 'net_00000\.weights"):
        graphscope.read(path)


def test_only_files_of_the_same_name_are_opened(tmp_path: Path) -> None:
    path = write(tmp_path, name="other.weights.json")
    with pytest.raises(ReadError, match="none lies beside it"):
        graphscope.read(path)
    document = {"metadata": {}, "weight_map": {"/layers/dense/vars": "../net_00000.weights.h5"}}
    path.write_text(json.dumps(document))
    with pytest.raises(ReadError, match="none lies beside it"):
        graphscope.read(path)


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    path = write(folder)
    shard = folder / "net_00001.weights.h5"
    shard.rename(tmp_path / "elsewhere")
    shard.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ReadError, match="a link that leads out of the folder"):
        graphscope.read(path)
