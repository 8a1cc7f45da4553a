"""Tracing leaves a model as it was."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from tensorflow.python.ops.resource_variable_ops import BaseResourceVariable

from graphscope.errors import TraceError
from graphscope.tracers.inputs import find_arguments
from graphscope.tracers.tensorflow import trace
from tests.tracing.zoo import ZOO
from tests.tracing.zoo.tensorflow_models import RawTensorFlow


def _state(model: keras.Model) -> list[tuple[str, bool, int, list[str]]]:
    return [
        (layer.name, layer.built, len(layer.weights), sorted(vars(layer)))
        for layer in model._flatten_layers()
    ]


@pytest.mark.parametrize("name", ["digits", "shared_encoder", "masked_recurrent", "subclassed"])
def test_a_built_model_predicts_as_before(name: str) -> None:
    model, inputs = ZOO[name]()
    (structure,) = find_arguments(model, inputs).args
    example = keras.tree.map_structure(
        lambda tensor: np.ones((2, *tensor.shape[1:]), tensor.dtype), structure
    )
    before = model.predict(example, verbose=0)
    weights = [weight.numpy().copy() for weight in model.weights]
    state = _state(model)
    trace(model, inputs)
    assert _state(model) == state
    for old, new in zip(weights, model.weights, strict=True):
        np.testing.assert_array_equal(old, new.numpy())
    after = model.predict(example, verbose=0)
    keras.tree.map_structure(np.testing.assert_array_equal, before, after)


@pytest.mark.parametrize("name", ["subclassed", "constant_state", "raw_tensorflow"])
def test_an_unbuilt_model_stays_unbuilt_and_usable(name: str) -> None:
    model, inputs = ZOO[name]()
    state = _state(model)
    trace(model, inputs)
    assert _state(model) == state
    assert not model.built
    outputs = model(np.ones((2, *inputs.shape[1:]), inputs.dtype))
    assert all(np.isfinite(value).all() for value in keras.tree.flatten(outputs))
    assert model.weights


@pytest.mark.parametrize("name", ["masked_recurrent", "subclassed"])
def test_no_variable_is_read_or_allocated(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model, inputs = ZOO[name]()
    touched: list[str] = []

    def watch(function: str) -> None:
        original = getattr(BaseResourceVariable, function)

        def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
            touched.append(function)
            return original(self, *args, **kwargs)

        monkeypatch.setattr(BaseResourceVariable, function, watched)

    watch("__init__")
    watch("_read_variable_op")
    keras.Variable([1.0]).value.numpy()
    assert touched == ["__init__", "_read_variable_op"], "the watch itself works"
    touched.clear()
    trace(model, inputs)
    assert touched == []


def test_functions_do_not_keep_our_trace() -> None:
    model = RawTensorFlow()
    model.double(tf.ones((1, 8)))
    traces = model.double.experimental_get_tracing_count()
    trace(model, keras.KerasTensor((None, 8)))
    assert model.double.experimental_get_tracing_count() == traces


def test_a_failing_model_is_restored_and_keras_with_it() -> None:
    class Failing(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(4)

        def call(self, x: Any) -> Any:
            raise RuntimeError(f"no luck with {self.dense(x).shape[-1]}")

    model = Failing()
    call = keras.layers.Layer.__call__
    with pytest.raises(
        TraceError, match=r"'failing' raised RuntimeError at .*:\d+ .*no luck with 4"
    ):
        trace(model, keras.KerasTensor((None, 3)))
    assert keras.layers.Layer.__call__ is call
    assert not model.dense.built
    assert model.dense(np.ones((1, 3))).shape == (1, 4)


def test_counters_of_names_are_restored() -> None:
    class MakesLayers(keras.Model):
        def call(self, x: Any) -> Any:
            return layers.Dense(2)(x)

    model = MakesLayers()
    trace(model, keras.KerasTensor((None, 3)))
    assert layers.Dense(1).name == "dense"
