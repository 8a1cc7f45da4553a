"""A model over eight devices: in a process of its own, as JAX fixes their number when it starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from graphscope.runs.distribution import Distribution
from graphscope.runs.log import read_run

pytestmark = pytest.mark.jax

_PROGRAM = """
import json, sys
import keras, numpy as np
from keras import distribution as kd, layers
from graphscope.errors import GraphscopeError
from graphscope.monitor.distribution import describe_distribution

kind, with_batch = sys.argv[1:]
devices = kd.list_devices()
if kind == "data":
    kd.set_distribution(kd.DataParallel(devices=devices))
elif kind == "model":
    layout = kd.LayoutMap(kd.DeviceMesh((2, 4), ["batch", "model"], devices))
    layout[".*wide.*kernel"] = (None, "model")
    layout[".*wide.*bias"] = ("model",)
    layout[".*head.*kernel"] = ("model", None)
    kd.set_distribution(kd.ModelParallel(layout_map=layout, batch_dim_name="batch"))
inner = keras.Sequential(
    [keras.Input((16,)), layers.Dense(32, "relu", name="wide"), layers.Dropout(0.5)], name="block"
)
inputs = keras.Input((16,))
model = keras.Model(inputs, layers.Dense(4, name="head")(inner(inputs)), name="net")
model.compile("adam", "mse")
x, y = np.ones((16, 16), "float32"), np.ones((16, 4), "float32")
before = [value.numpy().tobytes() for value in model.variables]
try:
    found = describe_distribution(model, *((x, y) if with_batch == "yes" else ()))
except GraphscopeError as error:
    sys.exit(str(error))
assert before == [value.numpy().tobytes() for value in model.variables]
model.fit(x, y, verbose=0)
print(json.dumps(found.as_dict()))
"""


_TRAINING = """
import sys
import keras, numpy as np
from keras import distribution as kd, layers
import graphscope

layout = kd.LayoutMap(kd.DeviceMesh((2, 4), ["batch", "model"], kd.list_devices()))
layout[".*wide.*kernel"] = (None, "model")
kd.set_distribution(kd.ModelParallel(layout_map=layout, batch_dim_name="batch"))

def train(callbacks):
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((16,)), layers.Dense(32, "relu", name="wide"), layers.Dense(4, name="head")],
        name="net",
    )
    model.compile("adam", "mse")
    x = np.random.default_rng(0).normal(size=(64, 16)).astype("float32")
    model.fit(x, x[:, :4], batch_size=16, epochs=2, verbose=0, callbacks=callbacks)
    return [value.numpy().tobytes() for value in model.variables]

watched = train([graphscope.Monitor(sys.argv[1], report=False)])
assert watched == train([])
"""


@cache
def _describe(kind: str, batch: str = "yes") -> Distribution:
    return Distribution.from_dict(json.loads(_run(kind, batch).stdout.splitlines()[-1]))


def _run(kind: str, batch: str) -> subprocess.CompletedProcess[str]:
    return _run_program(_PROGRAM, kind, batch)


def _run_program(program: str, *args: str) -> subprocess.CompletedProcess[str]:
    flags = "--xla_force_host_platform_device_count=8"
    return subprocess.run(
        [sys.executable, "-c", program, *args],
        env={**os.environ, "KERAS_BACKEND": "jax", "XLA_FLAGS": flags},
        capture_output=True,
        text=True,
        check=False,
    )


def test_weights_split_over_devices_say_along_which_axis() -> None:
    found = _describe("model")
    kernel = next(w for w in found.weights if w.layer.endswith("wide") and w.name == "kernel")
    assert (kernel.shape, kernel.shard_shape) == ((16, 32), (16, 8))
    assert kernel.sharding == ((), ("model",))
    assert (kernel.bytes_per_device, kernel.slot_bytes) == (16 * 8 * 4, 2 * 16 * 8 * 4)
    assert found.mesh.axes == (("batch", 2), ("model", 4))
    assert len(found.device_bytes or {}) == 8
    assert len(set((found.device_bytes or {}).values())) == 1


def test_activations_and_collectives_belong_to_their_layers() -> None:
    found = _describe("model")
    wide = next(each for each in found.activations if each.layer.endswith("wide"))
    assert (wide.shape, wide.shard_shape) == ((16, 32), (8, 8))
    forward = [each for each in found.collectives if each.phase == "forward" and each.layer]
    assert any(
        each.kind == "all-reduce" and each.layer.endswith("head") for each in forward if each.layer
    )
    gradients = {each.layer for each in found.collectives if each.phase == "backward"}
    assert any(layer and layer.endswith("wide") for layer in gradients)


def test_data_parallel_training_sums_the_gradient_of_every_layer() -> None:
    found = _describe("data")
    assert all(weight.is_replicated for weight in found.weights)
    summed = {
        each.layer
        for each in found.collectives
        if each.kind == "all-reduce" and each.phase == "backward" and each.group_size == 8
    }
    assert {layer.rpartition("/")[2] for layer in summed if layer} >= {"wide", "head"}


def test_without_a_batch_the_weights_alone_are_told() -> None:
    found = _describe("model", batch="no")
    assert found.weights
    assert not found.collectives
    assert [note.split(",")[0] for note in found.notes] == [
        "Without a batch",
        "The optimizer has no slots yet; they are made when training begins.",
    ]


def test_without_a_distribution_it_says_what_to_call() -> None:
    ended = _run("none", "yes")
    assert "No distribution is set" in ended.stderr
    assert "set_distribution" in ended.stderr


def test_a_training_tells_its_distribution_in_its_log(tmp_path: Path) -> None:
    ended = _run_program(_TRAINING, str(tmp_path))

    assert ended.returncode == 0, ended.stderr
    run = read_run(tmp_path)
    first, second = [event for event in run.events if event.kind == "distribution"]
    assert "spread over 8 devices (batch 2 x model 4)" in first.text
    assert "exchanges of a step" in second.text
    found = run.distribution
    assert found is not None
    assert {each.layer for each in found.weights} <= {layer.key for layer in run.layers}
    assert any(each.sharding == ((), ("model",)) for each in found.weights)
    assert {each.layer.rpartition("/")[2] for each in found.activations} >= {"wide", "head"}
    assert any(each.layer and each.phase == "backward" for each in found.collectives)
    assert len(run.steps["loss"]) == 8
    assert not run.statistics
    assert any("would round differently" in event.text for event in run.events)
