"""Every difficult model is traced whole: owned, known, consistent, in the same bytes."""

from __future__ import annotations

import keras
import pytest

from graphscope.analysis import check_consistency
from graphscope.graph import EdgeKind, Graph, NodeKind, ScopeKind, from_json, to_json
from graphscope.tracers.tensorflow import trace
from tests.tracing.zoo import ZOO

SMALL = sorted(set(ZOO) - {"resnet50", "mobilenet_v3"})


@pytest.fixture(params=sorted(ZOO), scope="module")
def traced(request: pytest.FixtureRequest) -> tuple[keras.Model, Graph]:
    keras.backend.clear_session()
    model, inputs = ZOO[request.param]()
    return model, trace(model, inputs)


def test_every_operation_has_an_owner(traced: tuple[keras.Model, Graph]) -> None:
    _, graph = traced
    assert [node.id for node in graph.nodes if node.attributes.get("unowned")] == []


def test_every_shape_is_known(traced: tuple[keras.Model, Graph]) -> None:
    _, graph = traced
    unknown = [node.id for node in graph.nodes if not all(spec.is_known for spec in node.outputs)]
    assert unknown == []


def test_the_two_projections_agree(traced: tuple[keras.Model, Graph]) -> None:
    _, graph = traced
    report = check_consistency(graph)
    assert [str(violation) for violation in report.violations] == []
    assert report.ok


def test_parameters_are_those_of_keras(traced: tuple[keras.Model, Graph]) -> None:
    model, graph = traced
    if not model.built:
        pytest.skip("Keras counts parameters of built models only; tracing must not build")
    assert sum(weight.size for weight in graph.weights) == model.count_params()


def test_the_document_survives_json(traced: tuple[keras.Model, Graph]) -> None:
    _, graph = traced
    text = to_json(graph)
    assert to_json(from_json(text)) == text


@pytest.mark.parametrize("name", SMALL)
def test_the_same_model_gives_the_same_bytes(name: str) -> None:
    def trace_afresh() -> str:
        keras.backend.clear_session()
        model, inputs = ZOO[name]()
        return to_json(trace(model, inputs))

    assert trace_afresh() == trace_afresh()


@pytest.mark.parametrize("name", SMALL)
def test_layers_alone_keep_the_data_flow(name: str) -> None:
    model, inputs = ZOO[name]()
    whole = trace(model, inputs)
    layers = trace(model, inputs, ops=False)
    calls = {scope.id for scope in whole.scopes if scope.kind is ScopeKind.LAYER}
    calls |= {node.id for node in whole.nodes if node.kind is NodeKind.LAYER}
    present = {scope.id for scope in layers.scopes} | {node.id for node in layers.nodes}
    assert calls <= present
    assert check_consistency(layers).ok


def test_pass_through_layers_keep_their_own_edges() -> None:
    model, _ = ZOO["residual_dropout"]()
    graph = trace(model)
    (dropout,) = (node for node in graph.nodes if node.type == "Dropout")
    (add,) = (node for node in graph.nodes if node.type == "AddV2")
    sources = [edge.source for edge in graph.incoming[add.id]]
    assert sources == ["a/BiasAdd", dropout.id]


def test_shared_layers_are_one_layer_and_many_calls() -> None:
    model, _ = ZOO["shared_encoder"]()
    graph = trace(model)
    calls = [scope for scope in graph.scopes if scope.name == "encoder"]
    assert [scope.id for scope in calls] == ["encoder", "encoder#2", "encoder#3"]
    assert len({scope.layer for scope in calls}) == 1
    assert sum(layer.name == "encoder" for layer in graph.layers) == 1


def test_masks_are_told_from_data() -> None:
    model, _ = ZOO["masked_attention"]()
    graph = trace(model)
    masks = [edge for edge in graph.edges if edge.kind is EdgeKind.MASK]
    assert masks
    assert {edge.source for edge in masks} == {"embedding/NotEqual"}


def test_loop_bodies_are_opened_and_carry_state() -> None:
    model, inputs = ZOO["raw_tensorflow"]()
    graph = trace(model, inputs)
    dense = [scope.id for scope in graph.scopes if scope.type == "Dense"]
    assert len(dense) == 4, "two calls of the function, one in the loop, one in the branch"
    assert "while/body/dense" in dense
    carried = [edge for edge in graph.edges if edge.kind is EdgeKind.STATE]
    assert all(edge.source.startswith("while/body/") for edge in carried)


def test_batch_multiples_have_names() -> None:
    model, inputs = ZOO["subclassed"]()
    graph = trace(model, inputs)
    (matmul,) = (
        node
        for node in graph.nodes
        if node.type == "MatMul" and "main" not in node.scope and node.scope == "residual/dense"
    )
    assert str(matmul.outputs[0]) == "5B×16 float32"


@pytest.mark.parametrize(("name", "trips"), [("masked_recurrent", 12), ("raw_tensorflow", 3)])
def test_loops_know_how_often_they_run(name: str, trips: int) -> None:
    model, inputs = ZOO[name]()
    graph = trace(model, inputs)
    loops = [scope for scope in graph.scopes if scope.name == "while"]
    assert loops
    assert {scope.attributes.get("trip_count") for scope in loops} == {trips}
