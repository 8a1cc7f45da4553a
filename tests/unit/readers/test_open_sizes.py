"""Open sizes of a file's inputs have names, and layers say what becomes of them."""

from __future__ import annotations

from typing import Any

from graphscope.graph import Graph
from tests.support.archives import functional, input_layer, layer, operation
from tests.unit.readers.conftest import ReadModel


def _shapes(graph: Graph) -> dict[str, str]:
    return {node.id: str(node.outputs[0]).removesuffix(" float32") for node in graph.nodes}


def _pool(name: str, source: str) -> dict[str, Any]:
    return layer("MaxPooling2D", name, source, pool_size=[2, 2], padding="valid")


def test_half_an_open_height(read_model: ReadModel) -> None:
    windows = {"filters": 4, "kernel_size": [3, 3], "strides": [2, 2]}
    layers = [
        input_layer("x", None, None, 3),
        layer("Conv2D", "same", "x", padding="same", **windows),
        layer("Conv2D", "valid", "same", padding="valid", **windows),
        layer("Conv2DTranspose", "up", "valid", padding="valid", **windows),
        layer("ZeroPadding2D", "pad", "up", padding=[[1, 2], [0, 0]]),
    ]
    assert _shapes(read_model(functional(layers, inputs="x", outputs="pad"))) == {
        "x": "B×H×W×3",
        "same": "B×⌈H/2⌉×⌈W/2⌉×4",
        "valid": "B×(⌈H/4⌉-1)×(⌈W/4⌉-1)×4",
        "up": "B×(2⌈H/4⌉-1)×(2⌈W/4⌉-1)×4",
        "pad": "B×(2⌈H/4⌉+2)×(2⌈W/4⌉-1)×4",
    }


def test_a_network_that_joins_what_it_halved_wants_multiples(read_model: ReadModel) -> None:
    layers = [
        input_layer("x", None, None, 8),
        _pool("half", "x"),
        _pool("quarter", "half"),
        layer("UpSampling2D", "up", "quarter", size=[2, 2]),
        layer("Concatenate", "joined", ["up", "half"], axis=-1),
    ]
    graph = read_model(functional(layers, inputs="x", outputs="joined"))
    assert _shapes(graph) == {
        "x": "B×H×W×8",
        "half": "B×H/2×W/2×8",
        "quarter": "B×H/4×W/4×8",
        "up": "B×H/2×W/2×8",
        "joined": "B×H/2×W/2×16",
    }
    (note,) = [note for note in graph.notes if note.code == "sizes-are-multiples"]
    assert "where H is a multiple of 4, W is a multiple of 4." in note.message


def test_inputs_differ_where_the_layers_let_them(read_model: ReadModel) -> None:
    layers = [
        input_layer("a", None, 4),
        input_layer("b", None, 4),
        layer("Concatenate", "joined", ["a", "b"], axis=1),
        layer("Flatten", "flat", "joined"),
    ]
    graph = read_model(functional(layers, inputs=["a", "b"], outputs="flat"))
    assert _shapes(graph) == {
        "a": "B×T×4",
        "b": "B×T2×4",
        "joined": "B×(T+T2)×4",
        "flat": "B×(4T+4T2)",
    }


def test_inputs_are_alike_where_the_layers_demand_it(read_model: ReadModel) -> None:
    layers = [
        input_layer("a", None, 4),
        input_layer("b", None, 4),
        layer("Add", "sum", ["a", "b"]),
    ]
    graph = read_model(functional(layers, inputs=["a", "b"], outputs="sum"))
    assert set(_shapes(graph).values()) == {"B×T×4"}


def test_sizes_that_never_fit_stay_open_and_it_is_said(read_model: ReadModel) -> None:
    layers = [
        input_layer("x", None, 4),
        layer("ZeroPadding1D", "pad", "x", padding=[0, 1]),
        layer("Add", "sum", ["x", "pad"]),
    ]
    graph = read_model(functional(layers, inputs="x", outputs="sum"))
    assert _shapes(graph)["x"] == "B×?×4"
    assert "open-sizes-unnamed" in [note.code for note in graph.notes]


def test_channels_come_first_where_a_layer_says_so(read_model: ReadModel) -> None:
    layers = [
        input_layer("x", 3, None, None),
        layer("MaxPooling2D", "pool", "x", padding="same", data_format="channels_first"),
    ]
    graph = read_model(functional(layers, inputs="x", outputs="pool"))
    assert _shapes(graph) == {"x": "B×3×H×W", "pool": "B×3×⌈H/2⌉×⌈W/2⌉"}


def test_operations_follow_open_sizes(read_model: ReadModel) -> None:
    layers = [
        input_layer("x", None, 4),
        operation("Pad", "pad", "x", pad_width=[[0, 0], [2, 1], [0, 0]]),
        operation("Tile", "tile", "pad", repeats=[1, 2, 1]),
        operation("Repeat", "repeat", "tile", repeats=3, axis=1),
        operation("Reshape", "rows", "repeat", newshape=[-1, 4]),
    ]
    shapes = _shapes(read_model(functional(layers, inputs="x", outputs="rows")))
    assert shapes == {
        "x": "B×T×4",
        "pad": "B×(T+3)×4",
        "tile": "B×(2T+6)×4",
        "repeat": "B×(6T+18)×4",
        "rows": "6B(T+3)×4",
    }
