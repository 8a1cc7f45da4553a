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
