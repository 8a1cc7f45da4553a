"""The page that `graphscope info` prints for people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from graphscope.analysis import take_inventory
from graphscope.cli.summary import print_summary
from graphscope.graph import Graph, GraphBuilder, NodeKind, Note, Port, TensorSpec
from graphscope.graph.code import Code, CodeKind, to_rows
from graphscope.session import open_target
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


def test_further_lines_of_a_note_are_indented(capsys: pytest.CaptureFixture[str]) -> None:
    graph = draw("x=Input[B,4] -> a:Dense[B,4]")
    graph = replace(graph, notes=(Note("long", "word " * 100),))
    lines = page(graph, capsys)
    start = next(index for index, line in enumerate(lines) if line.startswith("- word"))
    assert lines[start + 1].startswith("  word")


def test_code_is_listed_and_said_to_be_unrun(capsys: pytest.CaptureFixture[str]) -> None:
    pieces = [
        Code(
            CodeKind.BYTECODE, "a function", "layer:a", place="function", effect="Keras runs it.",
            text="\n".join(["# Python 3.11", *["  NOP\x1b[2J"] * 60]),
        ),
        Code(
            CodeKind.FILE, "the path '/x'", "layer:a", place="argument 0", effect="Keras runs it."
        ),
    ]  # fmt: skip
    note = Note("contains-code", "Layer a holds a function.", "layer:a")
    made = replace(draw("x -> a"), metadata={"code": to_rows(pieces)}, notes=(note,))
    lines = page(made, capsys)
    start = lines.index("Contains code  nothing of it was run")
    assert lines[start + 1 : start + 5] == [
        "- layer:a (function): a function",
        "  Keras runs it.",
        "    # Python 3.11",
        "      NOP\\x1b[2J",
    ]
    assert lines[start + 43] == "    … 21 more lines: --json has them"
    assert lines[start + 44] == "- layer:a (argument 0): the path '/x'"
    assert not any("Layer a holds" in line for line in lines)


def test_a_class_that_is_only_named_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    piece = Code(CodeKind.CUSTOM, "the class 'mine>A'", "layer:a")
    lines = page(replace(draw("x -> a"), metadata={"code": to_rows([piece])}), capsys)
    assert "Contains code  by name only" in lines


def test_outputs_that_have_names_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    found = draw("x -> relu")
    named = replace(found, metadata={**found.metadata, "output_names": ["scores"]})
    assert any(line.startswith("Returns") and "scores (" in line for line in page(named, capsys))
    assert not any(line.startswith("Returns") for line in page(found, capsys))


def test_of_weights_alone_nothing_is_known_but_the_parameters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "net.weights.h5"
    with h5py.File(path, "w") as file:
        file["layers/dense/vars/0"] = np.zeros((4, 3), "f4")
        file["layers/dense/vars/1"] = np.zeros((3,), "f4")
    lines = page(open_target(str(path)), capsys)
    assert lines[3:5] == ["FLOPs        unknown", "Outputs      unknown"]
    assert lines[2].startswith("Parameters   15")
