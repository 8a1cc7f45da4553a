"""The numbers in weights, of a live model and of the archive that Keras saves of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest

from graphscope.readers.keras.archive_file import read, weight_parts
from graphscope.session import trace
from graphscope.tracers.live_values import LiveValues

_LIMIT = 1 << 20


@pytest.fixture
def model() -> keras.Model:
    shared = keras.layers.Dense(4, name="shared")
    inputs = keras.Input((6,))
    x = keras.layers.BatchNormalization(name="norm")(keras.layers.Dense(4, name="first")(inputs))
    x = shared(shared(x))
    inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name="deep")], name="inner")
    return keras.Model(inputs, inner(x))


# Keras 3 saves TensorFlow variables by a conversion that NumPy 2 warns of.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_live_model_and_its_archive_give_the_values_of_keras(
    model: keras.Model, tmp_path: Path
) -> None:
    path = tmp_path / "model.keras"
    model.save(path)
    stored = partial(weight_parts, path)
    for graph, parts in ((trace(model), LiveValues(model).parts), (read(path), stored)):
        assert len(graph.weights) == len(model.variables)
        found = {
            (weight.layer.rsplit("/", 1)[-1].removeprefix("layer:"), weight.name): np.concatenate(
                [np.ravel(part) for part in parts(weight.id, _LIMIT)]
            )
            for weight in graph.weights
        }
        for layer in (*model.layers[1:-1], *model.layers[-1].layers):
            for variable in layer.variables:
                expected = keras.ops.convert_to_numpy(variable.value).ravel()
                np.testing.assert_array_equal(found[layer.name, variable.name], expected)


def test_values_follow_the_training(model: keras.Model) -> None:
    graph, values = trace(model), LiveValues(model)
    kernel = next(weight.id for weight in graph.weights if weight.name == "kernel")
    model.get_layer("first").kernel.assign(np.full((6, 4), 7.0))
    assert {float(each) for part in values.parts(kernel, _LIMIT) for each in part} == {7.0}


def test_a_model_that_is_gone_has_no_values(model: keras.Model) -> None:
    values = LiveValues(keras.layers.Dense(2))
    with pytest.raises(KeyError):
        list(values.parts("weight:dense/kernel", _LIMIT))
    with pytest.raises(KeyError):
        list(LiveValues(model).parts("weight:nobody", _LIMIT))
