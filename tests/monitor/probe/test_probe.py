"""Statistics from inside a training against numbers that are computed by hand, on each backend."""

# ruff: noqa: ARG002 - Keras gives these arguments

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graphscope.monitor.probe import Probe, Sample
from graphscope.runs.records import INPUT, LOSS, OUTPUT, TARGET

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.jax,
    pytest.mark.torch,
    # Keras's own, where it turns tensors into arrays.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

Watch = Callable[..., list[tuple[float | None, Sample | None]]]


def _watch(model: Any, x: Any, y: Any, **options: Any) -> list[tuple[float | None, Sample | None]]:
    """Fit for one epoch, sampling every step; return each step's loss and sample."""
    import keras

    found = []
    told: list[str] = []

    class Watching(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_begin(self, logs: Any = None) -> None:
            self.probe = Probe(self.model, always=options.get("always", True), tell=told.append)
            self.probe.install()

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            if options.get("every") and batch % options["every"] == 0:
                self.probe.want()

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            found.append((self.probe.loss, self.probe.take()))

        def on_train_end(self, logs: Any = None) -> None:
            self.probe.remove()

    model.fit(x, y, batch_size=16, shuffle=False, verbose=0, callbacks=[Watching()])
    assert told == options.get("told", [])
    return found


def _data() -> tuple[Any, Any]:
    chance = np.random.default_rng(0)
    return chance.normal(size=(64, 5)).astype("float32"), chance.normal(size=(64, 1)).astype(
        "float32"
    )


def _dense(**options: Any) -> Any:
    import keras

    keras.utils.set_random_seed(1)
    layers = [keras.Input((5,)), keras.layers.Dense(1, name="only", **options)]
    model = keras.Sequential(layers, name="net")
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


def test_numbers_are_those_that_numpy_computes() -> None:
    model = _dense()
    x, y = _data()
    kernel, bias = (np.asarray(w) for w in model.get_weights())
    loss, sample = _watch(model, x, y)[0]
    assert sample is not None
    rows, targets = x[:16], y[:16]
    output = rows @ kernel + bias
    gradients = [2 * rows.T @ (output - targets) / 16, 2 * np.mean(output - targets, axis=0)]
    norm = np.sqrt(sum(np.sum(each**2) for each in gradients))
    weight = np.sqrt(np.sum(kernel**2) + np.sum(bias**2))
    expected = {
        "activation_mean": output.mean(),
        "activation_std": output.std(),
        "activation_min": output.min(),
        "activation_max": output.max(),
        "gradient_norm": norm,
        "weight_norm": weight,
        "update_norm": 0.1 * norm,
        "update_ratio": 0.1 * norm / weight,
        "has_gradient": 1.0,
        "nan_count": 0.0,
    }
    numbers = sample.layers["net/only"]
    assert {name: numbers[name] for name in expected} == pytest.approx(expected, rel=1e-4)
    assert loss == pytest.approx(np.mean((output - targets) ** 2), rel=1e-5)
    assert sample.layers[INPUT]["std"] == pytest.approx(rows.std(), rel=1e-4)
    assert sample.layers[TARGET]["max"] == pytest.approx(targets.max(), rel=1e-5)
    assert sample.layers[OUTPUT]["mean"] == pytest.approx(output.mean(), rel=1e-4)
    kinds = sample.histograms["net/only"]
    assert set(kinds) == {"activation", "gradient", "weight"}
    assert sum(kinds["activation"].counts) == 16
    assert kinds["activation"].edges[0] == pytest.approx(output.min(), rel=1e-4)


def test_the_loss_of_every_step_is_its_own() -> None:
    x, y = _data()
    losses = [loss for loss, _ in _watch(_dense(), x, y, always=False)]
    assert len(losses) == 4
    assert len(set(losses)) == 4  # Keras's logs would be running means.


def test_only_steps_that_were_wanted_are_sampled() -> None:
    x, y = _data()
    found = _watch(_dense(), x, y, always=False, every=2)
    assert [sample is not None for _, sample in found] == [True, False, True, False]


def test_dead_and_saturated_units_are_counted() -> None:
    import keras

    keras.utils.set_random_seed(1)
    dead = keras.initializers.Constant(-100.0)
    layers = [
        keras.Input((5,)),
        keras.layers.Dense(4, activation="relu", bias_initializer=dead, name="dead"),
        keras.layers.Dense(4, activation="sigmoid", bias_initializer=dead, name="full"),
        keras.layers.Dense(1, name="head"),
    ]
    model = keras.Sequential(layers, name="net")
    model.compile("sgd", "mse")
    _, sample = _watch(model, *_data())[0]
    assert sample is not None
    assert sample.layers["net/dead"]["dead_share"] == 1.0
    assert sample.layers["net/dead"]["gradient_norm"] == 0.0
    assert sample.layers["net/full"]["saturated_share"] == 1.0
    assert "saturated_share" not in sample.layers["net/head"]


def test_numbers_that_are_none_are_counted_and_left_out() -> None:
    x, y = _data()
    x[3, 2] = np.nan
    x[4, 1] = np.inf
    _, sample = _watch(_dense(), x, y)[0]
    assert sample is not None
    numbers = sample.layers[INPUT]
    assert (numbers["nan_count"], numbers["inf_count"]) == (1.0, 1.0)
    assert numbers["max"] < 10
    assert sample.layers["net/only"]["nan_count"] >= 1


def test_penalties_are_told_apart() -> None:
    import keras

    x, y = _data()
    _, sample = _watch(_dense(kernel_regularizer=keras.regularizers.L2(100.0)), x, y)[0]
    assert sample is not None
    assert 0.5 < sample.layers[LOSS]["penalty_share"] < 1


def test_a_model_that_builds_itself_in_its_first_step() -> None:
    import keras

    class Net(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.hidden = keras.layers.Dense(8, activation="relu", name="hidden")
            self.head = keras.layers.Dense(1, name="head")

        def call(self, inputs: Any) -> Any:
            return self.head(self.hidden(inputs))

    model = Net()
    model.compile("adam", "mse")
    _, sample = _watch(model, *_data())[0]
    assert sample is not None
    with_gradient = [key for key, each in sample.layers.items() if "gradient_norm" in each]
    assert len(with_gradient) == 2


def test_layers_in_loops_are_told_from_outside() -> None:
    import keras

    keras.utils.set_random_seed(1)
    layers = [
        keras.Input((6, 3)),
        keras.layers.LSTM(4, return_sequences=True, name="lstm"),
        keras.layers.TimeDistributed(keras.layers.Dense(2), name="each"),
        keras.layers.GlobalAveragePooling1D(name="pool"),
        keras.layers.Dense(1, name="head"),
    ]
    model = keras.Sequential(layers, name="net")
    model.compile("sgd", "mse")
    _, sample = _watch(model, np.ones((32, 6, 3), "float32"), np.ones((32, 1), "float32"))[0]
    assert sample is not None
    assert "activation_mean" in sample.layers["net/lstm"]
    assert "gradient_norm" in sample.layers["net/lstm/lstm_cell"]


def test_what_goes_wrong_in_looking_does_not_reach_the_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from graphscope.monitor.probe import numbers

    def fail(*_args: Any) -> Any:
        raise RuntimeError("not today")

    monkeypatch.setattr(numbers, "of_gradients", fail)
    told = ["Some statistics of layers cannot be had in this training (RuntimeError: not today)."]
    found = _watch(_dense(), *_data(), told=told)
    assert len(found) == 4
    assert found[0][0] is not None


def test_the_model_has_its_own_functions_again() -> None:
    model = _dense()
    _watch(model, *_data())
    assert "train_step" not in vars(model)
    assert "graphscope" not in getattr(model.train_function, "__module__", "")


def test_an_error_of_the_program_is_its_own() -> None:
    import keras

    class Net(keras.Model):  # type: ignore[misc]
        def call(self, inputs: Any) -> Any:
            raise KeyError("mine")

    model = Net()
    model.compile("sgd", "mse")
    # Where Keras tries a model out before it trains, it wraps what that raised.
    with pytest.raises((KeyError, RuntimeError), match="mine"):
        _watch(model, *_data())
