"""A training step on JAX: phases, where gradients come from, what updates which weight."""

from __future__ import annotations

from typing import Any

import jax
import keras
import pytest
from keras import layers

from graphscope.analysis import check_consistency
from graphscope.analysis.costs import estimate_costs
from graphscope.analysis.phases import summarize_step
from graphscope.errors import TraceError
from graphscope.graph import Graph, ScopeKind, to_json
from graphscope.tracers.abstract import count_waiting, values_on_demand
from graphscope.tracers.jax.training import trace_step
from tests.tracing.zoo import PORTABLE


def classifier() -> keras.Model:
    model = keras.Sequential(
        [
            keras.Input((8,)),
            layers.Dense(4, activation="relu", name="hidden"),
            layers.BatchNormalization(name="norm"),
            layers.Dropout(0.5, name="drop"),
            layers.Dense(3, activation="softmax", name="classes"),
        ],
        name="classifier",
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def test_a_step_goes_through_five_phases() -> None:
    graph = trace_step(classifier())
    assert check_consistency(graph).ok
    summary = summarize_step(graph)
    assert [phase.id for phase in summary.phases] == [
        "forward",
        "loss",
        "gradient",
        "update",
        "metrics",
    ]
    assert all(phase.ops for phase in summary.phases)
    assert summary.mapped_share == 1.0
    assert graph.scope_by_id["forward/classifier/hidden"].kind is ScopeKind.LAYER
    assert estimate_costs(graph).unknown_types == ()


def test_gradients_name_their_forward_node_and_layer() -> None:
    graph = trace_step(classifier())
    products = [
        node
        for node in graph.nodes
        if node.type == "dot_general" and node.scope == "gradient/classifier/classes"
    ]
    assert len(products) == 2, "of the kernel, and of what the layer took"
    assert {node.attributes["forward"] for node in products} == {
        "forward/classifier/classes/dot_general"
    }
    assert {node.attributes["layer_of"] for node in products} == {"layer:classifier/classes"}


def test_updates_lie_with_their_weight() -> None:
    graph = trace_step(classifier())
    kernel = graph.scope_by_id["update/hidden/kernel"]
    assert kernel.attributes["weight"] == "weight:classifier/hidden/kernel"
    assigned = summarize_step(graph).assigned
    assert assigned["weight:classifier/hidden/kernel"] == ("update",)
    assert assigned["weight:classifier/norm/moving_mean"] == ("forward",)


def test_weights_that_no_gradient_reaches_are_told() -> None:
    x = keras.Input((4,))
    used = layers.Dense(2, name="used")(x)
    cut = layers.Dense(2, name="cut")(x)
    stopped = layers.Lambda(jax.lax.stop_gradient, name="stop")(cut)
    frozen = layers.Dense(2, name="frozen", trainable=False)(x)
    model = keras.Model(x, layers.Add()([used, stopped, frozen]), name="model")
    model.compile("sgd", "mse")
    unreached = trace_step(model).metadata["unreached"]
    assert unreached == {
        "weight:model/cut/kernel": "the loss does not depend on it",
        "weight:model/cut/bias": "the loss does not depend on it",
        "weight:model/frozen/kernel": "not trainable",
        "weight:model/frozen/bias": "not trainable",
    }


@pytest.mark.parametrize(
    "name", ["masked_recurrent", "masked_attention", "shared_encoder", "branches", "bert_like"]
)
def test_difficult_models_train_too(name: str) -> None:
    with values_on_demand():
        model, inputs = PORTABLE[name]()
        graph = trace_step(model, inputs, loss="mse")
        assert count_waiting(model) == len(model.variables), "nothing was allocated"
    assert check_consistency(graph).ok
    assert summarize_step(graph).mapped_share == 1.0
    assert all(spec.is_known for node in graph.nodes for spec in node.outputs)
    assert '"?' not in to_json(graph)


def test_the_model_and_its_optimizer_stay_as_they_were() -> None:
    model = classifier()
    trace_step(model)
    assert not model.optimizer.built
    assert all(type(weight.value).__name__ == "ArrayImpl" for weight in model.weights)


def test_a_step_gives_the_same_bytes_twice() -> None:
    def trace_afresh() -> str:
        keras.utils.clear_session(free_memory=False)
        return to_json(trace_step(classifier()))

    assert trace_afresh() == trace_afresh()


def test_an_own_step_is_the_one_that_is_traced() -> None:
    class Doubling(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="doubling")
            self.dense = layers.Dense(2)

        def call(self, x: Any) -> Any:
            return self.dense(x)

        def train_step(self, state: Any, data: Any) -> Any:
            logs, after = super().train_step(state, data)
            return {**logs, "twice": logs["loss"] * 2.0}, after

    model = Doubling()
    model.compile("sgd", "mse")
    graph: Graph = trace_step(model, keras.KerasTensor((None, 4)))
    assert check_consistency(graph).ok
    assert len(graph.outputs) == 2


def test_a_model_without_a_loss_is_told_what_to_do() -> None:
    with pytest.raises(TraceError, match="is not compiled"):
        trace_step(PORTABLE["digits"]()[0])
