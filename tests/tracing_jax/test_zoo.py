"""Every difficult model is traced whole: owned, known, consistent, costed, in the same bytes."""

from __future__ import annotations

import keras
import pytest

from graphscope.analysis import check_consistency
from graphscope.analysis.costs import estimate_costs
from graphscope.graph import EdgeKind, Graph, NodeKind, ScopeKind, from_json, to_json
from graphscope.tracers.abstract import values_on_demand
from graphscope.tracers.conditions import is_built
from graphscope.tracers.jax import trace
from tests.tracing.zoo import LARGE, PORTABLE

pytestmark = pytest.mark.filterwarnings(
    # What Keras says of some of these models whenever they are built or called.
    "ignore:`build\\(\\)` was called on layer:UserWarning",
    "ignore:Layer .* was passed an input with a mask attached:UserWarning",
    "ignore:Layer .* does not have a `quantize` method:UserWarning",
    "ignore:__array__ implementation:DeprecationWarning",
)

SMALL = sorted(PORTABLE.keys() - LARGE)


@pytest.fixture(params=sorted(PORTABLE), scope="module")
def traced(request: pytest.FixtureRequest) -> tuple[keras.Model, Graph]:
    keras.utils.clear_session(free_memory=False)
    with values_on_demand():
        model, inputs = PORTABLE[request.param]()
        return model, trace(model, inputs)


def test_every_shape_is_known(traced: tuple[keras.Model, Graph]) -> None:
    _, graph = traced
    unknown = [node.id for node in graph.nodes if not all(spec.is_known for spec in node.outputs)]
    assert unknown == []


def test_no_number_of_a_trial_is_left(traced: tuple[keras.Model, Graph]) -> None:
    text = to_json(traced[1])
    assert '"?' not in text
    assert "1009" not in text
    assert "graphscope_" not in text


def test_the_two_projections_agree(traced: tuple[keras.Model, Graph]) -> None:
    report = check_consistency(traced[1])
    assert [str(violation) for violation in report.violations] == []
    assert report.ok


def test_every_cost_is_known(traced: tuple[keras.Model, Graph]) -> None:
    costs = estimate_costs(traced[1])
    assert costs.unknown_types == ()
    assert set(costs.unbounded) <= {"lstm/scan"}, "the one that is as long as its input"


def test_parameters_are_those_of_keras(traced: tuple[keras.Model, Graph]) -> None:
    model, graph = traced
    if not is_built(model):
        pytest.skip("Keras counts parameters of built layers only; tracing must not build")
    assert sum(weight.size for weight in graph.weights) == model.count_params()


def test_the_document_survives_json(traced: tuple[keras.Model, Graph]) -> None:
    text = to_json(traced[1])
    assert to_json(from_json(text)) == text


@pytest.mark.parametrize("name", SMALL)
def test_the_same_model_gives_the_same_bytes_and_layers(name: str) -> None:
    def trace_afresh(*, ops: bool) -> Graph:
        keras.utils.clear_session(free_memory=False)
        with values_on_demand():
            model, inputs = PORTABLE[name]()
            return trace(model, inputs, ops=ops)

    whole, layers = trace_afresh(ops=True), trace_afresh(ops=False)
    assert to_json(trace_afresh(ops=True)) == to_json(whole)
    calls = {scope.id for scope in whole.scopes if scope.kind is ScopeKind.LAYER}
    calls |= {node.id for node in whole.nodes if node.kind is NodeKind.LAYER}
    assert calls <= {scope.id for scope in layers.scopes} | {node.id for node in layers.nodes}
    assert check_consistency(layers).ok


def test_pass_through_layers_keep_their_own_edges() -> None:
    model, _ = PORTABLE["residual_dropout"]()
    graph = trace(model)
    (dropout,) = (node for node in graph.nodes if node.type == "Dropout")
    (add,) = (node for node in graph.nodes if node.id == "add/add")
    assert [edge.source for edge in graph.incoming[add.id]] == ["a/add", dropout.id]


def test_masks_are_told_from_data() -> None:
    model, _ = PORTABLE["masked_attention"]()
    graph = trace(model)
    masks = [edge for edge in graph.edges if edge.kind is EdgeKind.MASK]
    assert {edge.source for edge in masks} == {"embedding/ne"}


def test_weights_are_read_where_they_are_used() -> None:
    model, _ = PORTABLE["digits"]()
    graph = trace(model)
    product = graph.node_by_id["dense/dot_general"]
    assert product.weights == ("weight:sequential/dense/kernel",)
    assert product.attributes["dimension_numbers"] == [[[1], [0]], [[], []]]


def test_batch_multiples_have_names() -> None:
    model, inputs = PORTABLE["subclassed"]()
    graph = trace(model, inputs)
    assert str(graph.node_by_id["residual/dense/dot_general"].outputs[0]) == "B×5×16 float32"
