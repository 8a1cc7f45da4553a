"""Parameter counts."""

from __future__ import annotations

from graphscope.analysis import (
    Parameters,
    count_parameters,
    count_parameters_by_call,
    count_parameters_by_layer,
)
from tests.support.graphs import graph


def test_trainable_or_not() -> None:
    counted = count_parameters(graph("x -> bn:BatchNorm(gamma[4], beta[4], !mean[4], !var[4])"))
    assert (counted.total, counted.trainable, counted.non_trainable) == (16, 8, 8)


def test_a_shared_weight_counts_once() -> None:
    drawn = graph("x -> a:Dense@one(k[3,5]) -> b:Dense@one")
    assert count_parameters(drawn).total == 15
    calls = count_parameters_by_call(drawn)
    assert (calls["a"].total, calls["b"].total, calls["/"].total) == (15, 15, 15)


def test_layers_that_are_never_called_count() -> None:
    drawn = graph("x -> a:Dense(k[2]); layer spare:Dense(k[3])")
    assert count_parameters(drawn).total == count_parameters_by_call(drawn)["/"].total == 5


def test_scopes_sum_what_is_inside() -> None:
    drawn = graph(
        """
        scope enc:Encoder
        x -> enc/a/mm=MatMul(k[2,3]) -> enc/a/bias=BiasAdd(b[3])
        enc/a/bias -> enc/b/mm=MatMul(k[3,3]) -> head/mm=MatMul(k[3,3]@enc/b)
        """
    )
    calls = {id_: counted.total for id_, counted in count_parameters_by_call(drawn).items()}
    assert (calls["enc/a/mm"], calls["enc/a"], calls["enc"], calls["head"]) == (6, 9, 18, 9)
    assert calls["/"] == 18


def test_a_weight_that_the_call_does_not_read_is_still_its_layers() -> None:
    drawn = graph("scope a:Odd(used[2], unused[7]); x -> a/mul=Mul(used[2])")
    assert count_parameters_by_call(drawn)["a"].total == 9


def test_layers_include_their_sublayers() -> None:
    drawn = graph("layer a:A(w[1]); layer a/b:B(w[2]); layer a/b/c:C(!w[4]); x -> relu")
    assert count_parameters_by_layer(drawn) == {
        "layer:a": Parameters(3, 4),
        "layer:a/b": Parameters(2, 4),
        "layer:a/b/c": Parameters(0, 4),
    }


def test_a_call_of_a_layer_includes_its_sublayers() -> None:
    drawn = graph("layer a:A(w[1]); layer a/b:B(w[2]); x -> a:A@a")
    assert count_parameters_by_call(drawn)["a"].total == 3
