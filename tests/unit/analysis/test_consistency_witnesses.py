"""What operations, weights, loops and branches themselves say against a graph."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphscope.analysis import check_consistency
from graphscope.graph import Edge, EdgeKind, Graph, TensorSpec
from tests.support.graphs import graph


def sound(text: str, **metadata: object) -> Graph:
    drawn = graph(text, **{"format": "trace", "backend": "tensorflow", **metadata})
    assert check_consistency(drawn).violations == ()
    return drawn


def codes(drawn: Graph) -> set[str]:
    return {violation.code for violation in check_consistency(drawn).violations}


def with_attributes(drawn: Graph, scope: str, **attributes: object) -> Graph:
    scopes = tuple(
        replace(each, attributes={**each.attributes, **attributes}) if each.id == scope else each
        for each in drawn.scopes
    )
    return replace(drawn, scopes=scopes)


def test_two_tensors_at_one_port() -> None:
    drawn = sound("x[B,2] -> a/r=Relu[B,2]; y[B,2] -> b/r=Relu[B,2]")
    assert "contested port" in codes(replace(drawn, edges=(*drawn.edges, Edge("y", 0, "a/r", 0))))


def test_a_circle() -> None:
    drawn = sound("x -> a/one=Relu -> a/two=Tanh")
    assert "circle" in codes(replace(drawn, edges=(*drawn.edges, Edge("a/two", 0, "a/one", 1))))


def test_an_operation_in_vain() -> None:
    assert codes(graph("x -> a/one=Relu; x -> a/two=Tanh; return a/one", dead_ops=0)) == {
        "vain operation"
    }


def test_a_weight_that_two_layers_list() -> None:
    drawn = sound("x -> a/mm=MatMul(k[2,2]) -> b/mm=MatMul(k[2,2])")
    layers = tuple(
        replace(each, weights=(*each.weights, "weight:a/k")) if each.id == "layer:b" else each
        for each in drawn.layers
    )
    assert codes(replace(drawn, layers=layers)) == {"misplaced weight"}


def test_the_weight_of_another_layer_in_place_of_the_own() -> None:
    drawn = sound("x -> a/mm=MatMul(k[2,2]) -> b/mm=MatMul(k[2,2])")
    nodes = tuple(
        replace(each, weights=("weight:a/k",)) if each.id == "b/mm" else each
        for each in drawn.nodes
    )
    assert codes(replace(drawn, nodes=nodes)) == {"misplaced weight"}


def test_tied_weights_are_sound() -> None:
    sound("t -> e/take=GatherV2(table[9,4], !axis[1], !more[1]) -> mm=MatMul(table[9,4]@e)")


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (TensorSpec(("B", 3), "float32"), "works element by element"),
        (TensorSpec(("B", 2), "float16"), "takes B×2 float32 and makes B×2 float16"),
    ],
)
def test_an_impossible_result(made: TensorSpec, told: str) -> None:
    drawn = sound("x[B,2] -> a/r=Relu[B,2]")
    nodes = tuple(
        replace(each, outputs=(made,)) if each.id == "a/r" else each for each in drawn.nodes
    )
    (violation,) = check_consistency(replace(drawn, nodes=nodes)).violations
    assert violation.code == "impossible spec"
    assert told in violation.message


@pytest.mark.parametrize(
    ("made", "is_sound"),
    [("[B,4,2]", True), ("[B,4,3]", False), ("[4,2]", False), ("[?,4,2]", True)],
)
def test_broadcasting(made: str, is_sound: bool) -> None:
    drawn = graph(f"x[B,4,1] -> a/s=AddV2{made}; y[2] -> a/s", format="trace", backend="tensorflow")
    assert check_consistency(drawn).ok is is_sound


LOOP = """
scope rnn/loop~While
scope rnn/loop/body~body
x[B,2] -> rnn/loop/body/add=AddV2[B,2]; c=Const[B,2] -> rnn/loop/body/add
rnn/loop/body/add -> out/r=Relu[B,2]
"""


def loop(*carried: Edge) -> Graph:
    drawn = sound(LOOP)
    rows = [[["rnn/loop/body/add", 0], [["rnn/loop/body/add", 1]]]]
    drawn = replace(drawn, edges=(*drawn.edges, *carried))
    return with_attributes(drawn, "rnn/loop", carries=rows)


def test_what_a_loop_carries() -> None:
    carried = Edge("rnn/loop/body/add", 0, "rnn/loop/body/add", 1, EdgeKind.STATE)
    assert codes(loop(carried)) == set()
    assert codes(loop()) == {"cut in a loop"}
    assert codes(loop(carried, replace(carried, target_port=0))) == {"extra in a loop"}


def test_a_loop_fills_a_list_of_its_length() -> None:
    text = """
    scope rnn/loop~While{"trip_count": 5}
    x[B,2] -> rnn/loop/r=Relu[B,2] -> rnn/stack=TensorListStack[5,B,2]; n=Const[] -> rnn/stack
    """
    drawn = sound(text)
    assert codes(with_attributes(drawn, "rnn/loop", trip_count=6)) == {"wrong trip count"}


def test_branches_hand_on_their_own_results() -> None:
    text = """
    scope if~If
    scope if/then~branch
    scope if/else~branch
    p[]bool -> if/choose=If[B,2]; x[B,2] -> if/then/r=Relu[B,2] -> if/choose
    x -> if/else/t=Tanh[B,2] -> if/choose
    """
    drawn = sound(text)
    swapped = {1: 2, 2: 1, 0: 0}
    edges = tuple(
        replace(each, target_port=swapped[each.target_port]) if each.target == "if/choose" else each
        for each in drawn.edges
    )
    assert codes(replace(drawn, edges=edges)) == {"wrong branch"}


def test_a_mask_is_not_of_floating_point_numbers() -> None:
    assert codes(graph("x[B,2] -> a:L; x -mask> b:L; a -> b")) == {"no mask"}


def test_operands_of_other_backends() -> None:
    assert codes(graph("x[B,2] -> a/s=add[B,2]", backend="jax")) == {"missing operand"}
    assert codes(graph("x[B,2] -> a/s=mm[B,2]", backend="torch")) == {"missing operand"}
