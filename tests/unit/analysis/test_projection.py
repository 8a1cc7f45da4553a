"""The two projections of one graph."""

from __future__ import annotations

import subprocess
import sys

from graphscope.analysis import computation, data_flow, to_networkx
from tests.support.graphs import graph

BLOCK = """
scope block:Block
x[B,8] -> block/dense/mm=MatMul(kernel[8,4])[B,4] -> block/dense/relu=Relu[B,4]
block/dense/relu -> block/norm/mul=Mul[B,4] -> y:Dense[B,2]
block/dense/c=Const[] -> block/dense/mm
"""


def test_calls_are_the_innermost_ones() -> None:
    assert list(data_flow(graph(BLOCK)).nodes) == ["x", "block/dense", "block/norm", "y"]


def test_edges_are_lifted_to_calls() -> None:
    edges = data_flow(graph(BLOCK)).edges(data=True)
    assert [(a, b, facts["tensor"], facts["shape"]) for a, b, facts in edges] == [
        ("x", "block/dense", ("x", 0), ("B", 8)),
        ("block/dense", "block/norm", ("block/dense/relu", 0), ("B", 4)),
        ("block/norm", "y", ("block/norm/mul", 0), ("B", 4)),
    ]


def test_computation_keeps_everything() -> None:
    drawn = graph(BLOCK)
    ops = computation(drawn)
    assert (ops.number_of_nodes(), ops.number_of_edges()) == (len(drawn.nodes), len(drawn.edges))
    assert ops.edges["block/dense/c", "block/dense/mm", 0]["target_port"] == 1


def test_nodes_carry_what_they_are() -> None:
    assert data_flow(graph(BLOCK)).nodes["block/dense"] == {
        "name": "dense",
        "type": "dense",
        "kind": "layer",
        "layer": "layer:block/dense",
        "shape": ("B", 4),
        "dtype": "float32",
    }


def test_a_keras_operation_between_layers_is_one_node() -> None:
    drawn = graph("scope add=Add; x -> a:Dense -> add/cast=Cast -> add/sum=AddV2 -> b:Dense")
    assert list(data_flow(drawn).nodes) == ["x", "a", "add", "b"]


def test_a_keras_operation_inside_a_layer_belongs_to_the_layer() -> None:
    drawn = graph("scope layer/add=Add; x -> layer/mul=Mul -> layer/add/sum=AddV2")
    assert list(data_flow(drawn).nodes) == ["x", "layer"]


def test_a_layer_with_a_pass_through_inside_is_not_innermost() -> None:
    drawn = graph("x -> block/drop:Dropout -> block/mul=Mul")
    assert list(data_flow(drawn).nodes) == ["x", "block/drop", "block/mul"]


def test_loop_bodies_do_not_hide_layer_calls() -> None:
    drawn = graph("scope rnn/loop~While; x -> rnn/loop/cell/mm=MatMul -> rnn/stack")
    assert list(data_flow(drawn).nodes) == ["x", "rnn/loop/cell", "rnn/stack"]


def test_loose_constants_do_not_show() -> None:
    assert list(data_flow(graph("c=Const -> a:Dense; x -> a")).nodes) == ["a", "x"]


def test_a_call_without_operations_shows() -> None:
    assert list(data_flow(graph("scope idle:Idle; x -> a:Dense")).nodes) == ["x", "a", "idle"]


def test_one_tensor_between_two_calls_is_one_edge() -> None:
    drawn = graph("x -> a/one -> b/mul; a/one -> b/add; a/one -mask> b/add")
    kinds = [facts["kind"] for *_, facts in data_flow(drawn).edges(data=True)]
    assert kinds == ["data", "data", "mask"]  # the first leads from x to a


def test_a_shared_layer_is_two_nodes() -> None:
    shared = data_flow(graph("x -> a:Dense@one -> b:Dense@one"))
    assert {shared.nodes[id_]["layer"] for id_ in ("a", "b")} == {"layer:one"}


def test_networkx_is_imported_when_it_is_needed() -> None:
    program = "import sys, graphscope.analysis; sys.exit('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_views_by_name() -> None:
    drawn = graph(BLOCK)
    assert list(to_networkx(drawn).nodes) == list(computation(drawn).nodes)
    assert list(to_networkx(drawn, "layers").nodes) == list(data_flow(drawn).nodes)
