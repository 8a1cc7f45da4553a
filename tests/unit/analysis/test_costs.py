"""Sums over scopes, loops, bytes, and what is unknown."""

from __future__ import annotations

import pytest

from graphscope.analysis import estimate_costs
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


def test_open_sizes_get_numbers() -> None:
    drawn = graph("x[B,T,8] -> y=Relu[B,ceil(T/2),8]")
    assert estimate_costs(drawn).flops["y"] is None
    costs = estimate_costs(drawn, batch=3, sizes={"T": 5})
    assert (costs.flops["y"], costs.output_bytes["x"]) == (3 * 3 * 8, 4 * 3 * 5 * 8)
    assert costs.sizes == {"T": 5}


def test_a_loop_over_an_open_length_runs_so_many_times() -> None:
    drawn = graph(
        """
        scope while~While{"trip_count": "T+1"}
        scope while/body~body
        x[B,8] -> while/body/relu=Relu[B,8]
        """
    )
    assert estimate_costs(drawn).unbounded == ("while",)
    costs = estimate_costs(drawn, sizes={"T": 4})
    assert (costs.flops["while"], costs.unbounded) == (5 * 8, ())


def test_a_loop_of_unknown_length_counts_once() -> None:
    drawn = graph(
        """
        scope rnn/while~While
        scope rnn/while/cond~cond
        x[B,8] -> rnn/while/cond/less=Less[]bool
        x -> rnn/while/body/relu=Relu[B,8]
        """
    )
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
