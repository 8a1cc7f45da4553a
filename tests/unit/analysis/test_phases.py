"""Phases of a training step, on a step drawn by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphscope.analysis import check_consistency
from graphscope.analysis.phases import PhaseMap, SavedTensors, is_step, summarize_step
from graphscope.graph import (
    Graph,
    GraphBuilder,
    Layer,
    NodeKind,
    Port,
    ScopeKind,
    TensorSpec,
    Weight,
)

SPEC = TensorSpec(("B", 4), "float32")
WEIGHT = "weight:net/dense/kernel"


def step(*, forward: str | None = "forward/dense/Relu") -> Graph:
    """Return a step of one layer; its gradient takes a tensor from inside the layer."""
    builder = GraphBuilder("net", "TrainStep")
    builder.add_layer(Layer("layer:net/dense", "dense", "Dense", weights=(WEIGHT,)))
    builder.add_weight(Weight(WEIGHT, "kernel", "layer:net/dense", (4, 4), "float32"))
    x = builder.add_node("x", "Input", NodeKind.INPUT, outputs=[SPEC])
    for name in ("forward", "gradient", "update"):
        builder.open_scope(name, "Phase", ScopeKind.PHASE)
    dense = builder.open_scope(
        "dense", "Dense", ScopeKind.LAYER, parent="forward", layer="layer:net/dense"
    )
    product = builder.add_node(
        "MatMul", "MatMul", NodeKind.OP, scope=dense, outputs=[SPEC], weights=(WEIGHT,)
    )
    relu = builder.add_node("Relu", "Relu", NodeKind.OP, scope=dense, outputs=[SPEC])
    builder.add_edge(Port(x), product, 0)
    builder.add_edge(Port(product), relu, 0)
    call = builder.get_scope(dense)
    builder.put_scope(replace(call, inputs=(Port(x),), outputs=(Port(relu),)))
    attributes = {} if forward is None else {"forward": forward, "layer_of": "layer:net/dense"}
    gradient = builder.add_node(
        "ReluGrad",
        "ReluGrad",
        NodeKind.OP,
        scope="gradient",
        outputs=[SPEC],
        attributes=attributes,
    )
    builder.add_edge(Port(product), gradient, 0)
    assign = builder.add_node(
        "Assign",
        "AssignVariableOp",
        NodeKind.OP,
        scope="update",
        outputs=[SPEC],
        weights=(WEIGHT,),
        attributes={"assigns": WEIGHT},
    )
    builder.add_edge(Port(gradient), assign, 1)
    return builder.build(metadata={"step": "train", "unreached": {}})


def test_the_summary_counts_phases_mapped_gradients_and_assignments() -> None:
    graph = step()
    assert is_step(graph)
    found = summarize_step(graph)
    assert [(phase.id, phase.ops) for phase in found.phases] == [
        ("forward", 2),
        ("gradient", 1),
        ("update", 1),
    ]
    assert (found.mapped_nodes, found.gradient_nodes, found.mapped_share) == (1, 1, 1.0)
    assert found.assigned == {WEIGHT: ("update",)}
    assert found.as_dict()["assigned"] == {WEIGHT: ["update"]}


def test_a_call_has_no_phases() -> None:
    builder = GraphBuilder("net")
    builder.add_node("x", "Input", NodeKind.INPUT, outputs=[SPEC])
    graph = builder.build()
    assert not is_step(graph)
    assert PhaseMap(graph).all == []
    assert summarize_step(graph).mapped_share == 1.0


def hidden_flows(graph: Graph) -> list[str]:
    violations = check_consistency(graph).violations
    return [found.subject for found in violations if found.code == "hidden flow"]


def test_a_gradient_may_take_what_its_forward_operation_took() -> None:
    assert hidden_flows(step()) == []


def test_a_gradient_without_origin_may_not() -> None:
    assert hidden_flows(step(forward=None)) == ["gradient/ReluGrad"]


@pytest.mark.parametrize(("forward", "allowed"), [("forward/dense/MatMul", True), ("x", False)])
def test_only_tensors_of_the_forward_operation_are_saved_for_it(
    forward: str, *, allowed: bool
) -> None:
    graph = step(forward=forward)
    (edge,) = graph.incoming["gradient/ReluGrad"]
    assert SavedTensors(graph).allow(edge) is allowed
