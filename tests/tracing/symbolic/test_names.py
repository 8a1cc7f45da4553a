"""Every size of a model with open sizes is known, and is what the model really makes."""

from __future__ import annotations

import random
from typing import Any

import keras
import numpy as np
import pytest

from graphscope.analysis.collapse import collapse_layers
from graphscope.graph import Graph, NodeKind, format_shape
from graphscope.graph.dimensions import evaluate, names_in
from graphscope.readers.keras.archive_file import read
from graphscope.tracers.tensorflow import trace
from tests.tracing.symbolic.models import MODELS

MULTIPLES = {"u_net": 8}
RANGES = {"sound": (4000, 9000), "short_table": (3, 16)}


@pytest.fixture(scope="module", params=MODELS)
def traced(request: pytest.FixtureRequest) -> tuple[str, keras.Model, Graph]:
    keras.utils.set_random_seed(0)
    model = MODELS[request.param][0]()
    return request.param, model, trace(model)


def test_every_size_is_known(traced: tuple[str, keras.Model, Graph]) -> None:
    _, _, graph = traced
    unknown = [node.id for node in graph.nodes if not all(spec.is_known for spec in node.outputs)]
    assert unknown == []
    assert all(scope.attributes.get("trip_count") is not None for scope in _loops(graph))


def test_outputs_are_those_expected(traced: tuple[str, keras.Model, Graph]) -> None:
    name, _, graph = traced
    assert [format_shape(graph.spec(port).shape) for port in graph.outputs] == MODELS[name][1]


def test_a_real_call_makes_what_the_names_say(traced: tuple[str, keras.Model, Graph]) -> None:
    name, model, graph = traced
    inputs = [node for node in graph.nodes if node.kind is NodeKind.INPUT]
    names = sorted({each for node in inputs for each in _names(node.outputs[0].shape)})
    chance = random.Random(name)
    low, high = RANGES.get(name, (40, 90))
    for _ in range(3):
        sizes = {each: chance.randint(low, high) for each in names} | {"B": 2}
        step = MULTIPLES.get(name, 1)
        sizes = {each: size if each == "B" else size // step * step for each, size in sizes.items()}
        arrays = [_array(node.outputs[0], sizes) for node in inputs]
        results = keras.tree.flatten(model(arrays if len(arrays) > 1 else arrays[0]))
        told = [
            [evaluate(size, sizes) for size in graph.spec(port).shape or ()]
            for port in graph.outputs
        ]
        assert told == [list(result.shape) for result in results]


@pytest.mark.filterwarnings("ignore:__array__ implementation")  # of Keras's variables
def test_a_file_tells_the_same(traced: tuple[str, keras.Model, Graph], tmp_path: Any) -> None:
    name, model, graph = traced
    if name == "short_table":
        pytest.skip("a layer of its own has no shape in a file")
    path = tmp_path / "model.keras"
    model.save(path)
    file = read(path)
    layers = collapse_layers(graph)
    assert [format_shape(file.spec(port).shape) for port in file.outputs] == [
        format_shape(layers.spec(port).shape) for port in layers.outputs
    ]
    assert all(spec.is_known for node in file.nodes for spec in node.outputs)


def _names(shape: Any) -> set[str]:
    return set().union(*map(names_in, shape))


def _array(spec: Any, sizes: dict[str, int]) -> Any:
    shape = [evaluate(size, sizes) for size in spec.shape]
    return np.ones(shape, spec.dtype)


def _loops(graph: Graph) -> list[Any]:
    return [scope for scope in graph.scopes if scope.type in ("While", "StatelessWhile")]
