"""The four kinds of nodes."""

from __future__ import annotations

from graphscope.analysis import Role, find_roles
from tests.support.graphs import graph


def test_each_role() -> None:
    drawn = graph("x -> a:Dense(k[2,2]) -> relu:ReLU -> b:Dense(k[2,2])")
    assert find_roles(drawn) == {
        "x": Role.INPUT,
        "a": Role.HIDDEN,
        "relu": Role.INTERMEDIATE,
        "b": Role.OUTPUT,
    }


def test_a_traced_call_that_reads_weights_is_hidden() -> None:
    drawn = graph("x -> a/mm=MatMul(kernel[2,2]) -> a/relu -> b/relu -> c/relu")
    assert list(find_roles(drawn).values()) == ["input", "hidden", "intermediate", "output"]


def test_reading_the_weights_of_another_layer_counts() -> None:
    drawn = graph("layer e:E(t[9,4]); x -> tied/mm=MatMul(t[9,4]@e) -> out:L")
    assert find_roles(drawn)["tied"] is Role.HIDDEN


def test_the_input_of_a_nested_model_is_intermediate() -> None:
    drawn = graph("x -> inner/in=Input -> inner/a:L -> out:L")
    assert find_roles(drawn)["inner/in"] is Role.INTERMEDIATE


def test_every_node_of_the_data_flow_graph_has_a_role() -> None:
    drawn = graph("scope idle:Idle(k[1]); x -> a:L; c=Const -> a")
    assert find_roles(drawn) == {"x": "input", "a": "output", "idle": "hidden"}
