"""A config with the weights beside it, in one file or in several."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import graphscope
from graphscope.graph import Graph
from graphscope.readers import json_file
from tests.support.archives import METADATA, functional, input_layer, layer, weights_file

MODEL = functional(
    [input_layer("x", 4), layer("Dense", "d", "x", units=3)], inputs="x", outputs="d"
)
WEIGHTS = {"layers/dense": [(4, 3), (3,)], "optimizer": [()]}


def write(folder: Path, **files: bytes) -> Path:
    path = folder / "config.json"
    path.write_text(json.dumps(MODEL))
    (folder / "metadata.json").write_text(json.dumps(METADATA))
    for name, data in files.items():
        (folder / name.replace("__", ".")).write_bytes(data)
    return path


def codes(graph: Graph) -> list[str]:
    return [note.code for note in graph.notes]


def test_weights_beside_a_config_are_read(tmp_path: Path) -> None:
    graph = graphscope.read(write(tmp_path, model__weights__h5=weights_file(WEIGHTS)))
    assert [(weight.name, weight.shape) for weight in graph.weights] == [
        ("kernel", (4, 3)),
        ("bias", (3,)),
    ]
    assert not graph.notes
    assert graph.metadata == {
        "format": "unpacked keras archive",
        "producer": "keras 3.15.1",
        "keras_version": "3.15.1",
        "date_saved": METADATA["date_saved"],
        "optimizer_variables": 1,
    }


def test_weights_in_several_files_beside_a_config(tmp_path: Path) -> None:
    index = {"metadata": {}, "weight_map": {"/layers/dense/vars": ["model_00000.weights.h5"]}}
    path = write(
        tmp_path,
        model__weights__json=json.dumps(index).encode(),
        model_00000__weights__h5=weights_file(WEIGHTS),
    )
    graph = graphscope.read(path)
    assert [weight.name for weight in graph.weights] == ["kernel", "bias"]
    assert not graph.notes


def test_a_config_alone_is_as_before(tmp_path: Path) -> None:
    assert codes(graphscope.read(write(tmp_path))) == ["weights-missing", "weights-from-config"]


def test_a_config_of_another_name_has_nothing_beside_it(tmp_path: Path) -> None:
    path = write(tmp_path, model__weights__h5=weights_file(WEIGHTS))
    other = path.rename(tmp_path / "net.json")
    assert "weights-missing" in codes(graphscope.read(other))


def test_damaged_weights_leave_the_model(tmp_path: Path) -> None:
    path = write(tmp_path, model__weights__h5=b"no HDF5")
    (tmp_path / "metadata.json").write_text("{")
    graph = graphscope.read(path)
    assert codes(graph)[:2] == ["metadata-unreadable", "weights-unreadable"]
    assert [node.id for node in graph.nodes] == ["x", "d"]


def test_the_recipe_has_the_weights(tmp_path: Path) -> None:
    path = write(tmp_path, model__weights__h5=weights_file(WEIGHTS))
    recipe = json_file.recipe(path)
    assert recipe is not None
    assert list((recipe["weights"] or {}).values()) == [[4, 3], [3]]


@pytest.mark.parametrize("name", ["model.weights.h5", "metadata.json"])
def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path, name: str) -> None:
    folder, elsewhere = tmp_path / "model", tmp_path / "elsewhere"
    folder.mkdir()
    path = write(folder, model__weights__h5=weights_file(WEIGHTS))
    (folder / name).rename(elsewhere)
    (folder / name).symlink_to(elsewhere)
    assert elsewhere not in {each.resolve() for each in json_file.companions(path)}
    (note,) = (each for each in graphscope.read(path).notes if each.code.endswith("unreadable"))
    assert "is a link that leads out of the folder" in note.message


def test_links_of_a_cache_lead_to_one_folder(tmp_path: Path) -> None:
    blobs, folder = tmp_path / "blobs", tmp_path / "snapshot"
    blobs.mkdir()
    folder.mkdir()
    write(blobs, model__weights__h5=weights_file(WEIGHTS))
    for file in blobs.iterdir():
        (folder / file.name).symlink_to(f"../blobs/{file.name}")
    graph = graphscope.read(folder / "config.json")
    assert [weight.name for weight in graph.weights] == ["kernel", "bias"]
    assert not graph.notes
