"""A model that fails while it is called still shows what it did until then."""

from __future__ import annotations

import urllib.request
from typing import Any

import keras
import pytest
from keras import layers, ops

from graphscope.app.broken import inspect_broken
from graphscope.errors import TraceError
from graphscope.graph import ROOT, Graph, TensorSpec
from graphscope.tracers.tensorflow import trace


class Block(layers.Layer):
    """Two layers, and a product of shapes that do not fit."""

    def __init__(self) -> None:
        super().__init__()
        self.first = layers.Dense(5, name="first")
        self.second = layers.Dense(6, name="second")

    def call(self, x: Any) -> Any:
        x = self.second(self.first(x))
        return ops.matmul(x, ops.ones((5, 2)))


class Broken(keras.Model):
    """Fails in the block, which lies between two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = layers.Dense(4, name="stem")
        self.block = Block()
        self.head = layers.Dense(2, name="head")

    def call(self, x: Any) -> Any:
        return self.head(self.block(self.stem(x)))


def _fail(model: Any, inputs: Any) -> tuple[TraceError, Graph]:
    with pytest.raises(TraceError) as caught:
        trace(model, inputs)
    graph = caught.value.graph
    assert isinstance(graph, Graph)
    return caught.value, graph


def test_a_subclassed_model_shows_the_calls_before_the_failure() -> None:
    error, graph = _fail(Broken(), keras.KerasTensor((None, 3)))
    calls = [scope.id for scope in graph.scopes]
    assert calls == [ROOT, "stem", "block", "block/first", "block/second"]
    assert [scope.id for scope in graph.scopes if scope.attributes.get("failed")] == [ROOT, "block"]
    (note,) = (note for note in graph.notes if note.code == "call-failed")
    assert note.subject == "block"
    assert note.message == error.message
    assert "test_failing_models.py:" in note.message
    assert str(graph.node_by_id["block/second/BiasAdd"].outputs[0]) == "B×6 float32"


def test_the_failing_call_has_its_inputs() -> None:
    _, graph = _fail(Broken(), keras.KerasTensor((None, 3)))
    assert [port.node for port in graph.scope_by_id["block"].inputs] == ["stem/BiasAdd"]


def test_a_functional_model_on_a_wrong_shape() -> None:
    x = keras.Input((None,))
    y = layers.Lambda(lambda each: each * 2, name="twice")(x)
    y = layers.Reshape((2, 3), name="reshape")(y)
    model = keras.Model(x, layers.Flatten()(y))
    _, graph = _fail(model, TensorSpec(("B", 5), "float32"))
    assert [scope.name for scope in graph.scopes[1:]] == ["twice", "reshape"]
    assert [(edge.source, edge.target) for edge in graph.declared] == [
        ("input", "twice"),
        ("twice", "reshape"),
    ]


def test_a_layer_that_cannot_be_built() -> None:
    model = keras.Sequential([layers.Dense(3, name="dense"), layers.Conv1D(2, 3, name="conv")])
    _, graph = _fail(model, keras.KerasTensor((None, 4)))
    (note,) = (note for note in graph.notes if note.code == "call-failed")
    assert note.subject == "conv"


def test_a_failure_before_the_first_layer() -> None:
    class AtOnce(keras.Model):
        def call(self, x: Any) -> Any:
            raise RuntimeError(f"not today: {x.shape}")

    error, graph = _fail(AtOnce(), keras.KerasTensor((None, 4)))
    assert "not today" in error.message
    assert [node.id for node in graph.nodes] == ["input"]


def test_the_model_is_left_as_it_was() -> None:
    model = Broken()
    _fail(model, keras.KerasTensor((None, 3)))
    assert not any(layer.built for layer in model._flatten_layers())
    assert layers.Dense(1).name == "dense"


def test_a_failure_in_the_body_of_a_loop() -> None:
    class Loop(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.stem = layers.Dense(4, name="stem")
            self.block = Block()

        def call(self, x: Any) -> Any:
            return ops.fori_loop(0, 3, lambda _, y: self.block(y), self.stem(x))

    _, graph = _fail(Loop(), keras.KerasTensor((None, 4)))
    assert "stem" in graph.scope_by_id
    assert any(note.code == "call-failed" for note in graph.notes)


def test_the_page_shows_what_there_is() -> None:
    error, graph = _fail(Broken(), keras.KerasTensor((None, 3)))
    with inspect_broken(error, "net.py:Broken").start() as inspector:
        assert inspector.graph is graph
        # The address works once and leaves a cookie.
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        assert opener.open(inspector.url).status == 200
