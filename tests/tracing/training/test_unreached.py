"""Weights that no gradient reaches are told, each with its reason."""

from __future__ import annotations

import keras
import pytest
import tensorflow as tf

from graphscope.graph import Graph
from graphscope.tracers.tensorflow.training import trace_step
from tests.tracing.training.models import branches


@pytest.fixture
def graph() -> Graph:
    model, inputs = branches()
    return trace_step(model, inputs)


def reason(graph: Graph, layer: str) -> str:
    found = graph.metadata["unreached"]
    reasons = {text for weight, text in found.items() if f"/{layer}/" in weight}
    assert len(reasons) == 1
    return reasons.pop()


def test_reasons(graph: Graph) -> None:
    assert reason(graph, "frozen") == "not trainable"
    assert reason(graph, "unused") == "not used in the forward pass: its layer is never called"
    assert reason(graph, "wasted") == (
        "it is used, but the loss does not depend on what is computed from it"
    )
    assert not any("/used/" in weight for weight in graph.metadata["unreached"])


def test_what_cuts_a_gradient_is_named_with_its_line(graph: Graph) -> None:
    assert reason(graph, "cut").startswith("cut by StopGradient in forward/branches (")
    assert "models.py:" in reason(graph, "cut")
    assert "ArgMax in forward/branches (" in reason(graph, "rounded")


def test_each_has_a_note_but_those_that_are_not_meant_to_be_trained(graph: Graph) -> None:
    told = [note.message for note in graph.notes if note.code == "no-gradient"]
    assert len(told) == 8  # kernel and bias of cut, rounded, wasted and unused
    assert not any("frozen" in text for text in told)


def test_a_weight_of_one_branch_alone_is_told(graph: Graph) -> None:
    told = [note for note in graph.notes if note.code == "gradient-in-branch"]
    assert [note.subject for note in told] == ["layer:branches/chosen"] * 2


def test_weights_that_the_step_does_not_ask_for() -> None:
    class HeadOnly(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="head_only")
            self.body = keras.layers.Dense(4, name="body")
            self.head = keras.layers.Dense(1, name="head")

        def call(self, x: tf.Tensor) -> tf.Tensor:
            return self.head(self.body(x))

        def train_step(self, data: tuple[tf.Tensor, tf.Tensor]) -> dict[str, tf.Tensor]:
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(self(x) - y))
            weights = self.head.trainable_weights
            self.optimizer.apply(tape.gradient(loss, weights), weights)
            return {"loss": loss}

    model = HeadOnly()
    model.compile("sgd")
    graph = trace_step(model, keras.Input((3,)))
    assert reason(graph, "body") == "the step asks for no gradient of it"
    assert any("assumed to be like the outputs" in note.message for note in graph.notes)


def test_a_frozen_model_trains_nothing() -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)], name="still")
    model.trainable = False
    model.compile("sgd", "mse")
    graph = trace_step(model)
    assert "nothing-trained" in {note.code for note in graph.notes}
    assert set(graph.metadata["unreached"].values()) == {"not trainable"}
