"""What takes no part in computing the outputs."""

from __future__ import annotations

from graphscope.analysis import find_unreachable, find_unreachable_layers
from graphscope.analysis.reach import Unreachable
from tests.support.graphs import graph


def test_everything_takes_part() -> None:
    assert find_unreachable(graph("x -> a:L -> b:L")) == Unreachable((), (), ())


def test_calls_and_inputs_that_reach_no_output() -> None:
    drawn = graph("x -> a:L -> b:L; a -> dead:L -> deader:L; z -> deader; return b")
    assert find_unreachable(drawn) == Unreachable((), ("dead", "deader"), ("z",))


def test_a_mask_is_a_way() -> None:
    assert find_unreachable(graph("x -> a:L -mask> b:L; x -> b; return b")).calls == ()


def test_unknown_outputs_accuse_nobody() -> None:
    drawn = graph("x -> a:L -> a")
    assert drawn.outputs == ()
    assert find_unreachable(drawn) == Unreachable((), (), ())


def test_a_layer_that_is_never_called() -> None:
    assert find_unreachable_layers(graph("x -> a:L; layer spare:Dense(k[2,2])")) == ("layer:spare",)


def test_a_layer_whose_weights_are_read_is_used() -> None:
    assert find_unreachable_layers(graph("layer e:E(t[9,4]); x -> a/mm=MatMul(t[9,4]@e)")) == ()


def test_a_container_of_called_layers_is_used() -> None:
    drawn = graph("layer box:Box; x -> box_inner:Dense@box/dense; layer box/spare:Dense")
    assert find_unreachable_layers(drawn) == ("layer:box/spare",)


def test_the_inside_of_an_opaque_call_is_not_judged() -> None:
    drawn = graph("x -> a:MultiHeadAttention; layer a/query:EinsumDense; layer a/deep/er:Dense")
    assert find_unreachable_layers(drawn) == ()
