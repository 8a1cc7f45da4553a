"""Two graphs as one: what was removed stands where it stood, and all know what became of them."""

from __future__ import annotations

from graphscope.analysis.diff import compare_graphs
from graphscope.analysis.diff.merge import MergedGraph, merge_graphs
from graphscope.graph import Graph
from tests.support.graphs import graph

BEFORE = """
x=Input[B,8] -> enc/a:Dense(kernel[8,4])[B,4]{"units": 4}
enc/a -> enc/old:Dropout[B,4]{"rate": 0.5}
enc/old -> head:Dense(kernel[4,2], bias[2])[B,2]{"units": 2}
"""
AFTER = """
x=Input[B,8] -> enc/fresh:LayerNormalization(gamma[8])[B,8]{"epsilon": 0.1}
enc/fresh -> enc/a:Dense(kernel[8,4])[B,4]{"units": 4}
enc/a -> head:Dense(kernel[4,3], bias[3])[B,3]{"units": 3}
"""


def drawn(text: str) -> Graph:
    return graph(text, format="trace", backend="tensorflow")


def merged(before: str = BEFORE, after: str = AFTER) -> MergedGraph:
    one, other = drawn(before), drawn(after)
    return merge_graphs(one, other, compare_graphs(one, other))


def edges(found: MergedGraph, state: str) -> set[tuple[str, str]]:
    return {(key[0], key[2]) for key, each in found.edges.items() if each == state}


def test_what_was_added_removed_and_changed_is_in_one_graph() -> None:
    found = merged()
    assert found.states == {
        "enc/old": "removed",
        "enc/fresh": "added",
        "enc/a": "changed",
        "head": "changed",
    }
    assert {node.id for node in found.graph.nodes} == {"x", "enc/a", "enc/old", "enc/fresh", "head"}


def test_a_removed_call_stands_in_its_block_behind_what_stood_before_it() -> None:
    found = merged()
    ids = [node.id for node in found.graph.nodes]
    assert found.graph.node_by_id["enc/old"].scope == "enc"
    assert ids.index("enc/old") == ids.index("enc/a") + 1


def test_tensors_are_added_and_removed_too() -> None:
    found = merged()
    assert edges(found, "removed") == {("x", "enc/a"), ("enc/a", "enc/old"), ("enc/old", "head")}
    assert edges(found, "added") == {("x", "enc/fresh"), ("enc/fresh", "enc/a"), ("enc/a", "head")}


def test_every_call_knows_its_ids_on_both_sides() -> None:
    found = merged()
    assert found.before["head"] == found.after["head"] == "head"
    assert found.before["enc/old"] == "enc/old"
    assert "enc/old" not in found.after
    assert "enc/fresh" not in found.before


def test_equal_graphs_merge_to_themselves() -> None:
    found = merged(BEFORE, BEFORE)
    assert (found.states, found.edges) == ({}, {})
    assert found.graph.nodes == drawn(BEFORE).nodes


def test_an_id_that_is_taken_by_now_is_not_taken_again() -> None:
    before = 'x=Input[B,8] -> net:Dense(kernel[8,4])[B,4]{"units": 4} -> out:ReLU[B,4]'
    after = (
        "x=Input[B,8] -> net:Rescaling[B,8] -> other:Conv1D(kernel[3,8,8])[B,8] -> out:ReLU[B,8]"
    )
    found = merged(before, after)
    removed = [id_ for id_, state in found.states.items() if state == "removed"]
    assert len({node.id for node in found.graph.nodes}) == len(found.graph.nodes)
    assert all(id_ in found.graph.node_by_id for id_ in removed)
    weights = [weight.id for weight in found.graph.weights]
    assert len(set(weights)) == len(weights)


def test_a_rewired_input_is_an_added_and_a_removed_tensor() -> None:
    before = "x=Input[B,4] -> a:ReLU[B,4] -> b:Softmax[B,4] -> sum:Add[B,4]; x -> sum; return sum"
    after = "x=Input[B,4] -> a:ReLU[B,4] -> b:Softmax[B,4] -> sum:Add[B,4]; a -> sum; return sum"
    found = merged(before, after)
    assert edges(found, "removed") == {("x", "sum")}
    assert edges(found, "added") == {("a", "sum")}
    assert found.states["sum"] == "changed"


def test_a_new_block_is_new_with_all_that_is_inside() -> None:
    after = BEFORE.replace(
        "enc/old ->",
        "enc/old -> more/p:Conv1D(kernel[3,4,4])[B,4] -> more/q:ReLU[B,4]\nmore/q ->",
    )
    found = merged(BEFORE, after)
    added = {id_ for id_, state in found.states.items() if state == "added"}
    assert added == {"more", "more/p", "more/q"}
