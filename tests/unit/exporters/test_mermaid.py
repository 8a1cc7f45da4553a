"""Mermaid flowcharts; what the grammar allows was tried with Mermaid 11 itself."""

from __future__ import annotations

import json
import re

import pytest

from graphscope.exporters.mermaid import quote
from graphscope.graph import Graph
from tests.support.graphs import graph
from tests.unit.exporters.conftest import Export
from tests.unit.exporters.hostile import NAMES, hostile_graph

# What a line may be, strictly: no name can add a line or leave its quotes.
LABEL = r'"(?:[^"`#;:&<>\\%@{}|]|#\d+;|<br/>)+"'
NODE = rf"n\d+(?:\({{1}}\[{LABEL}\]\)|\[\[{LABEL}\]\]|\[{LABEL}\])"
LINE = re.compile(
    rf"flowchart (?:TB|LR)|\s*direction (?:TB|LR)|\s*end|\s*subgraph s\d+\[{LABEL}\]|"
    rf"\s*{NODE}|  n\d+ (?:-->|-\.->)(?:\|{LABEL}\|)? n\d+|%% [\d,]+ (?:edges|letters): .*"
)


def body(source: bytes) -> list[str]:
    first, title, third, *lines = source.decode().splitlines()
    assert first == third == "---"
    assert isinstance(json.loads(title.removeprefix("title: ")), str)
    return lines


def test_scopes_are_subgraphs_and_edges_are_lifted(export: Export) -> None:
    model = graph(
        "x[B,8] -> net/dense/mm=MatMul[B,4] -> net/dense/add[B,4] -> net/out:Softmax[B,4]"
    )
    lines = body(export(model, "mmd"))
    assert [line.strip() for line in lines if "subgraph" in line] == ['subgraph s2["net<br/>B×4"]']
    assert '    n3[["dense<br/>B×4"]]' in lines
    assert [line for line in lines if "-->" in line] == [
        '  n1 -->|"B×8"| n3',
        '  n3 -->|"B×4"| n6',
    ]


def test_subgraphs_close(model: Graph, export: Export) -> None:
    lines = [line.strip() for line in body(export(model, "mmd", depth=9))]
    opened = [line for line in lines if line.startswith("subgraph")]
    assert len(opened) == lines.count("end") == 4


def test_masks_are_dashed_and_inputs_round(model: Graph, export: Export) -> None:
    text = export(model, "mmd", depth=9).decode()
    assert "-.->" in text
    assert '(["mask<br/>Input<br/>B"])' in text


def test_direction(model: Graph, export: Export) -> None:
    assert b"flowchart TB" in export(model, "mmd")
    assert b"flowchart LR" in export(model, "mmd", direction="right")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_stay_in_their_labels(name: str, export: Export) -> None:
    lines = body(export(hostile_graph(name), "mmd", depth=3))
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert sum(" n" in line and "->" in line for line in lines) == 2


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("encoder_1.block-2", "encoder_1.block-2"),
        ("1. first", "1#46;#32;first"),
        ("- item", "#45;#32;item"),
        ("    code", "#32;#32;#32;#32;code"),
        ("`**bold**`", "#96;#42;#42;bold#42;#42;#96;"),
        ("www.a.b", "www#46;a.b"),
        ("end", "end"),
    ],
)
def test_what_markdown_would_read_is_numbered(text: str, label: str) -> None:
    assert quote(text) == f'"{label}"'


def test_limits_of_mermaid_are_told(export: Export) -> None:
    wide = graph("\n".join(f"x -> n{i} -> y" for i in range(300)))
    lines = body(export(wide, "mmd", depth=1))
    assert lines[0] == "%% 600 edges: Mermaid draws 500 unless maxEdges is set."


def test_same_graph_gives_same_bytes(model: Graph, export: Export) -> None:
    assert export(model, "mmd") == export(model, "mmd")


def test_empty_graph(export: Export) -> None:
    assert body(export(graph(""), "mmd")) == ["flowchart TB"]


def test_the_title_is_no_beginning_of_a_tag(export: Export) -> None:
    # Mermaid reads on from `<b x=` to the next `>`, an arrow, and exchanges quotation marks there.
    title = export(graph("x -> y", name="<b x="), "mmd").decode().splitlines()[1]
    assert title == r'title: "\u003cb x="'
    assert json.loads(title.removeprefix("title: ")) == "<b x="
