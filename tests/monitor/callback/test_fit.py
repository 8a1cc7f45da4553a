"""What the callback logs of `fit`, on whichever backend runs."""

# ruff: noqa: ARG002 - Keras gives callbacks these arguments, by these names

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.monitor.callback.models import own_step
from tests.monitor.conftest import fingerprint, functional, sequential

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.jax,
    pytest.mark.torch,
    # Keras's own, of NumPy 2 and TensorFlow variables, where its callbacks read a learning rate.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

Data = tuple[Any, Any]


def fit(model: Any, data: Data, *callbacks: Any, **options: Any) -> Any:
    x, y = data
    if model.name == "double":
        y = {"kind": y, "size": x[:, :1]}
    options = {"batch_size": 16, "epochs": 2, "verbose": 0} | options
    return model.fit(x, y, callbacks=list(callbacks), **options)


def monitor(folder: Path, **options: Any) -> Any:
    import graphscope

    return graphscope.Monitor(folder, report=False, **options)


def make(kind: str) -> Any:
    models = {"sequential": sequential, "functional": functional, "own step": own_step}
    if kind in models:
        return models[kind]()
    options = {"eager": {"run_eagerly": True}, "not compiled": {"jit_compile": False}}
    return sequential(**options[kind])


@pytest.mark.parametrize("statistics", [False, True])
@pytest.mark.parametrize("kind", ["sequential", "functional", "own step", "eager", "not compiled"])
def test_training_is_the_same_to_the_last_bit(
    tmp_path: Path, data: Data, kind: str, statistics: bool
) -> None:
    plain = make(kind)
    expected = fit(plain, data, validation_split=0.25).history

    watched = make(kind)
    found = fit(
        watched, data, monitor(tmp_path, statistics=statistics), validation_split=0.25
    ).history

    assert found == expected
    assert fingerprint(watched) == fingerprint(plain)


@pytest.mark.parametrize("every", [1, 3])
def test_sampling_now_and_then_changes_nothing(tmp_path: Path, data: Data, every: int) -> None:
    plain = sequential()
    fit(plain, data)

    watched, each = sequential(), monitor(tmp_path, every=every)
    fit(watched, data, each)

    assert fingerprint(watched) == fingerprint(plain)
    sampled = each.read().statistic("hidden", "gradient_norm") or each.read().statistic(
        "small/hidden", "gradient_norm"
    )
    assert sampled is not None
    assert sampled.steps.tolist() == list(range(every, 13, every))


def test_steps_and_epochs(tmp_path: Path, data: Data) -> None:
    watched = monitor(tmp_path)

    history = fit(sequential(), data, watched, validation_split=0.25).history

    run = watched.read()
    assert run.notes == ()
    assert run.steps["loss"].steps.tolist() == list(range(1, 11))
    for name, values in history.items():
        np.testing.assert_allclose(run.epochs[name].values, values, rtol=1e-6)
    assert run.epochs["loss"].steps.tolist() == [0, 1]
    for name in ("accuracy", "learning_rate", "time/wait", "time/compute", "samples_per_second",
                 "memory/process", "overhead"):  # fmt: skip
        assert len(run.steps[name]) == 10, name
    assert run.steps["memory/process"].values.min() > 1e7
    assert run.steps["learning_rate"].values == pytest.approx([0.001] * 10)
    assert run.end is not None
    assert (run.end.status, run.end.step) == ("finished", 10)


def test_the_loss_of_a_step_is_its_own(tmp_path: Path, data: Data) -> None:
    """Keras reports the mean over the epoch: the mean of the steps' own is what it ends at."""
    watched = monitor(tmp_path)

    history = fit(sequential(), data, watched).history

    losses = watched.read().steps["loss"].values.reshape(2, 6)
    np.testing.assert_allclose(losses.mean(axis=1), history["loss"], rtol=1e-5)
    assert len(set(losses.ravel())) == 12


def test_start(tmp_path: Path, data: Data) -> None:
    import keras

    watched = monitor(tmp_path)

    fit(sequential(), data, watched)

    start = watched.read().start
    assert start is not None
    assert start.config["model"]["class"] == "Sequential"
    assert start.config["optimizer"]["class"] == "Adam"
    assert start.config["loss"] == "sparse_categorical_crossentropy"
    assert start.config["metrics"] == ["accuracy"]
    assert start.config["fit"] == {
        "epochs": 2, "steps_per_epoch": 6, "batch_size": 16, "samples": 96,
    }  # fmt: skip
    assert start.environment["backend"] == keras.backend.backend()
    assert start.graph == "graph.json"


def test_the_graph_is_kept_and_layers_are_found_in_it(tmp_path: Path, data: Data) -> None:
    import graphscope

    watched = monitor(tmp_path)

    fit(functional(), data, watched)

    graph = graphscope.read(tmp_path / "graph.json")
    layers = {layer.name: layer.graph_layer for layer in watched.read().layers}
    assert {"hidden", "kind", "size"} <= set(layers)
    assert set(layers.values()) <= {layer.id for layer in graph.layers}


def test_a_loss_that_is_reported_as_zero(tmp_path: Path, data: Data) -> None:
    watched = monitor(tmp_path)

    history = fit(own_step(), data, watched).history

    run = watched.read()
    assert history["loss"] == [0.0, 0.0]
    assert run.steps["loss"].values.min() > 0.1
    assert run.epochs["reported_loss"].values.tolist() == [0.0, 0.0]
    assert run.epochs["loss"].values.min() > 0.1
    first, second = run.events
    assert first.text.startswith("The loss that is reported, 0, is not the one that is minimised")
    assert second.text == "The loss that is reported does not change, though the true one does."


def test_a_loss_that_is_reported_rightly(tmp_path: Path, data: Data) -> None:
    watched = monitor(tmp_path)

    fit(own_step(("total",)), data, watched)

    run = watched.read()
    assert "reported_loss" not in run.epochs
    np.testing.assert_allclose(run.steps["loss"].values, run.steps["total"].values, rtol=1e-6)
    assert run.events == ()


def test_a_model_fitted_twice_goes_on(tmp_path: Path, data: Data) -> None:
    model, watched = sequential(), monitor(tmp_path)

    fit(model, data, watched)
    fit(model, data, watched, epochs=3, initial_epoch=2)

    run = watched.read()
    assert watched.run_path == tmp_path
    assert run.steps["loss"].steps.tolist() == list(range(1, 19))
    assert run.epochs["loss"].steps.tolist() == [0, 1, 2]


def test_an_earlier_training_is_not_written_to(tmp_path: Path, data: Data) -> None:
    first, second = monitor(tmp_path / "exp"), monitor(tmp_path / "exp")

    fit(sequential(), data, first)
    before = {path: path.read_bytes() for path in (tmp_path / "exp").iterdir()}
    fit(sequential(), data, second)

    assert second.run_path == tmp_path / "exp-2"
    assert {path: path.read_bytes() for path in (tmp_path / "exp").iterdir()} == before
    assert len(second.read().steps["loss"]) == 12
    [event] = second.read().events
    assert "holds an earlier training" in event.text


def test_a_training_that_is_resumed_goes_on_in_its_folder(tmp_path: Path, data: Data) -> None:
    import keras

    model = sequential()
    fit(model, data, monitor(tmp_path / "exp"))
    model.save(tmp_path / "model.keras")

    resumed = monitor(tmp_path / "exp")
    fit(keras.saving.load_model(tmp_path / "model.keras"), data, resumed)

    assert resumed.run_path == tmp_path / "exp"
    assert resumed.read().steps["loss"].steps.tolist() == list(range(1, 25))


def test_stopped_early(tmp_path: Path, data: Data) -> None:
    import keras

    watched = monitor(tmp_path)
    stopper = keras.callbacks.EarlyStopping(monitor="loss", min_delta=100.0)

    fit(sequential(), data, stopper, watched, epochs=9)

    end = watched.read().end
    assert (end.status, end.text) == ("stopped", "A callback stopped it.")


class BrokenError(Exception):
    """Raised by a program."""


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (BrokenError("no more"), "failed", "BrokenError: no more"),
        (KeyboardInterrupt(), "stopped", "It was"),
    ],
)
def test_broken_off_within_a_step(
    tmp_path: Path, data: Data, error: BaseException, status: str, text: str
) -> None:
    watched = monitor(tmp_path)
    model = sequential(run_eagerly=True)
    step = model.train_step
    calls = iter(range(100))

    def train_step(*args: Any) -> Any:
        if next(calls) == 3:
            raise error
        return step(*args)

    model.train_step = train_step
    with pytest.raises(type(error)):
        fit(model, data, watched)

    run = watched.read()
    assert run.end is not None
    assert run.end.status == status
    assert run.end.text.startswith(text)
    assert len(run.steps["loss"]) == 3
    assert "_run" not in repr(model.train_function)


def test_broken_off_elsewhere_then_used_again(tmp_path: Path, data: Data) -> None:
    import keras

    class Raiser(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            raise BrokenError

    model, watched = sequential(), monitor(tmp_path)
    with pytest.raises(BrokenError):
        fit(model, data, watched, Raiser())

    fit(model, data, watched)

    logs = sorted(tmp_path.glob("*.jsonl"))
    assert [b'"status":"failed"' in log.read_bytes() for log in logs] == [True, False]
    assert watched.read().steps["loss"].steps.tolist() == list(range(1, 19))


def test_data_whose_end_nobody_knows(tmp_path: Path, data: Data) -> None:
    """The end of a generator is an exception within the step, but no failure."""
    import tensorflow as tf

    x, y = data

    def make_dataset() -> Any:
        def batches() -> Iterator[Data]:
            for start in range(0, 96, 16):
                yield x[start : start + 16], y[start : start + 16]

        kinds = (tf.TensorSpec((None, 8), tf.float32), tf.TensorSpec((None,), tf.int64))
        return tf.data.Dataset.from_generator(batches, output_signature=kinds)

    watched = monitor(tmp_path, every=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # TensorFlow's, of data that ran out.
        expected = sequential().fit(make_dataset(), epochs=3, verbose=0).history
        found = sequential().fit(make_dataset(), epochs=3, verbose=0, callbacks=[watched]).history

    run = watched.read()
    assert found == expected
    assert run.end is not None
    assert (run.end.status, run.end.step) == ("finished", 18)
    assert run.steps["loss"].steps.tolist() == list(range(1, 19))
    assert {"hidden", "small/hidden"} & set(run.statistics)


def test_evaluate_on_its_own(tmp_path: Path, data: Data) -> None:
    model, watched = sequential(), monitor(tmp_path)
    fit(model, data, watched)

    loss, accuracy = model.evaluate(*data, verbose=0, callbacks=[watched])

    run = watched.read()
    [event] = run.events
    assert event.kind == "evaluate"
    assert event.details["metrics"] == pytest.approx({"loss": loss, "accuracy": accuracy}, rel=1e-6)
    assert run.end is not None
    assert run.end.status == "finished"


def test_several_steps_in_one_call(tmp_path: Path, data: Data) -> None:
    import keras

    if keras.backend.backend() == "torch":
        pytest.skip("Keras runs single steps on PyTorch.")
    plain = sequential(steps_per_execution=3)
    expected = fit(plain, data).history

    model, watched = sequential(steps_per_execution=3), monitor(tmp_path)
    found = fit(model, data, watched).history

    run = watched.read()
    assert found == expected
    assert fingerprint(model) == fingerprint(plain)
    assert run.steps["loss"].steps.tolist() == [3, 6, 9, 12]
    assert "reported_loss" not in run.epochs


def test_gradients_that_are_accumulated(tmp_path: Path, data: Data) -> None:
    import keras

    def build() -> Any:
        return sequential(optimizer=keras.optimizers.SGD(0.1, gradient_accumulation_steps=3))

    plain = build()
    fit(plain, data)

    model, watched = build(), monitor(tmp_path)
    fit(model, data, watched)

    assert fingerprint(model) == fingerprint(plain)
    assert len(watched.read().steps["loss"]) == 12


def test_a_schedule_is_read_where_the_step_was(tmp_path: Path, data: Data) -> None:
    import keras

    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    watched = monitor(tmp_path)

    fit(sequential(optimizer=keras.optimizers.SGD(schedule)), data, watched, epochs=1)

    rates = watched.read().steps["learning_rate"].values
    np.testing.assert_allclose(rates, [0.1 * 0.5**n for n in range(6)], rtol=1e-5)


def test_a_rate_that_a_callback_sets(tmp_path: Path, data: Data) -> None:
    import keras

    watched = monitor(tmp_path)
    scheduler = keras.callbacks.LearningRateScheduler(lambda epoch: 0.5 / (epoch + 1))

    fit(sequential(optimizer=keras.optimizers.SGD(0.1)), data, scheduler, watched)

    rates = watched.read().steps["learning_rate"].values
    np.testing.assert_allclose(rates, [0.5] * 6 + [0.25] * 6, rtol=1e-6)


def test_training_stops_at_the_first_nan(tmp_path: Path, data: Data) -> None:
    import keras

    x, y = data
    x = x.copy()
    x[40] = np.nan
    watched = monitor(tmp_path, stop_on_nonfinite=True)

    fit(sequential(optimizer=keras.optimizers.SGD(0.1)), (x, y), watched, shuffle=False)

    run = watched.read()
    assert run.end is not None
    assert (run.end.status, run.end.step) == ("stopped", 3)
    first = next(event for event in run.events if event.kind == "nonfinite")
    assert first.step == 3
    assert first.level == "error"


def test_logs_that_are_no_numbers(tmp_path: Path, data: Data) -> None:
    import keras

    class Odd(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            logs["odd"] = object()

    watched = monitor(tmp_path)
    fit(sequential(), data, Odd(), watched)

    run = watched.read()
    assert len(run.steps["loss"]) == 12
    assert [event.text for event in run.events] == ["'odd' is not logged: it is no single number."]
