"""Training loops of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.monitor.conftest import sequential

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.jax,
    pytest.mark.torch,
    # Keras's own, of NumPy 2 and TensorFlow variables.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


def monitor(folder: Path, **options: Any) -> Any:
    import graphscope

    return graphscope.Monitor(folder, report=False, **options)


def test_steps(tmp_path: Path, data: tuple[Any, Any]) -> None:
    model, watched = sequential(), monitor(tmp_path)
    watched.begin(model)
    x, y = data

    with watched:
        for start in range(0, 96, 32):
            batch = x[start : start + 32], y[start : start + 32]
            with watched.step(*batch) as step:
                loss, accuracy = model.train_on_batch(*batch)
                step.loss, step["accuracy"] = loss, accuracy

    run = watched.read()
    assert run.steps["loss"].steps.tolist() == [1, 2, 3]
    assert run.steps["accuracy"].values[-1] == pytest.approx(accuracy, rel=1e-6)
    assert run.steps["learning_rate"].values == pytest.approx([0.001] * 3)
    assert run.steps["samples_per_second"].values.min() > 0
    assert run.start is not None
    assert run.start.graph == "graph.json"
    assert run.end is not None
    assert run.end.status == "finished"


def test_numbers_without_a_model(tmp_path: Path) -> None:
    import keras

    watched = monitor(tmp_path)

    watched.log({"loss": keras.ops.convert_to_tensor(2.0)}, temperature=0.5)
    watched.log(loss=np.float32(1.0))
    watched.log(loss=0.5, step=10)
    watched.end()

    run = watched.read()
    assert run.steps["loss"].steps.tolist() == [1, 2, 10]
    assert run.steps["loss"].values.tolist() == [2.0, 1.0, 0.5]
    assert run.steps["temperature"].steps.tolist() == [1]


def test_a_loop_that_raises(tmp_path: Path) -> None:
    watched = monitor(tmp_path)

    def loop() -> None:
        with watched:
            watched.log(loss=1.0)
            with watched.step():
                raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        loop()

    run = watched.read()
    assert run.end is not None
    assert (run.end.status, run.end.text) == ("failed", "ValueError: a fault")
    assert len(run.steps["loss"]) == 1


def test_a_loss_that_is_not_finite(tmp_path: Path) -> None:
    watched = monitor(tmp_path)

    with watched:
        for loss in (1.0, float("nan"), float("nan")):
            with watched.step() as step:
                step.loss = loss

    events = watched.read().events
    assert [(event.kind, event.step) for event in events] == [("nonfinite", 2)]


def steps_of(model: Any, kind: str) -> Any:
    """Return a training step of one's own, as each backend's users write it; run as it is."""
    import keras

    loss_of = keras.losses.SparseCategoricalCrossentropy()
    if keras.backend.backend() == "torch":

        def step(x: Any, y: Any) -> Any:
            import torch

            model.zero_grad()
            loss = loss_of(torch.as_tensor(y), model(x, training=True))
            loss.backward()
            weights = model.trainable_weights
            with torch.no_grad():
                model.optimizer.apply([weight.value.grad for weight in weights], weights)
            return loss

        return step
    if keras.backend.backend() == "jax" or kind == "compiled":
        return lambda x, y: model.train_on_batch(x, y)[0]

    def step(x: Any, y: Any) -> Any:
        import tensorflow as tf

        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply(gradients, model.trainable_variables)
        return loss

    return step


@pytest.mark.parametrize("kind", ["eager", "compiled"])
def test_layers_are_looked_into(tmp_path: Path, data: tuple[Any, Any], kind: str) -> None:
    import keras

    from tests.monitor.conftest import fingerprint

    x, y = data

    def train(watched: Any) -> str:
        model = sequential()
        step_once = steps_of(model, kind)
        for start in range(0, 96, 16):
            batch = x[start : start + 16], y[start : start + 16]
            if watched is None:
                step_once(*batch)
                continue
            with watched.step(*batch, model=model) as step:
                step.loss = step_once(*batch)
        return fingerprint(model)

    watched = monitor(tmp_path, every=2)
    with watched:
        found = train(watched)

    assert found == train(None)
    run = watched.read()
    numbers = next(each for key, each in run.statistics.items() if key.endswith("hidden"))
    steps = numbers["activation_mean"].steps.tolist()
    if "gradient_norm" in numbers:
        assert steps == [2, 4, 6]
        assert run.events == ()
    else:  # On TensorFlow the first step has to show that it is compiled.
        assert steps == ([2, 4, 6] if keras.backend.backend() == "jax" else [4, 6])
        assert "its gradients are not seen" in run.events[0].text
    assert numbers["update_ratio"].values.min() > 0
    assert {layer.name for layer in run.layers} >= {"hidden", "head"}
