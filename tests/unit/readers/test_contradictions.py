"""Files that were edited by hand: what no longer fits is told at the layer, with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphscope.errors import ReadError
from graphscope.graph import Graph
from graphscope.readers.keras.archive_file import read
from tests.support.archives import Document, functional, input_layer, layer, write_archive


def image(*layers: Document, tmp_path: Path) -> Graph:
    last = layers[-1]["name"]
    document = functional([input_layer("x", 8, 8, 4), *layers], inputs="x", outputs=last)
    return read(write_archive(tmp_path / "net.keras", document))


def conv(name: str, *sources: Any, **settings: Any) -> Document:
    return layer("Conv2D", name, *sources, **{"filters": 4, "kernel_size": 1, **settings})


def referring(source: str, *shape: int | None) -> Document:
    """Return an argument that says which shape its tensor has."""
    history = [source, 0, 0]
    config = {"shape": list(shape), "dtype": "float32", "keras_history": history}
    return {"class_name": "__keras_tensor__", "config": config}


def relu(name: str, source: str, *shape: int | None) -> Document:
    made = layer("ReLU", name, source)
    made["inbound_nodes"] = [{"args": [referring(source, *shape)], "kwargs": {}}]
    return made


def notes(graph: Graph, code: str) -> dict[str | None, str]:
    return {note.subject: note.message for note in graph.notes if note.code == code}


@pytest.mark.parametrize(
    ("shape", "told"), [((None, 8, 8, 4), "B×8×8×4"), ((None, 3072), "B×3072")]
)
def test_a_shape_of_the_file_that_the_settings_do_not_lead_to(
    shape: tuple[int | None, ...], told: str, tmp_path: Path
) -> None:
    graph = image(conv("a", "x", strides=2), relu("b", "a", *shape), tmp_path=tmp_path)
    assert notes(graph, "shape-differs") == {
        "a": "The shape of layer 'a' (Conv2D) is in doubt: its settings and inputs lead to "
        f"B×4×4×4, and the file says {told}. Keras goes by settings and inputs when it loads "
        "the file."
    }


@pytest.mark.parametrize("shape", [(None, 4, 4, 4), (None, None, 4, 4), (2, 4, 4, 4)])
def test_shapes_that_agree(shape: tuple[int | None, ...], tmp_path: Path) -> None:
    graph = image(conv("a", "x", strides=2), relu("b", "a", *shape), tmp_path=tmp_path)
    assert notes(graph, "shape-differs") == {}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"padding": "zzz"}, "has padding = 'zzz', but 'valid' or 'same' must stand there."),
        ({"padding": None}, "has padding = None, but 'valid' or 'same' must stand there."),
        ({"padding": "causal"}, "has padding = 'causal', but 'valid' or 'same' must stand there."),
        ({"data_format": "channel_last"}, "but 'channels_last' or 'channels_first' must stand"),
        ({"data_format": [1]}, "has data_format = [1], but 'channels_last' or 'channels_first'"),
        ({"groups": 0}, "has groups = 0, but a whole number above zero must stand there."),
        ({"filters": 2**63}, "but a number of at most 9,223,372,036,854,775,807 must stand there"),
    ],
)
def test_settings_that_keras_refuses(
    settings: dict[str, Any], expected: str, tmp_path: Path
) -> None:
    with pytest.raises(ReadError) as caught:
        image(conv("a", "x", **settings), tmp_path=tmp_path)
    assert expected in caught.value.message
    assert caught.value.message.startswith("Layer 'a' (Conv2D) has ")


def test_a_setting_that_is_missing_is_called_so(tmp_path: Path) -> None:
    made = layer("Conv2D", "a", "x", kernel_size=1)
    with pytest.raises(ReadError, match="has no filters: a whole number above zero must stand"):
        image(made, tmp_path=tmp_path)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (conv("a", "x", groups=3), "4 filters cannot be split into 3 groups"),
        (conv("a", "x", filters=6, groups=3), "4 channels cannot be split into 3 groups"),
        (layer("BatchNormalization", "a", "x", axis=9), "a tensor of rank 4 has no axis 9"),
        (layer("BatchNormalization", "a", "x", axis=[-5]), "a tensor of rank 4 has no axis -5"),
        (layer("Reshape", "a", "x", target_shape=[-1, -1]), "only one size of a shape may be -1"),
    ],
)
def test_layers_that_cannot_take_their_inputs(
    made: Document, expected: str, tmp_path: Path
) -> None:
    (told,) = notes(image(made, tmp_path=tmp_path), "shape-mismatch").values()
    assert f"cannot take its inputs: {expected}." in told


@pytest.mark.parametrize(
    "made",
    [
        conv("a", "x", padding="SAME", data_format="Channels_Last", groups=2),
        layer("BatchNormalization", "a", "x", axis=[3]),
        layer("LayerNormalization", "a", "x", axis=[-2, -1]),
        layer("Normalization", "a", "x", axis=None),
    ],
)
def test_what_keras_takes_is_taken(made: Document, tmp_path: Path) -> None:
    graph = image(made, tmp_path=tmp_path)
    assert graph.nodes[-1].outputs[0].shape == ("B", 8, 8, 4)
    assert notes(graph, "shape-mismatch") == {}


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (layer("TimeDistributed", "a", "x"), "has no layer: a layer must stand there."),
        (layer("TimeDistributed", "a", "x", layer="Dense"), "has layer = 'Dense', but a layer"),
        (layer("Bidirectional", "a", "x", layer=None), "has layer = None, but a layer must stand"),
        (layer("SpectralNormalization", "a", "x", layer={}), "has layer = {}, but a layer must"),
        (
            layer(
                "Bidirectional",
                "a",
                "x",
                layer={"class_name": "Dense", "config": {"units": 2}, "module": "keras.layers"},
                merge_mode="average",
            ),
            "has merge_mode = 'average', but 'concat', 'sum', 'mul' or 'ave' must stand there.",
        ),
        (
            layer("MultiHeadAttention", "a", "x", num_heads=0, key_dim=2),
            "has num_heads = 0, but a whole number above zero must stand there.",
        ),
    ],
)
def test_layers_that_lack_what_they_are_made_of(
    made: Document, expected: str, tmp_path: Path
) -> None:
    with pytest.raises(ReadError) as caught:
        image(made, tmp_path=tmp_path)
    assert expected in caught.value.message


@pytest.mark.parametrize("activation", ["relu6x", "", 7, {"a": 1}])
def test_an_activation_that_keras_does_not_have(activation: Any, tmp_path: Path) -> None:
    made = conv("a", "x", activation=activation)
    (told,) = notes(image(made, tmp_path=tmp_path), "activation-unknown").values()
    assert told.startswith(f"Layer 'a' (Conv2D) has activation = {activation!r}, which Keras does")


@pytest.mark.parametrize("activation", ["relu", "hard_sigmoid", "swish", None])
def test_activations_of_keras(activation: Any, tmp_path: Path) -> None:
    graph = image(conv("a", "x", activation=activation), tmp_path=tmp_path)
    assert notes(graph, "activation-unknown") == {}


def test_a_convolution_over_time_may_be_causal(tmp_path: Path) -> None:
    made = layer("Conv1D", "a", "x", filters=2, kernel_size=3, padding="causal")
    document = functional([input_layer("x", 8, 4), made], inputs="x", outputs="a")
    graph = read(write_archive(tmp_path / "net.keras", document))
    assert graph.nodes[-1].outputs[0].shape == ("B", 8, 2)


@pytest.mark.parametrize("nodes", [[{}], [{"args": ["x"], "kwargs": {}}], [{"args": [5]}]])
def test_a_layer_that_is_called_without_a_tensor(nodes: Any, tmp_path: Path) -> None:
    graph = image({**conv("a"), "inbound_nodes": nodes}, tmp_path=tmp_path)
    assert notes(graph, "shape-mismatch") == {
        "a": "Layer 'a' (Conv2D) cannot take its inputs: it is called without a tensor."
    }
