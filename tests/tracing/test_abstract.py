"""Models that are built for their graph alone allocate nothing, and work whole when they must."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from graphscope.graph import to_json
from graphscope.session.open import open_target
from graphscope.tracers.abstract import count_waiting, values_on_demand
from graphscope.tracers.tensorflow import trace
from tests.tracing.zoo import PORTABLE


def _classifier() -> Any:
    keras.utils.set_random_seed(7)
    x = keras.Input((6,))
    y = layers.Dropout(0.5)(layers.Dense(8, activation="relu", name="hidden")(x))
    return keras.Model(x, layers.Dense(3, name="head")(layers.BatchNormalization()(y)))


def test_a_model_of_70_billion_parameters_allocates_nothing() -> None:
    import keras_hub

    with values_on_demand():
        model = keras_hub.models.LlamaBackbone(
            vocabulary_size=128256,
            num_layers=2,
            num_query_heads=64,
            hidden_dim=8192,
            intermediate_dim=28672,
            num_key_value_heads=8,
        )
        graph = trace(model)
        assert count_waiting(model) == len(model.variables)
    parameters = sum(weight.size for weight in graph.weights)
    assert parameters == model.count_params() == 2 * 8192 * 128256 + 8192 + 2 * 855_654_400


@pytest.mark.parametrize("name", ["digits", "masked_recurrent", "bert_like"])
def test_the_graph_is_that_of_a_model_with_values(name: str) -> None:
    model, inputs = PORTABLE[name]()
    expected = trace(model, inputs)
    keras.backend.clear_session()
    with values_on_demand():
        model, inputs = PORTABLE[name]()
        graph = trace(model, inputs)
        assert count_waiting(model) == len(model.variables)
    assert to_json(graph) == to_json(expected)


def test_initial_values_are_those_of_keras() -> None:
    expected = _classifier().get_weights()
    keras.backend.clear_session()
    with values_on_demand():
        model = _classifier()
        assert count_waiting(model) == len(model.variables)
        found = model.get_weights()
    for old, new in zip(expected, found, strict=True):
        np.testing.assert_array_equal(old, new)


def test_only_what_is_read_gets_a_value() -> None:
    with values_on_demand():
        model = _classifier()
        waiting = count_waiting(model)
        kernel = model.get_layer("hidden").kernel.numpy()
        assert count_waiting(model) == waiting - 1
        np.testing.assert_array_equal(model.get_layer("hidden").kernel.numpy(), kernel)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_program_may_train_save_and_load(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(32, 6)).astype("float32"), rng.integers(0, 3, 32)

    def run() -> Any:
        keras.backend.clear_session()
        model = _classifier()
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(x, y, epochs=2, batch_size=8, shuffle=False, verbose=0)
        model.save(tmp_path / "model.keras")
        return keras.saving.load_model(tmp_path / "model.keras").predict(x, verbose=0)

    expected = run()
    with values_on_demand():
        found = run()
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_variables_take_values_before_they_were_read() -> None:
    with values_on_demand():
        model = _classifier()
        weights = [np.full(variable.shape, 0.5, "float32") for variable in model.weights]
        model.set_weights(weights)
        model.get_layer("head").bias.assign_add([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(model.get_layer("head").bias.numpy(), [1.5, 2.5, 3.5])


def test_other_threads_make_variables_as_ever() -> None:
    made: list[Any] = []
    with values_on_demand():
        thread = threading.Thread(target=lambda: made.append(_classifier()))
        thread.start()
        thread.join()
        assert count_waiting(made[0]) == 0


def test_keras_is_left_as_it_was() -> None:
    before = [vars(owner) for owner in keras.Variable.__mro__[:2]]
    before = [dict(each) for each in before]
    with pytest.raises(KeyboardInterrupt), values_on_demand():
        raise KeyboardInterrupt
    assert [dict(vars(owner)) for owner in keras.Variable.__mro__[:2]] == before
    assert _classifier().weights[0]._value is not None


def test_a_target_is_built_without_values(tmp_path: Path) -> None:
    program = tmp_path / "huge.py"
    program.write_text(
        "import keras\n\n\n"
        "def make():\n"
        "    x = keras.Input((1_000_000,))\n"
        "    return keras.Model(x, keras.layers.Dense(1_000_000)(x))\n"
    )
    graph = open_target(f"{program}:make")
    assert sum(weight.size for weight in graph.weights) == 10**12 + 10**6
