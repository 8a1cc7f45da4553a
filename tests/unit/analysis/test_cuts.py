"""Cut points of the whole model and of single scopes."""

from __future__ import annotations

import itertools

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphscope.analysis import find_cut_points
from graphscope.errors import GraphscopeError
from tests.support.graphs import graph


def test_every_link_of_a_chain() -> None:
    assert find_cut_points(graph("x -> a:L -> b:L")) == ("x", "a", "b")


def test_a_skip_leaves_its_ends() -> None:
    drawn = graph("x -> a:L -> b:L -> add:Add -> out:L; a -> add")
    assert find_cut_points(drawn) == ("x", "a", "add", "out")


def test_two_inputs_meet() -> None:
    assert find_cut_points(graph("x -> a:L -> add:Add; y -> add -> out:L")) == ("add", "out")


def test_an_early_output_ends_the_cuts() -> None:
    assert find_cut_points(graph("x -> a:L -> b:L -> c:L; return a; return c")) == ("x", "a")


def test_dead_ends_do_not_count() -> None:
    drawn = graph("x -> a:L -> b:L; x -> dead:L; y -> dead; return b")
    assert find_cut_points(drawn) == ("x", "a", "b")


def test_constants_are_no_inputs() -> None:
    assert find_cut_points(graph("x -> a:L -> b:L; c=Const -> b")) == ("x", "a", "b")


def test_masks_travel_beside_their_tensor() -> None:
    assert find_cut_points(graph("x -> a:L -> b:L -> c:L; a -mask> c")) == ("x", "a", "b", "c")


def test_outputs_that_no_input_reaches() -> None:
    assert find_cut_points(graph("x -> a:L; c=Const -> b:L; return b")) == ()


def test_children_of_a_scope() -> None:
    drawn = graph("x -> block/a/op -> block/b/op -> block/add; block/a/op -> block/add -> y:L")
    assert find_cut_points(drawn, "block") == ("block/a", "block/add")
    assert find_cut_points(drawn, "/") == ("x", "block", "y")


def test_a_scope_that_takes_two_tensors() -> None:
    drawn = graph("x -> block/a; z -> block/b; block/a -> block/b -> block/c -> y:L")
    assert find_cut_points(drawn, "block") == ("block/b", "block/c")


def test_a_scope_that_hands_an_argument_through() -> None:
    drawn = graph("x -> block/a -> y:L; takes block x; returns block block/a, x")
    assert find_cut_points(drawn, "block") == ()


def test_an_unknown_scope() -> None:
    with pytest.raises(GraphscopeError, match="no scope 'nowhere'"):
        find_cut_points(graph("x -> a:L"), "nowhere")


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=25))
def test_the_same_as_by_removal(pairs: list[tuple[int, int]]) -> None:
    """A node is a cut point exactly if the inputs lose the outputs without it."""
    links = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    text = "; ".join(f"n{a}{'' if a == 0 else ':L'} -> n{b}:L" for a, b in links)
    drawn = graph(f"n0=Input -> start:L; {text}")
    digraph = nx.DiGraph([("n0", "start"), *((f"n{a}", f"n{b}") for a, b in links)])
    ends = [port.node for port in drawn.outputs]

    def is_joined(without: str | None) -> bool:
        rest = digraph.copy()
        rest.remove_nodes_from([without] if without else [])
        return any(
            nx.has_path(rest, "n0", end)
            for end in itertools.filterfalse(lambda end: end == without, ends)
            if "n0" in rest
        )

    expected = {node for node in digraph if not is_joined(node)} if is_joined(None) else set()
    assert set(find_cut_points(drawn)) == expected
