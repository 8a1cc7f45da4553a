"""Every difficult model is traced whole: owned, known, consistent, in the same bytes."""

from __future__ import annotations

import keras
import pytest

from graphscope.analysis import check_consistency
from graphscope.analysis.collapse import collapse_layers
from graphscope.graph import EdgeKind, Graph, NodeKind, ScopeKind, from_json, to_json
from graphscope.tracers.conditions import is_built
from graphscope.tracers.tensorflow import trace
from tests.tracing.zoo import ZOO

pytestmark = [
    # Keras's own: of masks that a layer drops, of cells without a config, of arrays it quantises.
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

UNKNOWN = {
    "ragged_input": "the lengths of the sequences are data",
    "sparse_input": "the number of values is data",
    "python_function": "the shape is what Python returns",
    "mapped_tensorflow": "the length of a list of tensors is not followed",
    "associative_scan": "halves of a size are chosen in branches",
}
"""Why some models have shapes that nobody knows."""


@pytest.fixture(params=sorted(ZOO), scope="module")
def traced(request: pytest.FixtureRequest) -> tuple[keras.Model, Graph]:
    keras.backend.clear_session()
    model, inputs = ZOO[request.param]()
    return model, trace(model, inputs)


def test_every_operation_has_an_owner(traced: tuple[keras.Model, Graph]) -> None:
    _, graph = traced
    assert [node.id for node in graph.nodes if node.attributes.get("unowned")] == []


def test_every_shape_is_known(
    traced: tuple[keras.Model, Graph], request: pytest.FixtureRequest
) -> None:
    _, graph = traced
    name = request.node.callspec.params["traced"]
    if name in UNKNOWN:
        pytest.skip(UNKNOWN[name])
    unknown = [node.id for node in graph.nodes if not all(spec.is_known for spec in node.outputs)]
    assert unknown == []


def test_the_two_projections_agree(traced: tuple[keras.Model, Graph]) -> None:
    _, graph = traced
    report = check_consistency(graph)
    assert [str(violation) for violation in report.violations] == []
    assert report.ok


def test_parameters_are_those_of_keras(traced: tuple[keras.Model, Graph]) -> None:
    model, graph = traced
    if not is_built(model):
        pytest.skip("Keras counts parameters of built models only; tracing must not build")
    assert sum(weight.size for weight in graph.weights) == model.count_params()


def test_the_document_survives_json(traced: tuple[keras.Model, Graph]) -> None:
    _, graph = traced
    text = to_json(graph)
    assert to_json(from_json(text)) == text


def test_the_same_model_gives_the_same_bytes(
    traced: tuple[keras.Model, Graph], request: pytest.FixtureRequest
) -> None:
    _, graph = traced
    keras.backend.clear_session()
    model, inputs = ZOO[request.node.callspec.params["traced"]]()
    assert to_json(trace(model, inputs)) == to_json(graph)


def test_layers_alone_keep_the_data_flow(traced: tuple[keras.Model, Graph]) -> None:
    _, whole = traced
    layers = collapse_layers(whole)
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
