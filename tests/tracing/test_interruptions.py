"""Threads, Ctrl-C and untried versions of Keras: graphs stay right and Keras is left alone."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import tomllib
import warnings
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf
from keras import layers

from graphscope.graph import to_json
from graphscope.tracers import versions
from graphscope.tracers.tensorflow import trace
from tests.tracing.zoo import ZOO

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
ROUNDS = 3


def _hooks() -> list[Any]:
    """Return everything that a trace replaces."""
    return [
        keras.layers.Layer.__call__,
        keras.Operation.__call__,
        tf.Graph._create_op_internal,
        keras.Variable.__init__,
        type(tf.function(lambda: None)).__call__,
    ]


class Interrupted(keras.Model):
    """Is interrupted in the middle of its call, inside of a layer's."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(3)
        self.stop = layers.Lambda(self._stop)

    def _stop(self, _x: Any) -> Any:
        raise KeyboardInterrupt

    def call(self, x: Any) -> Any:
        return self.stop(self.dense(x))


def test_an_interrupt_passes_and_leaves_keras_and_the_model_alone() -> None:
    before, model = _hooks(), Interrupted()
    with pytest.raises(KeyboardInterrupt):
        trace(model, keras.KerasTensor((None, 2)))
    assert _hooks() == before
    assert not model.dense.built
    assert layers.Dense(1).name == "dense_1"
    assert keras.config.backend() == "tensorflow"
    assert not keras.src.backend.common.stateless_scope.in_stateless_scope()


SLOW = """
import sys, time
import keras, tensorflow as tf
from graphscope.tracers.tensorflow import trace

def hooks():
    return [keras.layers.Layer.__call__, keras.Operation.__call__, tf.Graph._create_op_internal,
            keras.Variable.__init__]

class Slow(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(4)

    def call(self, x):
        print("calling", flush=True)
        for _ in range(10_000_000):
            x = self.dense(x)
        return x

before = hooks()
try:
    trace(Slow(), keras.KerasTensor((None, 4)))
except KeyboardInterrupt:
    print("restored" if hooks() == before else "left patched", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent differently there")
def test_ctrl_c_in_a_process_of_its_own() -> None:
    child = subprocess.Popen([sys.executable, "-c", SLOW], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "calling\n"
        child.send_signal(signal.SIGINT)
        said, _ = child.communicate(timeout=120)
    finally:
        child.kill()
    assert said.splitlines()[-1] == "restored"


def test_two_threads_trace_at_once() -> None:
    names = ("masked_recurrent", "subclassed", "raw_tensorflow")
    models = {name: ZOO[name]() for name in names}
    expected = {name: to_json(trace(*models[name])) for name in names}
    found: dict[str, list[str]] = {name: [] for name in names}
    start = threading.Barrier(len(names))
    before = _hooks()

    def work(name: str) -> None:
        start.wait()
        for _ in range(ROUNDS):
            found[name].append(to_json(trace(*models[name])))

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: set(graphs) for name, graphs in found.items()} == {
        name: {graph} for name, graph in expected.items()
    }
    assert all(len(graphs) == ROUNDS for graphs in found.values())
    assert _hooks() == before


def test_an_untested_version_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model = keras.Sequential([layers.Input((2,)), layers.Dense(1)])
    monkeypatch.setattr(keras, "__version__", "4.1.0")
    versions._warn.cache_clear()
    with pytest.warns(UserWarning, match=r"Keras 4\.1\.0 was not tested .* may be missing"):
        trace(model)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trace(model)


def test_a_version_that_lacks_something_says_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras, "__version__", "3.2.0")
    monkeypatch.delattr(keras.layers.Layer, "_flatten_layers")
    versions._warn.cache_clear()
    with pytest.warns(UserWarning, match="It lacks what graphscope needs to know the layers"):
        versions.warn_of_untested_version()


def test_tested_versions_are_those_of_the_project() -> None:
    dependencies = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    (bounds,) = (line.removeprefix("keras") for line in dependencies if line.startswith("keras>"))
    first = ".".join(map(str, versions.FIRST))
    assert bounds.split("#")[0].strip() == f">={first},<{versions.AFTER_LAST[0]}"
    assert versions.find_missing() == []
