"""Tracing on JAX leaves the model, Keras and other threads alone, and allocates nothing."""

from __future__ import annotations

import inspect
import threading
from typing import Any

import jax
import keras
import numpy as np
import pytest
from keras import layers

from graphscope.errors import TraceError
from graphscope.graph import to_json
from graphscope.tracers.abstract import count_waiting, values_on_demand
from graphscope.tracers.inputs import find_arguments
from graphscope.tracers.jax import trace
from tests.tracing import zoo
from tests.tracing.zoo import PORTABLE

HOOKED = [(keras.Layer, "__call__"), (keras.Operation, "__call__"), (keras.Variable, "__init__")]


def state_of(model: keras.Model) -> list[tuple[str, bool, int, list[str]]]:
    return [
        (layer.name, layer.built, len(layer.weights), sorted(vars(layer)))
        for layer in model._flatten_layers()
    ]


@pytest.mark.parametrize("name", ["digits", "shared_encoder", "subclassed"])
def test_a_model_predicts_as_before(name: str) -> None:
    model, inputs = PORTABLE[name]()
    (structure,) = find_arguments(model, inputs).args
    example = keras.tree.map_structure(
        lambda tensor: np.ones((2, *tensor.shape[1:]), tensor.dtype), structure
    )
    before = model.predict(example, verbose=0)
    state = state_of(model)
    trace(model, inputs)
    assert state_of(model) == state
    keras.tree.map_structure(
        np.testing.assert_array_equal, before, model.predict(example, verbose=0)
    )


def test_an_unbuilt_model_stays_unbuilt_and_usable() -> None:
    model, inputs = PORTABLE["subclassed"]()
    state = state_of(model)
    trace(model, inputs)
    assert state_of(model) == state
    assert not model.built
    outputs = model(np.ones((2, *inputs.shape[1:]), inputs.dtype))
    assert all(np.isfinite(value).all() for value in keras.tree.flatten(outputs))


def test_nothing_is_allocated_and_no_array_is_made() -> None:
    before = len(jax.live_arrays())
    with values_on_demand():
        model, _ = PORTABLE["bert_like"]()
        trace(model, PORTABLE["bert_like"]()[1])
        assert count_waiting(model) == len(model.variables)
    assert sum(array.size for array in jax.live_arrays()[before:]) < 10_000


def test_a_failure_leaves_keras_unpatched() -> None:
    functions = [getattr(owner, name) for owner, name in HOOKED]

    class Broken(keras.Model):
        def call(self, _x: Any) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trace(Broken(), keras.KerasTensor((None, 4)))
    assert [getattr(owner, name) for owner, name in HOOKED] == functions


def test_two_threads_trace_at_once() -> None:
    models = [PORTABLE[name]() for name in ("subclassed", "masked_recurrent", "two_arguments")]
    alone = [to_json(trace(model, inputs)) for model, inputs in models]
    together: dict[int, str] = {}

    def work(index: int) -> None:
        together[index] = to_json(trace(*models[index]))

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(models))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[index] for index in range(len(models))] == alone


def test_the_wrong_value_is_refused() -> None:
    with pytest.raises(TraceError, match="A Keras model or layer is needed"):
        trace(keras.layers.Dense)


def line_of(text: str, of: object) -> int:
    lines, start = inspect.getsourcelines(of)  # type: ignore[arg-type]
    return start + next(number for number, line in enumerate(lines) if text in line)


def test_nodes_and_scopes_name_the_users_line() -> None:
    model, inputs = PORTABLE["subclassed"]()
    graph = trace(model, inputs)
    block, add = graph.scope_by_id["residual"], graph.node_by_id["residual/add"]
    assert block.source is not None
    assert block.source.line == line_of("x = block(x)", zoo.Subclassed)
    assert add.source is not None
    assert add.source.line == line_of("return x + self.dense", zoo.Residual)
    assert add.source.file.endswith("keras_models.py")
    assert graph.node_by_id["residual/dense/dot_general"].source is None, "Keras's own line"


def test_a_library_function_that_was_traced_before_has_the_line_of_this_call() -> None:
    x = np.ones((2, 3), "float32")
    np.asarray(jax.numpy.where(x > 0, x, 0.0))

    class Choosing(layers.Layer):
        def call(self, x: Any) -> Any:
            y = x * 2.0
            return jax.numpy.where(y > 0, y, 0.0)

    graph = trace(Choosing(), keras.KerasTensor((2, 3)))
    (choice,) = (node for node in graph.nodes if node.type == "select_n")
    assert choice.source is not None
    assert choice.source.line == line_of("return jax.numpy.where", Choosing)
