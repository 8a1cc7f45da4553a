"""Topological order and the critical path."""

from __future__ import annotations

import pytest

from graphscope.analysis import critical_path, estimate_costs, topological_order
from graphscope.errors import GraphscopeError
from tests.support.graphs import graph


def test_program_order_is_kept_where_edges_allow() -> None:
    drawn = graph("x -> b:Dense; x -> a:Dense; a, b -> add:Add")
    assert topological_order(drawn) == ("x", "b", "a", "add")


def test_both_views_are_ordered() -> None:
    drawn = graph("one/late -> two; x -> one/early -> one/late; x -> one/late")
    assert topological_order(drawn) == ("x", "one", "two")
    assert topological_order(drawn, "ops") == ("x", "one/early", "one/late", "two")


def test_a_cycle_is_named() -> None:
    with pytest.raises(GraphscopeError, match=r"form a cycle: a -> b -> c -> a\. Remove"):
        topological_order(graph("x -> a:L -> b:L -> c:L -> a; c -> d:L"))


def test_a_long_cycle_is_cut_short() -> None:
    ring = " -> ".join(f"n{index}:L" for index in range(40))
    with pytest.raises(GraphscopeError) as caught:
        topological_order(graph(f"{ring} -> n0"))
    assert "…" in str(caught.value) and len(str(caught.value)) < 200


def test_an_edge_to_itself_is_a_cycle() -> None:
    with pytest.raises(GraphscopeError, match="a -> a"):
        topological_order(graph("x -> a=Add -> a"), "ops")


def test_deep_chains_need_no_recursion() -> None:
    chain = "\n".join(f"n{index}:L -> n{index + 1}:L" for index in range(5000))
    assert len(topological_order(graph(chain))) == 5001


def test_the_critical_path_holds_the_most_work() -> None:
    drawn = graph(
        """
        x[B,8] -> wide:Dense[B,100]{"units": 100} -> out:Dense[B,2]
        x -> narrow:Dense[B,2]{"units": 2} -> out
        """
    )
    costs = estimate_costs(drawn)
    path = critical_path(drawn, costs)
    assert path.ids == ("x", "wide", "out")
    wide, narrow, out = (2 * 8 + 1) * 100, (2 * 8 + 1) * 2, (2 * 100 + 1) * 2
    assert (path.flops, path.unknown) == (wide + out, 0)
    assert path.share == pytest.approx((wide + out) / (wide + narrow + out))


def test_calls_carry_the_sum_of_their_operations() -> None:
    drawn = graph("x[B,8] -> a/mm=MatMul(k[8,4])[B,4] -> a/relu=Relu[B,4] -> b/relu=Relu[B,4]")
    path = critical_path(drawn, estimate_costs(drawn, batch=3))
    assert path.ids == ("x", "a", "b")
    assert (path.flops, path.share) == (3 * (64 + 4 + 4), 1.0)


def test_unknown_work_is_said() -> None:
    drawn = graph("x -> a:Mystery -> b:Mystery")
    path = critical_path(drawn, estimate_costs(drawn))
    assert (path.ids, path.flops, path.share, path.unknown) == (("x", "a", "b"), 0, 0.0, 2)


def test_an_empty_graph_has_an_empty_path() -> None:
    drawn = graph("")
    assert critical_path(drawn, estimate_costs(drawn)).ids == ()
