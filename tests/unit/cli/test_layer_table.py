"""The table of layers: what gets a row, and how equal blocks are told once."""

from __future__ import annotations

from graphscope.analysis import estimate_costs
from graphscope.cli.layer_table import PAGE, Row, make_rows
from graphscope.graph import Graph
from tests.support.graphs import graph as draw


def rows(graph: Graph, depth: int | None = None) -> list[Row]:
    return make_rows(graph, estimate_costs(graph), depth=depth)


def names(graph: Graph, depth: int | None = None) -> list[str]:
    return [f"{'  ' * row.level}{row.name}" for row in rows(graph, depth)]


def test_layers_of_a_file_are_rows() -> None:
    graph = draw(
        "x=Input[B,4] -> first:Dense(kernel[4,8], bias[8])[B,8] "
        "-> second:Dense(kernel[8,2], bias[2])[B,2]"
    )
    assert rows(graph) == [
        Row(0, "x", "Input", "B×4", 0, 0),
        Row(0, "first", "Dense", "B×8", 40, 72),
        Row(0, "second", "Dense", "B×2", 18, 34),
    ]


def test_single_operations_inside_a_layer_are_no_rows() -> None:
    graph = draw(
        """
        scope dense:Dense
        scope total=Add
        x=Input[B,4] -> dense/matmul=MatMul(kernel[4,2]) -> dense/bias=BiasAdd(bias[2])[B,2]
        dense/bias, x -> total/add=AddV2[B,2] -> loose=Relu[B,2]
        """
    )
    assert names(graph) == ["x", "dense", "total"]
    assert [row.shape for row in rows(graph)] == ["B×4", "B×2", "B×2"]
    assert [row.parameters for row in rows(graph)] == [0, 10, 0]


def test_nested_models_are_indented_down_to_the_asked_level() -> None:
    graph = draw("x -> encoder/block/dense:Dense -> encoder/norm:LayerNormalization -> head:Dense")
    assert names(graph) == ["x", "encoder", "  block", "    dense", "  norm", "head"]
    assert names(graph, 2) == ["x", "encoder", "  block", "  norm", "head"]
    assert names(graph, 1) == ["x", "encoder", "head"]


def test_equal_blocks_in_a_row_are_told_once() -> None:
    blocks = " -> ".join(
        f"block_{i}/dense:Dense(kernel[4,4])[B,4] -> block_{i}/norm:Norm[B,4]" for i in range(5)
    )
    scopes = "".join(f"scope block_{i}:Block; " for i in range(5))
    graph = draw(f"{scopes} x[B,4] -> {blocks} -> head:Dense(kernel[4,2])[B,2]")
    table = rows(graph)
    assert names(graph) == ["x", "block", "  dense", "  norm", "head"]
    run, first = table[1], table[2]
    assert (run.count, run.parameters, run.shape) == (5, 80, "B×4")
    assert (first.count, first.parameters) == (1, 16)


def test_the_table_opens_as_many_levels_as_fit_on_a_page() -> None:
    wide = "; ".join(f"x -> part/inner_{i}:Dense[B,{i}]" for i in range(1, PAGE + 1))
    assert names(draw(wide)) == ["x", "part"]
    assert len(names(draw(wide), depth=2)) == PAGE + 2


def test_a_layer_that_is_called_again_is_told_once() -> None:
    graph = draw(
        "scope left:Encoder@encoder; scope right:Encoder@encoder;"
        "x[B,4] -> left/dense:Dense@dense(kernel[4,4])[B,4] "
        "-> right/dense:Dense@dense(kernel[4,4])[B,4]"
    )
    assert names(graph) == ["x", "left", "  dense", "right"]
    assert [(row.parameters, row.is_shared) for row in rows(graph)[1:]] == [
        (16, False),
        (16, False),
        (0, True),
    ]
