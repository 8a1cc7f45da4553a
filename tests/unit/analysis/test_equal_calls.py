"""Which calls are taken to cost the same."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pytest

from graphscope.analysis import estimate_costs
from graphscope.analysis.costs.equal_calls import group_equal_calls
from graphscope.analysis.once import once_for_each_graph, once_for_each_graph_and
from graphscope.graph import Graph
from tests.support.graphs import graph


def groups(text: str) -> list[list[str]]:
    return [[node.id for node in nodes] for nodes in group_equal_calls(graph(text))]


def test_names_make_no_difference() -> None:
    assert groups(
        """
        x[B,4] -> a:Dense(kernel[4,4])[B,4]{"name": "a", "units": 4}
        a -> b:Dense(kernel[4,4])[B,4]{"units": 4, "name": "b"} -> c:Relu[B,4]
        """
    ) == [["x"], ["a", "b"], ["c"]]


@pytest.mark.parametrize(
    "other",
    [
        'x -> b:Dense(kernel[4,4])[B,4]{"units": 5}',
        'x -> b:Dense(kernel[4,5])[B,4]{"units": 4}',
        'x -> b:Dense(kernel[4,4])[B,5]{"units": 4}',
        'x -> b:Dense(kernel[4,4])[B,4]float16{"units": 4}',
        'x -> b=Dense(kernel[4,4])[B,4]{"units": 4}',
        'x -> b:Dens(kernel[4,4])[B,4]{"units": 4}',
        'y[B,5] -> b:Dense(kernel[4,4])[B,4]{"units": 4}',
        'x -> b:Dense(kernel[4,4])[B,4]{"units": 4}; x -> b',
        'x -mask> b:Dense(kernel[4,4])[B,4]{"units": 4}',
    ],
)
def test_all_else_does(other: str) -> None:
    found = groups(f'x[B,4] -> a:Dense(kernel[4,4])[B,4]{{"units": 4}}; {other}')
    assert ["a"] in found
    assert ["b"] in found


def test_equal_calls_in_loops_cost_as_often_as_these_run() -> None:
    drawn = graph(
        """
        scope loop~While{"trip_count": 3}
        x[B,8] -> relu=Relu[B,8]; x -> loop/relu=Relu[B,8]
        """
    )
    flops = estimate_costs(drawn).flops
    assert [nodes[0].id for nodes in group_equal_calls(drawn)] == ["x", "relu"]
    assert (flops["relu"], flops["loop/relu"]) == (8, 24)
    assert list(flops)[:3] == ["x", "relu", "loop/relu"]


def test_an_operation_without_outputs_leads_on_an_order_only() -> None:
    drawn = graph("x[B] -> a=Assert; a -control> b=Relu[B]")
    nodes = [replace(node, outputs=()) if node.id == "a" else node for node in drawn.nodes]
    found = group_equal_calls(replace(drawn, nodes=tuple(nodes)))
    assert [node.id for (node,) in found] == ["x", "a", "b"]


def test_an_answer_is_kept_as_long_as_its_graph() -> None:
    asked: list[str] = []

    @once_for_each_graph
    def name(of: Graph) -> str:
        asked.append(of.name)
        return of.name

    first, second = graph("x", name="first"), graph("x", name="second")
    assert [name(first), name(first), name(second)] == ["first", "first", "second"]
    assert asked == ["first", "second"]
    kept = weakref.ref(first)
    del first
    gc.collect()
    assert kept() is None


def test_the_two_latest_answers_about_a_graph_and_something_else_are_kept() -> None:
    asked: list[int] = []

    @once_for_each_graph_and
    def add(_: Graph, number: int) -> int:
        asked.append(number)
        return number + 1

    drawn = graph("x")
    assert [add(drawn, number) for number in (1, 2, 1, 3, 2, 1, 3)] == [2, 3, 2, 4, 3, 2, 4]
    assert asked == [1, 2, 3, 1]
