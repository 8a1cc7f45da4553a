"""Tracing a step changes nothing, allocates nothing, and says what it needs."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.eager import backprop

from graphscope.errors import TraceError
from graphscope.tracers.tensorflow.training import origins, trace_step
from tests.tracing.training.models import MODELS


def state(model: keras.Model) -> list[Any]:
    parts = [*model._flatten_layers(), model.optimizer]
    return [(part.name, part.built, len(part.variables), sorted(vars(part))) for part in parts]


@pytest.mark.parametrize("name", ["digits", "several_outputs", "autoencoder", "mixed"])
def test_a_model_that_never_trained_is_as_before(name: str) -> None:
    model, inputs = MODELS[name]()
    before = state(model)
    trace_step(model, inputs)
    assert state(model) == before
    assert not model.optimizer.built
    assert not model._compile_loss.built


def test_a_model_in_training_goes_on_with_the_same_numbers() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 8)).astype("float32")
    losses = []
    for traced in (False, True):
        keras.backend.clear_session()
        keras.utils.set_random_seed(0)
        inputs = keras.Input((8,))
        model = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Dropout(0.5)(inputs)))
        model.compile("adam", "mse", metrics=["mae"])
        model.fit(x, x[:, :1], verbose=0, batch_size=8)
        if traced:
            trace_step(model)
        history = model.fit(x, x[:, :1], epochs=2, verbose=0, batch_size=8)
        losses.append(history.history["loss"])
    assert losses[0] == losses[1]


def test_no_variable_gets_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    model, inputs = MODELS["autoencoder"]()

    def refuse(*_args: Any) -> None:
        raise AssertionError("a variable was given a value")

    monkeypatch.setattr(keras.Variable, "_initialize", refuse)
    monkeypatch.setattr(keras.Variable, "_deferred_initialize", refuse)
    trace_step(model, inputs)


def test_hooks_are_gone_after_an_error() -> None:
    class Failing(keras.Model):
        def call(self, x: tf.Tensor) -> tf.Tensor:
            return keras.ops.reshape(x, (3, 7, 11))

    model = Failing(name="failing")
    model.compile("sgd", "mse")
    before = (tf.GradientTape.gradient, keras.Optimizer.apply, backprop.execute.record_gradient)
    with pytest.raises(TraceError, match="failing"):
        trace_step(model, keras.KerasTensor((2, 4)))
    after = (tf.GradientTape.gradient, keras.Optimizer.apply, backprop.execute.record_gradient)
    assert after == before
    assert origins._users == 0


def test_a_model_that_is_not_compiled() -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)], name="plain")
    with pytest.raises(TraceError, match=r"'plain' is not compiled.*--loss mse"):
        trace_step(model)
    graph = trace_step(model, loss="mse")
    assert not model.compiled
    assert any("'mse' and optimizer 'adam' were assumed" in note.message for note in graph.notes)
    with pytest.raises(TraceError, match="cannot be compiled with loss 'mean'"):
        trace_step(model, loss="mean")


def test_another_tensorflow_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origins, "knows_this_tensorflow", lambda: False)
    model, inputs = MODELS["digits"]()
    graph = trace_step(model, inputs)
    assert "gradients-by-name" in {note.code for note in graph.notes}
    (gradient,) = (node for node in graph.nodes if node.type == "Conv2DBackpropFilter")
    assert gradient.attributes["layer_of"] == "layer:digits/conv"
