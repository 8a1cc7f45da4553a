"""Dominators against networkx, bottlenecks, and what the command says of both."""

from __future__ import annotations

import random

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from graphscope.analysis.structure import (
    examine_structure,
    find_bottlenecks,
    find_dominators,
)
from graphscope.cli.structure import list_structure
from graphscope.graph import Graph
from tests.support.graphs import graph


def draw(seed: int) -> Graph:
    choice = random.Random(seed)
    names = ["x"]
    lines = []
    for number in range(choice.randrange(1, 16)):
        name = f"n{number}"
        for source in {choice.choice(names[-4:]) for _ in range(choice.randrange(1, 4))}:
            lines.append(f"{source} -> {name}:L")
        names.append(name)
    return graph("\n".join(lines))


@given(st.integers(0, 100_000))
def test_dominators_are_those_of_networkx(seed: int) -> None:
    drawn = draw(seed)
    plain = nx.DiGraph((edge.source, edge.target) for edge in drawn.edges)
    expected = dict(nx.immediate_dominators(plain, "x"))
    found = find_dominators(drawn)
    for id_, dominator in found.items():
        assert dominator == (None if id_ == "x" else expected[id_])


def test_what_depends_on_no_input_makes_no_path() -> None:
    found = find_dominators(graph("x -> a:L -> add:Add -> b:L; table=Range -> add"))
    assert (found["add"], found["b"]) == ("a", "add")


def test_two_inputs_have_no_common_dominator() -> None:
    assert find_dominators(graph("x -> add:Add; y -> add -> b:L"))["add"] is None


def test_the_smallest_bottleneck_comes_first() -> None:
    drawn = graph("x=Input[B,64] -> a:L[B,32] -> code:L[B,4] -> b:L[B,32] -> y:L[B,64]")
    found = find_bottlenecks(drawn, batch=2)
    assert [each.call for each in found] == ["code", "a", "b"]
    assert (found[0].elements, found[0].share, found[0].shape) == (8, 4 / 64, "B×4")


def test_what_a_skip_passes_by_is_no_bottleneck() -> None:
    drawn = graph("x=Input[B,64] -> a:L[B,32] -> b:L[B,4] -> add:Add[B,32] -> y:L; a -> add")
    assert [each.call for each in find_bottlenecks(drawn)] == ["a", "add"]


def test_open_sizes_come_last() -> None:
    drawn = graph("x=Input[B,T,4] -> a:L[B,T,2] -> b:L[B,9] -> y:L")
    assert [each.elements for each in find_bottlenecks(drawn)] == [9, None]
    assert [each.elements for each in find_bottlenecks(drawn, 1, {"T": 3})] == [6, 9]


def test_the_page_tells_every_part() -> None:
    drawn = graph(
        "x=Input[B,8,8,3] -> flat:Flatten[B,192] -> d:Dense[B,2] -> y:L; x -> dead:L; return y;"
        " layer spare:Dense"
    )
    rows = list_structure(examine_structure(drawn))
    told = "\n".join(f"{label}: {text}" for label, text in rows)
    assert "from flat on, the whole of x" in told
    assert "Bottlenecks: d: B×2, 2 elements, 0.0104 times the input" in told
    assert "layer:spare: layer is never called" in told
    assert "dead: call reaches no output" in told
    assert examine_structure(drawn).as_dict()["unreachable"]["calls"] == ("dead",)
    assert list_structure(None) == []
