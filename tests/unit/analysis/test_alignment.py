"""One model on several backends, side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphscope.analysis.alignment import align_backends
from graphscope.graph import ROOT, Graph, GraphBuilder, NodeKind, Port, ScopeKind, TensorSpec

SPEC = TensorSpec(("B", 4), "float32")


def net(*types: str, spec: TensorSpec = SPEC, extra: bool = False) -> Graph:
    """A block that calls a layer made of these operations; `extra` calls another one after it."""
    builder = GraphBuilder("net")
    tensor = Port(builder.add_node("x", "Input", NodeKind.INPUT, outputs=[SPEC]))
    block = builder.open_scope("block", "Block", ScopeKind.LAYER)
    for name, operations in (("dense", types), *([("last", ("Neg",))] if extra else [])):
        scope = builder.open_scope(name, "Dense", ScopeKind.LAYER, parent=block)
        taken = tensor
        for type_ in operations:
            node = builder.add_node(type_, type_, NodeKind.OP, scope=scope, outputs=[spec])
            builder.add_edge(tensor, node, 0)
            tensor = Port(node)
        opened = builder.get_scope(scope)
        builder.put_scope(replace(opened, inputs=(taken,), outputs=(tensor,)))
    glue = builder.add_node("Neg", "Neg", NodeKind.OP, scope=block, outputs=[spec])
    builder.add_edge(tensor, glue, 0)
    return builder.build(outputs=[Port(glue)])


def test_operations_stand_side_by_side() -> None:
    found = align_backends({"jax": net("neg", "neg"), "torch": net("neg", "exp", "neg")})

    assert [(call.id, call.level) for call in found.calls] == [
        (ROOT, 0),
        ("block", 1),
        ("block/dense", 2),
    ]
    dense = found.calls[2]
    assert {name: work.operations for name, work in dense.work.items()} == {
        "jax": {"neg": 2},
        "torch": {"neg": 2, "exp": 1},
    }
    assert dense.work["torch"].flops == 12
    assert found.calls[1].work["jax"].operations == {"Neg": 1}
    assert found.total("torch").count == 4
    assert found.same_data_flow
    assert all(call.differences == () for call in found.calls)


def test_deeper_calls_count_with_the_call_around_them() -> None:
    found = align_backends({"jax": net("neg", "neg")}, depth=1)
    assert [call.id for call in found.calls] == [ROOT, "block"]
    assert found.calls[1].work["jax"].operations == {"neg": 2, "Neg": 1}


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        (net("neg", spec=TensorSpec(("B", 2), "float32")), "B×4 on jax, B×2 on torch"),
        (net("neg", spec=TensorSpec(("B", 4), "bfloat16")), "float32 on jax, bfloat16 on torch"),
    ],
)
def test_other_results_are_told(other: Graph, difference: str) -> None:
    found = align_backends({"jax": net("neg"), "torch": other})
    assert found.calls[2].differences == (difference,)
    assert not found.same_data_flow


def test_call_that_one_backend_alone_makes() -> None:
    found = align_backends({"jax": net("neg"), "torch": net("neg", extra=True)})
    assert found.calls[3].id == "block/last"
    assert found.calls[3].differences == ("not called on jax",)
    assert not found.same_data_flow


def test_unknown_work_is_unknown_in_the_total() -> None:
    found = align_backends({"jax": net("what_is_this", "neg")})
    assert found.calls[2].work["jax"].flops is None
    assert found.total("jax").flops is None
