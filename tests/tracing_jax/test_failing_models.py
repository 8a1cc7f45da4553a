"""A model that fails while it is called still shows what it did until then."""

from __future__ import annotations

from typing import Any

import keras
import pytest
from keras import layers, ops

from graphscope.errors import TraceError
from graphscope.graph import ROOT, Graph
from graphscope.tracers.jax import trace


class Block(layers.Layer):
    """Two layers, and a product of shapes that do not fit."""

    def __init__(self) -> None:
        super().__init__(name="block")
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


def fail(model: Any, inputs: Any) -> tuple[TraceError, Graph]:
    with pytest.raises(TraceError) as caught:
        trace(model, inputs)
    graph = caught.value.graph
    assert isinstance(graph, Graph)
    return caught.value, graph


def test_a_subclassed_model_shows_the_calls_before_the_failure() -> None:
    error, graph = fail(Broken(), keras.KerasTensor((None, 3)))
    calls = [scope.id for scope in graph.scopes]
    assert sorted(calls) == sorted([ROOT, "stem", "block", "block/first", "block/second"])
    failed = [scope.id for scope in graph.scopes if scope.attributes.get("failed")]
    assert failed == [ROOT, "block"]
    (note,) = (note for note in graph.notes if note.code == "call-failed")
    assert note.subject == "block"
    assert note.message == error.message
    assert str(graph.node_by_id["block/second/add"].outputs[0]) == "B×6 float32"
    assert [port.node for port in graph.scope_by_id["block"].inputs] == ["stem/add"]


def test_a_layer_that_fails_at_once_is_shown_too() -> None:
    x = keras.Input((4,))
    model = keras.Model(x, layers.Dense(2, name="head")(layers.Dense(3, name="stem")(x)))
    _, graph = fail(model, keras.KerasTensor((None, 5)))
    failed = [scope.id for scope in graph.scopes if scope.attributes.get("failed")]
    assert failed[0] == ROOT
