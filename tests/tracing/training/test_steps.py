"""The graph of a training step: its phases, where gradients come from, what updates what."""

from __future__ import annotations

import keras
import pytest
import tensorflow as tf

import graphscope
from graphscope.analysis import check_consistency
from graphscope.analysis.phases import GRADIENT, PHASES, PhaseMap, summarize_step
from graphscope.graph import EdgeKind, Graph, ScopeKind, from_json, to_json
from graphscope.session.models import load_model
from graphscope.session.targets import parse_target
from graphscope.tracers.tensorflow.training import trace_step
from tests.tracing.training.models import MODELS

SAMPLES = ("bilstm_tagger", "mnist_cnn", "multi_io", "siamese", "tiny_gpt", "unet")
GOAL = 0.99
"""Share of the gradient operations that must name their forward operation."""


def trace(name: str) -> Graph:
    model, inputs = MODELS[name]()
    return trace_step(model, inputs)


@pytest.mark.parametrize("name", MODELS)
def test_a_step_is_consistent_and_its_gradients_know_their_origin(name: str) -> None:
    graph = trace(name)
    check_step(graph)


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_models(name: str) -> None:
    target = parse_target(f"sample:{name}")
    loaded = load_model(target)  # type: ignore[arg-type]
    check_step(trace_step(loaded.model, loaded.inputs, loss="mse"))


def check_step(graph: Graph) -> None:
    found = summarize_step(graph)
    share = f"{found.mapped_nodes} of {found.gradient_nodes} gradient operations are mapped"
    print(f"{graph.name}: {share}")  # noqa: T201 - the figure of docs/train-step.md, with -rP
    assert found.gradient_nodes
    assert found.mapped_share >= GOAL
    assert check_consistency(graph).violations == ()
    known = {*graph.node_by_id, *graph.scope_by_id}
    phases = PhaseMap(graph)
    for node in graph.nodes:
        if "forward" in node.attributes:
            assert node.attributes["forward"] in known
            assert phases.name(node.scope) == GRADIENT
        assert not node.attributes.get("unowned")
        assert node.kind == "input" or phases.of(node.scope) is not None
    assert from_json(to_json(graph)).nodes == graph.nodes


def test_the_phases_of_a_step() -> None:
    graph = trace("digits")
    found = PhaseMap(graph).all
    assert [scope.id for scope in found] == list(PHASES)
    assert all(scope.kind is ScopeKind.PHASE for scope in found)
    assert graph.scope_by_id["forward/digits/conv"].kind is ScopeKind.LAYER
    assert graph.metadata["step"] == "train"


def test_a_gradient_names_its_forward_operation_and_layer() -> None:
    graph = trace("digits")
    (gradient,) = (node for node in graph.nodes if node.type == "Conv2DBackpropFilter")
    assert gradient.scope == "gradient/digits/conv"
    assert gradient.attributes["forward"] == "forward/digits/conv/Conv2D"
    assert gradient.attributes["layer_of"] == "layer:digits/conv"


def test_an_update_lies_with_its_weight() -> None:
    graph = trace("digits")
    scope = graph.scope_by_id["update/conv/kernel"]
    assert scope.attributes["weight"] == "weight:digits/conv/kernel"
    nodes = graph.child_nodes[scope.id]
    assert sorted(node.name for node in nodes if node.type == "Slot") == ["momentum", "velocity"]
    assert [node.attributes["assigns"] for node in nodes if "assigns" in node.attributes][-1] == (
        "weight:digits/conv/kernel"
    )


def test_the_forward_pass_updates_running_averages() -> None:
    assigned = summarize_step(trace("digits")).assigned
    assert assigned["weight:digits/norm/moving_mean"] == ("forward",)
    assert assigned["weight:digits/norm/gamma"] == ("update",)


def test_an_average_of_weights_and_decay_lie_with_the_weight_too() -> None:
    graph = trace("attention")
    nodes = graph.child_nodes["update/dense/kernel"]
    assert "average" in {node.name for node in nodes if node.type == "Slot"}
    assert summarize_step(graph).assigned["weight:attention/dense/kernel"] == ("update", "update")


def test_a_gan_goes_through_two_rounds() -> None:
    graph = trace("gan")
    rounds = [scope.id for scope in PhaseMap(graph).all]
    first = ["forward", "loss", "gradient", "update"]
    assert rounds == [*first, *(f"{name}#2" for name in first), "metrics"]
    assigned = summarize_step(graph).assigned
    assert {assigned[weight] for weight in assigned if "/critic/" in weight} == {("update",)}
    assert {assigned[weight] for weight in assigned if "/maker/" in weight} == {("update#2",)}


def test_the_second_round_reads_what_the_first_wrote() -> None:
    graph = trace("gan")
    states = [
        edge
        for edge in graph.edges
        if edge.kind is EdgeKind.STATE
        and edge.source.startswith("update/")
        and edge.target.startswith("forward#2/")
    ]
    assert len(states) == 4  # two kernels and two biases of the critic


def test_phases_do_not_depend_on_each_other_in_a_circle() -> None:
    graph = trace("gan")
    phases = PhaseMap(graph)
    order = {scope.id: place for place, scope in enumerate(phases.all)}
    for edge in graph.edges:
        source = phases.of(graph.node_by_id[edge.source].scope)
        target = phases.of(graph.node_by_id[edge.target].scope)
        if source is not None and target is not None:
            assert order[source.id] <= order[target.id]


def test_targets_follow_from_outputs_and_losses() -> None:
    graph = trace("several_outputs")
    specs = {node.id: str(node.outputs[0]) for node in graph.nodes if node.kind == "input"}
    assert specs["targets_kind"] == "B int32"
    assert specs["targets_size"] == "B×1 float32"
    assert any("B int32, B×1 float32" in note.message for note in graph.notes)


def test_targets_that_are_given() -> None:
    model, _ = MODELS["digits"]()
    graph = trace_step(model, targets=keras.KerasTensor((None, 1), "uint8"))
    assert str(graph.node_by_id["targets"].outputs[0]) == "B×1 uint8"
    assert "assumed-targets" not in {note.code for note in graph.notes}


def test_the_same_step_gives_the_same_bytes() -> None:
    first = to_json(trace("gan"))
    keras.backend.clear_session()
    assert to_json(trace("gan")) == first


def test_layers_alone() -> None:
    model, _ = MODELS["digits"]()
    graph = graphscope.trace(model, train=True, ops=False)
    assert graph.node_by_id["forward/digits/conv"].layer == "layer:digits/conv"
    assert "gradient/digits/conv" in graph.node_by_id
    assert "update/conv/kernel" in graph.node_by_id


def test_a_gradient_that_is_differentiated_again_is_part_of_the_loss() -> None:
    class Penalized(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="penalized")
            self.dense = keras.layers.Dense(1, activation="tanh")

        def call(self, x: tf.Tensor) -> tf.Tensor:
            return self.dense(x)

        def train_step(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
            with tf.GradientTape() as outer:
                with tf.GradientTape() as inner:
                    inner.watch(x)
                    y = self(x)
                slope = inner.gradient(y, x)
                loss = tf.reduce_mean(tf.square(slope))
            weights = self.trainable_weights
            self.optimizer.apply(outer.gradient(loss, weights), weights)
            return {"loss": loss}

    model = Penalized()
    model.compile("sgd")
    graph = trace_step(model, keras.Input((4,)))
    assert summarize_step(graph).mapped_share >= GOAL
    assert [scope.id for scope in PhaseMap(graph).all] == ["forward", "loss", "gradient", "update"]
