"""Sums over scopes, loops, bytes, and what is unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphscope.analysis import estimate_costs
from graphscope.graph import EdgeKind, Graph
from tests.support.graphs import graph


def test_scopes_sum_what_is_inside() -> None:
    drawn = graph("x[B,8] -> a/b/mm=MatMul(k[8,4])[B,4] -> a/relu=Relu[B,4] -> c/relu=Relu[B,4]")
    flops = estimate_costs(drawn, batch=2).flops
    assert {id_: flops[id_] for id_ in ("a/b", "a", "c", "/")} == {
        "a/b": 128,
        "a": 136,
        "c": 8,
        "/": 144,
    }


def test_a_sum_leaves_out_what_is_unknown_and_says_so() -> None:
    costs = estimate_costs(graph("x[B,8] -> a/relu=Relu[B,8] -> a/odd=Odd[B,8] -> b/odd=Odd[B,8]"))
    assert (costs.flops["a"], costs.flops["b"], costs.total_flops) == (8, None, 8)
    assert costs.unknown == {"a": 1, "b": 1, "/": 2}
    assert (costs.unknown_count, costs.unknown_types) == (2, ("Odd",))


def test_nothing_unknown() -> None:
    costs = estimate_costs(graph("scope idle:Idle; x[B,8] -> relu=Relu[B,8]"))
    assert (costs.unknown, costs.unknown_types, costs.flops["idle"]) == ({}, (), 0)


def test_output_bytes() -> None:
    drawn = graph("x[B,10] -> s=Split[B,5]float16[B,5]float16 -> a/t=Cast[B,5]bool; s.1 -> a/t")
    costs = estimate_costs(drawn, batch=2)
    assert {id_: costs.output_bytes[id_] for id_ in ("x", "s", "a", "/")} == {
        "x": 80,
        "s": 40,
        "a": 10,
        "/": 130,
    }


@pytest.mark.parametrize("spec", ["[?]", "[*]", "[B]string", "[]variant"])
def test_bytes_that_are_not_known(spec: str) -> None:
    costs = estimate_costs(graph(f"x{spec} -> y=Relu[B]"))
    assert (costs.output_bytes["x"], costs.total_output_bytes) == (None, 4)


def test_multiples_of_the_batch() -> None:
    drawn = graph("x[26B,8] -> y=Relu[26B,8]")
    assert estimate_costs(drawn, batch=3).flops["y"] == 26 * 3 * 8


LOOP = """
scope rnn/while~StatelessWhile
scope rnn/while/cond~cond
scope rnn/while/body~body
zero=Const[]int32{"value": %(first)s} -> rnn/while/cond/less=%(comparison)s[]bool
limit=Const[]int32{"value": %(limit)s} -> rnn/while/cond/less
rnn/while/cond/less -> rnn/while/cond/and=LogicalAnd[]bool
done[]bool -> rnn/while/cond/and
zero -> rnn/while/body/next=AddV2[]int32
step=Const[]int32{"value": %(step)s} -> rnn/while/body/next
rnn/while/body/next -state> rnn/while/cond/less
rnn/while/body/next -state> rnn/while/body/next
x[B,8] -> rnn/while/body/relu=Relu[B,8]
"""


@pytest.mark.parametrize(
    ("first", "comparison", "limit", "step", "trips"),
    [
        (0, "Less", 12, 1, 12),
        (0, "LessEqual", 12, 1, 13),
        (2, "Less", 12, 3, 4),
        (9, "Less", 3, 1, 0),
    ],
)
def test_a_loop_that_counts_to_a_constant(
    first: int, comparison: str, limit: int, step: int, trips: int
) -> None:
    drawn = _loop(first=first, comparison=comparison, limit=limit, step=step)
    costs = estimate_costs(drawn)
    assert costs.flops["rnn/while/body/relu"] == 8 * trips
    assert costs.flops["rnn"] == costs.total_flops
    assert costs.output_bytes["rnn/while/body/relu"] == 32
    assert costs.unbounded == ()


@pytest.mark.parametrize(
    "change", [{"step": 0}, {"step": -1}, {"limit": '"1.5"'}, {"comparison": "NotEqual"}]
)
def test_a_loop_of_unknown_length_counts_once(change: dict[str, object]) -> None:
    drawn = _loop(**{"first": 0, "comparison": "Less", "limit": 12, "step": 1, **change})
    costs = estimate_costs(drawn)
    assert costs.flops["rnn/while/body/relu"] == 8
    assert costs.unbounded == ("rnn/while",)


def test_a_recorded_number_of_trips() -> None:
    drawn = graph(
        """
        scope loop~Scan{"trip_count": 5}
        scope loop/inner~Scan{"trip_count": 2}
        x[B,8] -> loop/relu=Relu[B,8] -> loop/inner/relu=Relu[B,8]
        """
    )
    costs = estimate_costs(drawn)
    assert (costs.flops["loop/relu"], costs.flops["loop/inner/relu"]) == (40, 80)


def _loop(**values: object) -> Graph:
    drawn = graph(LOOP % values)
    # What a loop hands on arrives at the port of what it began with.
    edges = [
        replace(edge, target_port=0) if edge.kind is EdgeKind.STATE else edge
        for edge in drawn.edges
    ]
    return replace(drawn, edges=tuple(edges))
