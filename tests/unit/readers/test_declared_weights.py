"""Weights worked out from a config, what is not known of them, and those that do not fit it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graphscope.analysis import count_parameters, take_inventory
from graphscope.cli.facts import list_facts
from graphscope.graph import Graph, from_json, to_json
from graphscope.readers import json_file
from tests.support.archives import Document, functional, input_layer, layer, sequential
from tests.unit.readers.conftest import ReadModel


def read_config(document: Document, folder: Path) -> Graph:
    path = folder / "model.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return json_file.read(path)


def chain(*layers: Document, size: Any = 4) -> Document:
    sizes = size if isinstance(size, tuple) else (size,)
    return functional([input_layer("x", *sizes), *layers], inputs="x", outputs=layers[-1]["name"])


def shapes(graph: Graph) -> dict[str, tuple[int, ...]]:
    return {each.id.removeprefix("weight:model/"): each.shape for each in graph.weights}


def notes(graph: Graph, code: str) -> list[str]:
    return [note.message for note in graph.notes if note.code == code]


def parameters(graph: Graph) -> str:
    return dict(list_facts(take_inventory(graph)))["Parameters"]


DENSE = layer("Dense", "d", "x", units=3)
MINE = {"class_name": "Mine", "module": "my.own", "config": {}}
CUSTOM = layer("Mine", "mine", "d", module="my.own", units=3)


def test_weights_follow_from_settings_and_inputs(tmp_path: Path) -> None:
    graph = read_config(chain(DENSE, layer("Dense", "e", "d", units=2, use_bias=False)), tmp_path)
    assert shapes(graph) == {"d/kernel": (4, 3), "d/bias": (3,), "e/kernel": (3, 2)}
    assert graph.node_by_id["d"].weights == ("weight:model/d/kernel", "weight:model/d/bias")
    assert parameters(graph) == "21, all trainable"
    assert notes(graph, "weights-from-config")


def test_no_size_is_too_large(tmp_path: Path) -> None:
    graph = read_config(chain(layer("Dense", "d", "x", units=10**8), size=10**7), tmp_path)
    assert count_parameters(graph).total == 10**15 + 10**8
    huge = read_config(chain(layer("Dense", "d", "x", units=10**18), size=10**18), tmp_path)
    assert from_json(to_json(huge)).weights == huge.weights
    assert parameters(huge).startswith(f"{10**36 + 10**18:,}")


def test_an_archive_without_weights_is_as_good_as_a_config(read_model: ReadModel) -> None:
    assert shapes(read_model(chain(DENSE), weights=None)) == {"d/kernel": (4, 3), "d/bias": (3,)}


def test_a_sequence_without_shapes_in_the_file(tmp_path: Path) -> None:
    inner = layer("Conv1D", "conv", filters=2, kernel_size=[3])
    entry = {key: inner[key] for key in ("module", "class_name", "config", "registered_name")}
    wrapped = layer("TimeDistributed", "each", "x", layer=entry)
    graph = read_config(chain(wrapped, size=(5, 8, 6)), tmp_path)
    assert shapes(graph) == {"each/conv/kernel": (3, 6, 2), "each/conv/bias": (2,)}


def test_what_nobody_knows_is_not_zero(tmp_path: Path) -> None:
    graph = read_config(chain(DENSE, CUSTOM), tmp_path)
    assert [each.name for each in graph.layers if each.has_unknown_weights] == ["mine"]
    assert parameters(graph) == "at least 15, all trainable"
    assert "'mine' (Mine)" in notes(graph, "weights-unknown")[0]
    assert count_parameters(from_json(to_json(graph))).unknown_layers == 1
    alone = read_config(chain({**CUSTOM, "inbound_nodes": DENSE["inbound_nodes"]}), tmp_path)
    assert parameters(alone) == "unknown"


@pytest.mark.parametrize(
    ("made", "size"),
    [
        (layer("Dense", "d", "x", units=3), None),
        (layer("Conv2D", "d", "x", filters=3, kernel_size=3), (8, 8, None)),
        (layer("TimeDistributed", "d", "x", layer=MINE), (5, 4)),
        (layer("RNN", "d", "x", cell={"class_name": "Mine", "config": {}}), (5, 4)),
        (layer("StackedRNNCells", "d", "x", cells=[7, {"class_name": 3}]), 4),
        (layer("EinsumDense", "d", "x", equation="ab,bc->ac", output_shape=None), 4),
        (layer("EinsumDense", "d", "x", equation="?", output_shape=3), 4),
        (layer("BatchNormalization", "d", "x", axis=[]), 4),
        (layer("BatchNormalization", "d", "x", axis=9), 4),
        (layer("SpectralNormalization", "d", "x", layer=MINE), 4),
        (layer("Dense", "d", "x", units=3, dtype={"config": {"mode": "int4"}}), 4),
        (layer("Pipeline", "d", "x", layers=[3, {"class_name": "Dense"}]), 4),
        (layer("Bidirectional", "d", "x", layer=MINE), (5, 4)),
        (layer("TFSMLayer", "d", "x"), 4),
        (layer("LSTM", "d", "x", units=2**62), (5, 4)),
        (layer("Normalization", "d", "x", axis=[5]), 4),
    ],
)
def test_settings_that_do_not_tell(made: Document, size: Any, tmp_path: Path) -> None:
    graph = read_config(chain(made, size=size), tmp_path)
    assert any(each.has_unknown_weights for each in graph.layers)
    assert parameters(graph) == "unknown"


def test_a_layer_whose_group_is_missing_is_not_without_weights(read_model: ReadModel) -> None:
    document = chain(DENSE, layer("Dense", "e", "d", units=2))
    graph = read_model(document, weights={"layers/dense": [(4, 3), (3,)]})
    assert parameters(graph) == "at least 15, all trainable"


def test_a_copy_of_a_layer_owns_nothing_more(tmp_path: Path) -> None:
    first = {**layer("Dense", "shared", "a", units=4), "shared_object_id": 7}
    again = {**layer("Dense", "shared", ("inner", 0), units=4), "shared_object_id": 7}
    inner = functional(
        [input_layer("a", 4), first], inputs="a", outputs="shared", name="inner", calls=["x"]
    )
    document = functional([input_layer("x", 4), inner, again], inputs="x", outputs="shared")
    graph = read_config(document, tmp_path)
    assert shapes(graph) == {"inner/shared/kernel": (4, 4), "inner/shared/bias": (4,)}
    assert {node.weights for node in graph.nodes if node.name == "shared"} == {
        ("weight:model/inner/shared/kernel", "weight:model/inner/shared/bias")
    }


def test_weights_that_do_not_fit_are_noted(read_model: ReadModel) -> None:
    graph = read_model(chain(DENSE), weights={"layers/dense": [(4, 2), (2,)]})
    (note,) = [note for note in graph.notes if note.code == "weights-misfit"]
    assert note.subject == "layer:model/d"
    assert note.message == (
        "The weights in the file do not fit layer 'd' (Dense): kernel is 4×2 and would have to be "
        "4×3; bias is 2 and would have to be 3."
    )


def test_an_edited_layer_before_is_found_where_it_does_harm(read_model: ReadModel) -> None:
    second = {**layer("Dense", "e", "d", units=2), "build_config": {"input_shape": [None, 7]}}
    weights = {"layers/dense": [(4, 3), (3,)], "layers/dense_1": [(7, 2), (2,)]}
    (text,) = notes(read_model(chain(DENSE, second), weights=weights), "weights-misfit")
    assert "'e'" in text
    assert "kernel is 7×2 and would have to be 3×2" in text


def test_a_layer_like_one_that_fits_is_looked_at_all_the_same(read_model: ReadModel) -> None:
    first, second = (layer("Dense", name, before, units=4) for name, before in ("dx", "ed"))
    for kernel in ((5, 4), (4, 5)):
        weights = {"layers/dense": [(4, 4), (4,)], "layers/dense_1": [kernel, (4,)]}
        (text,) = notes(read_model(chain(first, second), weights=weights), "weights-misfit")
        assert "layer 'e'" in text


def test_missing_and_additional_weights_are_told(read_model: ReadModel) -> None:
    for stored, told in (([(4, 3)], "bias, 3, is missing"), ([(4, 3), (3,), (9,)], "not among")):
        graph = read_model(chain(DENSE), weights={"layers/dense": stored})
        (text,) = notes(graph, "weights-misfit")
        assert told in text


def test_weights_of_layers_with_two_biases_fit(read_model: ReadModel) -> None:
    recurrent = layer("LSTM", "r", "x", units=2)
    weights = {"layers/lstm/cell": [(4, 8), (2, 8), (16,)]}
    graph = read_model(chain(recurrent, size=(5, 4)), weights=weights)
    assert not notes(graph, "weights-misfit")


def test_many_misfits_are_counted(read_model: ReadModel) -> None:
    names = [f"d{index}" for index in range(30)]
    made = [
        layer("Dense", name, before, units=4)
        for name, before in zip(names, ["x", *names], strict=False)
    ]
    weights = {
        f"layers/dense{f'_{index}' if index else ''}": [(4, 5), (5,)] for index in range(len(made))
    }
    found = notes(read_model(chain(*made), weights=weights), "weights-misfit")
    assert len(found) == 21
    assert "10 more" in found[-1]


def test_a_sequential_model_without_an_input_has_unknown_weights(tmp_path: Path) -> None:
    graph = read_config(sequential(layer("Dense", "d", units=3)), tmp_path)
    assert parameters(graph) == "unknown"
