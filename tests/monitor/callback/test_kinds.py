"""Trainings of other kinds: several optimizers, outputs and replicas, XLA, evaluation alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphscope.runs.log import read_run
from tests.monitor.callback.adversaries import make_gan
from tests.monitor.callback.models import own_step
from tests.monitor.conftest import fingerprint, functional, sequential

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.jax,
    pytest.mark.torch,
    # Keras's own, of NumPy 2 and TensorFlow variables.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

Data = tuple[Any, Any]


def monitor(folder: Path, **options: Any) -> Any:
    import graphscope

    return graphscope.Monitor(folder, report=False, **options)


def only_on(*backends: str) -> None:
    import keras

    if keras.backend.backend() not in backends:
        pytest.skip(f"Of {', '.join(backends)}.")


def test_two_optimizers(tmp_path: Path) -> None:
    only_on("tensorflow", "torch")  # Keras's step on JAX carries the state of one optimizer.
    x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
    plain = make_gan()
    plain.fit(x, batch_size=16, epochs=2, verbose=0)

    watched, each = make_gan(), monitor(tmp_path)
    watched.fit(x, batch_size=16, epochs=2, verbose=0, callbacks=[each])

    before = [variable.numpy().tobytes() for variable in plain.variables]
    assert [variable.numpy().tobytes() for variable in watched.variables] == before
    run = each.read()
    for name in ("critic_loss", "generator_loss"):
        assert len(run.steps[name]) == 8, run.events
    assert "loss" not in run.steps
    assert run.steps["learning_rate/generator_optimizer"].values[0] == pytest.approx(0.01)
    assert run.steps["learning_rate/critic_optimizer"].values[0] == pytest.approx(0.02)
    looked = {
        key.rpartition("/")[2] for key, each in run.statistics.items() if "gradient_norm" in each
    }
    assert looked >= {"made", "seen"}


def test_several_outputs(tmp_path: Path, data: Data) -> None:
    x, y = data
    each = monitor(tmp_path)

    functional().fit(
        x, {"kind": y, "size": x[:, :1]}, batch_size=16, epochs=1, verbose=0, callbacks=[each]
    )

    run = each.read()
    assert {"loss", "kind_loss", "size_loss"} <= set(run.steps)
    outputs = {name for name in run.statistics if name.startswith("@output")}
    assert outputs == {"@output/kind", "@output/size"}
    assert {name for name in run.statistics if name.startswith("@target")} == {
        "@target/kind", "@target/size",
    }  # fmt: skip


def test_steps_that_xla_compiles(tmp_path: Path, data: Data) -> None:
    only_on("tensorflow", "jax")
    x, y = data
    plain = sequential(jit_compile=True)
    plain.fit(x, y, batch_size=16, epochs=2, verbose=0)

    watched, each = sequential(jit_compile=True), monitor(tmp_path)
    watched.fit(x, y, batch_size=16, epochs=2, verbose=0, callbacks=[each])

    run = each.read()
    assert fingerprint(watched) == fingerprint(plain)
    assert len(run.steps["loss"]) == 12
    assert any("gradient_norm" in numbers for numbers in run.statistics.values()), run.events


def test_evaluation_alone(tmp_path: Path, data: Data) -> None:
    each = monitor(tmp_path)

    loss, accuracy = sequential().evaluate(*data, verbose=0, callbacks=[each])

    run = each.read()
    [event] = [event for event in run.events if event.kind == "evaluate"]
    assert event.details["metrics"] == pytest.approx({"loss": loss, "accuracy": accuracy}, rel=1e-6)
    assert run.end is not None
    assert run.end.status == "finished"
    assert "loss" not in run.steps


def test_a_step_that_returns_other_names(tmp_path: Path, data: Data) -> None:
    each = monitor(tmp_path)

    own_step(("total", "again")).fit(*data, batch_size=16, epochs=1, verbose=0, callbacks=[each])

    run = each.read()
    assert {"loss", "total", "again"} <= set(run.steps)
    np.testing.assert_allclose(run.steps["total"].values, run.steps["again"].values)
    assert any("gradient_norm" in numbers for numbers in run.statistics.values())


_MIRRORED = """
import sys
import numpy as np
import tensorflow as tf

devices = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(devices[0], [tf.config.LogicalDeviceConfiguration()] * 2)
import keras
import graphscope

def train(callbacks):
    keras.utils.set_random_seed(1)
    with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "relu", name="hidden"),
                                  keras.layers.Dense(1)])
        model.compile("adam", "mse")
    x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
    model.fit(x, x[:, :1], batch_size=16, epochs=2, verbose=0, callbacks=callbacks)
    return [each.numpy().tobytes() for each in model.variables]

watched = train([graphscope.Monitor(sys.argv[1], report=False)])
assert watched == train([])
"""


def test_replicas(tmp_path: Path) -> None:
    only_on("tensorflow")
    ended = subprocess.run(
        [sys.executable, "-c", _MIRRORED, str(tmp_path)],
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr[-3000:]
    run = read_run(tmp_path)
    assert len(run.steps["loss"]) == 8
    assert np.isfinite(run.steps["loss"].values).all()
    assert [path.name.partition("-")[0] for path in tmp_path.glob("*.jsonl")] == ["rank0"]
