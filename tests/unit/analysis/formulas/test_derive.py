"""Formulas say what counting says, at any sizes that fit."""

from __future__ import annotations

import pytest

from graphscope.analysis import estimate_costs
from graphscope.analysis.formulas import derive_formulas
from graphscope.analysis.memory import estimate_memory, prepare_memory
from graphscope.graph import Graph
from tests.support.graphs import graph

ATTENTION = """
    x[B,T,8] -> q=MatMul(k[8,8])[BT,8] -> s=BatchMatMulV2[B,T,T] -> y=Softmax[B,T,T]
    q -> s
"""
LOOP = """
    scope while~While{"trip_count": "T"}
    scope while/body~body
    x[B,T,8] -> while/body/relu=Relu[B,8]
"""
CONVOLUTION = """
    x[B,H,W,3] -> c=Relu[B,ceil(H/2),ceil(W/2),8] -> p=Relu[B,floor((H-1)/4),ceil(W/4),8]
"""


@pytest.mark.parametrize("text", [ATTENTION, LOOP, CONVOLUTION])
def test_a_formula_tells_what_is_counted(text: str) -> None:
    drawn: Graph = graph(text)
    formulas = derive_formulas(drawn, prepare_memory(drawn))
    for units in (100, 300, 700):
        sizes = {name: step * units for name, step in formulas.steps.items()} | {"B": 40}
        others = {name: size for name, size in sizes.items() if name != "B"}
        costs = estimate_costs(drawn, 40, others)
        assert formulas.found["flops"].evaluate(sizes) == costs.total_flops
        assert formulas.found["output_bytes"].evaluate(sizes) == costs.total_output_bytes
        peak = estimate_memory(drawn, 40, others).peak
        assert formulas.found["inference_memory"].evaluate(sizes) == peak


def test_sizes_that_are_halved_must_be_multiples() -> None:
    formulas = derive_formulas(graph(CONVOLUTION))
    assert dict(formulas.steps) == {"B": 1, "H": 4, "W": 4}
    assert formulas.condition() == "where H and W are multiples of 4"
    assert formulas.as_dict()["multiples_of"] == {"H": 4, "W": 4}


def test_parameters_do_not_depend_on_sizes() -> None:
    formulas = derive_formulas(graph(ATTENTION))
    assert formulas.found["parameters"].evaluate({}) == 64


def test_a_peak_that_moves_has_a_note() -> None:
    # Which of the two branches holds more depends on which input is longer.
    drawn = graph("x[B,T,8] -> a=Softmax[B,T,8] -> b=Sum[B] ; y[B,T2,8] -> c=Softmax[B,T2,8]")
    formulas = derive_formulas(drawn, prepare_memory(drawn))
    codes = [note.code for note in formulas.notes]
    assert codes == (["no-formula"] if "inference_memory" not in formulas.found else codes)


def test_a_closed_graph_has_constants() -> None:
    formulas = derive_formulas(graph("x[4,8] -> y=Relu[4,8]"))
    assert (dict(formulas.steps), formulas.found["flops"].evaluate({})) == ({}, 32)
    assert formulas.condition() == ""


def test_impossible_multiples_are_said() -> None:
    formulas = derive_formulas(graph("x[B,ceil(T/1048577)] -> y=Relu[B]"))
    assert [note.code for note in formulas.notes] == ["no-formula"]
