"""The page that `graphscope info` prints for people."""

from __future__ import annotations

import pytest

from graphscope.analysis import take_inventory
from graphscope.cli.summary import print_summary
from graphscope.graph import Graph, GraphBuilder, NodeKind, Port, TensorSpec
from tests.support.graphs import graph as draw


def page(graph: Graph, capsys: pytest.CaptureFixture[str]) -> list[str]:
    print_summary(graph, take_inventory(graph))
    return capsys.readouterr().out.splitlines()


def test_a_page_of_a_small_model(capsys: pytest.CaptureFixture[str]) -> None:
    graph = draw(
        "x=Input[B,4] -> first:Dense(kernel[4,8],bias[8])[B,8] -> second:Dense(kernel[8,2])[B,2]",
        name="tiny",
        producer="keras 3.15.1",
        format="keras archive",
    )
    assert page(graph, capsys) == [
        "tiny  Model · keras 3.15.1 · keras archive",
        "",
        "Parameters   56, all trainable",
        "FLOPs        106 for a batch of 1",
        "Outputs      56 B for a batch of 1",
        "Graph        2 layer calls, 2 layers, 2 edges",
        "Consistency  2 edges between layers",
        "",
        "Layer   Type   Output shape  Parameters  FLOPs",
        "x       Input  B×4",
        "first   Dense  B×8                   40     72",
        "second  Dense  B×2                   16     34",
    ]


def test_names_are_text_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    builder = GraphBuilder("[red]\x1b[2Jname")
    spec = TensorSpec(("B", 4), "float32")
    x = builder.add_node("[/bold]x\n\u202e", "[blink]Input\x07", NodeKind.INPUT, outputs=[spec])
    long = builder.add_node("a" * 500 + "z", "Dense", NodeKind.LAYER, outputs=[spec])
    builder.add_edge(Port(x), long, 0)
    builder.add_note("code", "[link=file:///]note\x1b[0m", "[u]subject")
    lines = page(builder.build(outputs=[Port(long)]), capsys)
    text = "\n".join(lines)
    assert "[red]\\x1b[2Jname" in text
    assert "[/bold]x\\n\\u202e" in text
    assert "[blink]Input\\x07" in text
    assert "- [u]subject: [link=file:///]note\\x1b[0m" in text
    assert "\x1b" not in text
    assert max(map(len, lines)) < 200


def test_what_the_consistency_check_found_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    graph = draw("x=Input[B,4] -> a:Dense[B,4]; x -> b:Dense[B,4]; declare a -> b")
    text = "\n".join(page(graph, capsys))
    assert "layers and operations disagree: 1 violation" in text
    assert "\nNotes\n- " in text
