"""Wrong input to the tracer gets one sentence with the remedy."""

from __future__ import annotations

import threading

import keras
import pytest
from keras import layers

from graphscope.errors import TraceError
from graphscope.graph import TensorSpec
from graphscope.tracers.recorder import Recorder, recording
from graphscope.tracers.tensorflow import trace
from graphscope.tracers.tensorflow.tensors import TensorFlowTensors
from tests.tracing.zoo import Subclassed


def test_inputs_that_nobody_knows() -> None:
    with pytest.raises(TraceError, match=r"has not been built and does not say .*--input-shape"):
        trace(Subclassed())


def test_something_that_is_no_model() -> None:
    with pytest.raises(TraceError, match="A Keras model or layer is needed, received type"):
        trace(keras.Model)


def test_inputs_of_a_wrong_shape() -> None:
    model = keras.Sequential([layers.Input((4,)), layers.Dense(2, name="head")])
    with pytest.raises(TraceError, match=r"raised ValueError.*while it was traced: .*\(None, 5\)"):
        trace(model, TensorSpec(("B", 5), "float32"))


def test_specs_of_ours_serve_as_inputs() -> None:
    graph = trace(Subclassed(), TensorSpec(("B", 5, 16), "float32"))
    assert str(graph.nodes[0].outputs[0]) == "B×5×16 float32"


def test_another_thread_records_nothing() -> None:
    dense = layers.Dense(2)
    recorder = Recorder(TensorFlowTensors())
    with recording(recorder):
        thread = threading.Thread(target=lambda: dense(keras.ops.ones((1, 3))))
        thread.start()
        thread.join()
        assert recorder.roots == []
        dense(keras.ops.ones((1, 3)))
    assert [call.operation for call in recorder.roots] == [dense]


def test_our_own_faults_are_not_blamed_on_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr("graphscope.tracers.tensorflow.tracing.match_declarations", fail)
    model = keras.Sequential([layers.Input((4,)), layers.Dense(2)])
    with pytest.raises(KeyError, match="ours"):
        trace(model)
