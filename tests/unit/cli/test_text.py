"""Texts for the terminal."""

from __future__ import annotations

from graphscope.analysis import take_inventory
from graphscope.cli.facts import list_facts
from tests.support.graphs import graph as draw


def test_facts_of_a_small_model() -> None:
    graph = draw(
        "scope dense:Dense; x=Input[B,4] -> dense/matmul=MatMul(kernel[4,2], !mean[2])[B,2]"
    )
    told = dict(list_facts(take_inventory(graph, 3)))
    assert told["Parameters"] == "10, of which 8 trainable"
    assert told["FLOPs"].endswith("for a batch of 3")
    assert "1 layer call, 1 layer, 1 op, 1 edge" in told["Graph"]
    assert told["Consistency"].startswith("layers and operations agree on ")
