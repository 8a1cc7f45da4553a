"""Weights: matched to layers, named, and never followed out of the file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from graphscope.graph import Graph
from tests.support.archives import functional, input_layer, layer, sequential, weights_file
from tests.unit.readers.conftest import ReadModel

DENSE = {"layers/dense": [(4, 3), (3,)]}


def dense_model(**config: Any) -> dict[str, Any]:
    return sequential(input_layer("x", 4), layer("Dense", "dense", units=3, **config))


def weights(graph: Graph) -> dict[str, tuple[int, ...]]:
    return {weight.id.removeprefix("weight:"): weight.shape for weight in graph.weights}


def codes(graph: Graph) -> list[str]:
    return [note.code for note in graph.notes]


def changed(change: Callable[[h5py.File], None]) -> bytes:
    """Return the weights of one Dense layer after a change to the file."""
    stream = io.BytesIO(weights_file(DENSE))
    with h5py.File(stream, "r+") as file:
        change(file)
    return stream.getvalue()


def test_classes_are_numbered_in_the_order_of_the_layers(read_model: ReadModel) -> None:
    graph = read_model(
        functional(
            [
                input_layer("x", 4),
                layer("Dense", "b", "x", units=3),
                layer("Dense", "a", "b", units=2),
            ],
            inputs="x",
            outputs="a",
        ),
        weights={"layers/dense": [(4, 3), (3,)], "layers/dense_1": [(3, 2), (2,)]},
    )
    assert weights(graph) == {
        "model/b/kernel": (4, 3),
        "model/b/bias": (3,),
        "model/a/kernel": (3, 2),
        "model/a/bias": (2,),
    }


def test_settings_decide_which_weights_there_are(read_model: ReadModel) -> None:
    graph = read_model(
        sequential(
            input_layer("x", 4),
            layer("Dense", "dense", units=4, use_bias=False),
            layer("BatchNormalization", "norm", scale=False),
        ),
        weights={
            "layers/dense": [(4, 4)],
            "layers/batch_normalization": [(4,), (4,), (4,)],
        },
    )
    assert [(weight.name, weight.trainable) for weight in graph.weights] == [
        ("kernel", True),
        ("beta", True),
        ("moving_mean", False),
        ("moving_variance", False),
    ]


def test_wrappers_and_cells(read_model: ReadModel) -> None:
    lstm = layer("LSTM", "lstm", units=2)
    graph = read_model(
        sequential(
            input_layer("x", 5, 3),
            layer("Bidirectional", "both", layer=lstm, merge_mode="concat"),
        ),
        weights={
            f"layers/bidirectional/{side}_layer/cell": [(3, 8), (2, 8), (8,)]
            for side in ("forward", "backward")
        },
    )
    assert [one.id for one in graph.layers] == [
        "layer:model",
        "layer:model/both",
        "layer:model/both/lstm",
        "layer:model/both/lstm/cell",
        "layer:model/both/lstm#2",
        "layer:model/both/lstm/cell#2",
    ]
    assert len(graph.node_by_id["both"].weights) == 6
    assert {weight.name for weight in graph.weights} == {"kernel", "recurrent_kernel", "bias"}


def test_attention_holds_its_projections(read_model: ReadModel) -> None:
    names = ("query", "key", "value", "output")
    graph = read_model(
        functional(
            [
                input_layer("x", 5, 4),
                layer("MultiHeadAttention", "attention", "x", num_heads=2, key_dim=2),
            ],
            inputs="x",
            outputs="attention",
        ),
        weights={
            f"layers/multi_head_attention/{name}_dense": [(4, 2, 2), (2, 2)] for name in names
        },
    )
    children = [one for one in graph.layers if one.parent == "layer:model/attention"]
    assert {one.class_name for one in children} == {"EinsumDense"}
    assert len(graph.node_by_id["attention"].weights) == 8


def test_a_frozen_model_freezes_its_layers(read_model: ReadModel) -> None:
    inner = sequential(input_layer("h", 4), layer("Dense", "dense", units=3), trainable=False)
    graph = read_model(
        sequential(input_layer("x", 4), {**inner, "name": "inner"}),
        weights={"layers/sequential/layers/dense": [(4, 3), (3,)]},
    )
    assert not any(weight.trainable for weight in graph.weights)


def test_unknown_classes_number_their_weights(read_model: ReadModel) -> None:
    graph = read_model(
        sequential(input_layer("x", 4), layer("Custom", "custom", module="mine")),
        weights={
            "layers/custom": [(2,)],
            "layers/custom/blocks/dense": [(4, 4), (4,)],
            "layers/custom/blocks/dense_1": [(4, 4), (4,)],
        },
    )
    assert list(weights(graph)) == [
        "model/custom/variable_0",
        "model/custom/dense/kernel",
        "model/custom/dense/bias",
        "model/custom/dense_1/kernel",
        "model/custom/dense_1/bias",
    ]
    assert "weights-unnamed" in codes(graph)


def test_another_number_of_weights_than_expected_is_not_named(read_model: ReadModel) -> None:
    graph = read_model(dense_model(), weights={"layers/dense": [(4, 3), (3,), (1,)]})
    assert [weight.name for weight in graph.weights] == ["variable_0", "variable_1", "variable_2"]


def test_left_over_groups_are_kept(read_model: ReadModel) -> None:
    graph = read_model(dense_model(), weights={**DENSE, "layers/lost": [(2, 2)]})
    assert "model/layers%2Flost/variable_0" in weights(graph)
    assert "weights-unmatched" in codes(graph)


def test_the_optimizer_is_counted_and_left_out(read_model: ReadModel) -> None:
    graph = read_model(dense_model(), weights={**DENSE, "optimizer": [(1,), (4, 3), (3,)]})
    assert len(graph.weights) == 2
    assert graph.metadata["optimizer_variables"] == 3


def test_compressed_weights_are_read_from_a_copy(read_model: ReadModel) -> None:
    graph = read_model(dense_model(), weights=DENSE, compression=zipfile.ZIP_DEFLATED)
    assert weights(graph) == {"model/dense/kernel": (4, 3), "model/dense/bias": (3,)}


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        (None, "weights-missing"),
        (b"", "weights-unreadable"),
        (b"noise" * 1000, "weights-unreadable"),
        (weights_file(DENSE)[:1500], "weights-unreadable"),
    ],
)
def test_the_graph_opens_without_weights(
    read_model: ReadModel, stored: bytes | None, code: str
) -> None:
    graph = read_model(dense_model(), weights=stored)
    assert code in codes(graph)
    assert len(graph.nodes) == 2


def replace_kernel(make: Callable[[h5py.Group], None]) -> Callable[[h5py.File], None]:
    def change(file: h5py.File) -> None:
        group = file["layers/dense/vars"]
        del group["0"]
        make(group)

    return change


def test_links_out_of_the_file_are_refused(read_model: ReadModel, tmp_path: Path) -> None:
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["k"] = np.ones((5, 7))
    links = (h5py.ExternalLink(str(secret), "/k"), h5py.SoftLink("/layers/dense/vars/1"))
    for link in links:
        stored = changed(replace_kernel(lambda group, link=link: group.__setitem__("0", link)))
        graph = read_model(dense_model(), weights=stored)
        assert "weights-outside" in codes(graph)
        assert (5, 7) not in weights(graph).values()


def test_external_storage_and_virtual_datasets_are_noted(
    read_model: ReadModel, tmp_path: Path
) -> None:
    outside = tmp_path / "raw"
    outside.write_bytes(bytes(48))

    def external(group: h5py.Group) -> None:
        group.create_dataset("0", (4, 3), "float32", external=[(str(outside), 0, 48)])

    def virtual(group: h5py.Group) -> None:
        layout = h5py.VirtualLayout((4, 3), "float32")
        layout[:] = h5py.VirtualSource(str(outside), "k", shape=(4, 3))
        group.create_virtual_dataset("0", layout)

    for make in (external, virtual):
        graph = read_model(dense_model(), weights=changed(replace_kernel(make)))
        assert "weights-outside" in codes(graph)
        assert weights(graph)["model/dense/kernel"] == (4, 3)


def test_groups_that_contain_themselves_end(read_model: ReadModel) -> None:
    def loop(file: h5py.File) -> None:
        file["layers/dense/again"] = file["layers"]

    graph = read_model(dense_model(), weights=changed(loop))
    assert weights(graph) == {"model/dense/kernel": (4, 3), "model/dense/bias": (3,)}


def test_declared_sizes_are_shown_not_allocated(read_model: ReadModel) -> None:
    def bomb(group: h5py.Group) -> None:
        group.create_dataset("0", (1 << 20, 1 << 20), "float32", chunks=(1024, 1024))

    graph = read_model(dense_model(), weights=changed(replace_kernel(bomb)))
    assert weights(graph)["model/dense/kernel"] == (1 << 20, 1 << 20)


def test_bfloat16_is_read_from_the_attribute(read_model: ReadModel) -> None:
    def make(group: h5py.Group) -> None:
        group.create_dataset("0", data=np.zeros((4, 3), "V2"))
        group["0"].attrs["dtype"] = "bfloat16"

    graph = read_model(dense_model(), weights=changed(replace_kernel(make)))
    assert [weight.dtype for weight in graph.weights] == ["bfloat16", "float32"]
