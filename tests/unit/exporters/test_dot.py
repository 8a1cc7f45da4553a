"""DOT source, read by Graphviz itself where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from xml.etree import ElementTree as ET

import pytest

from graphscope.exporters.dot import quote
from graphscope.graph import Graph
from tests.support.graphs import graph
from tests.unit.exporters.conftest import Export
from tests.unit.exporters.hostile import NAMES, hostile_graph

needs_graphviz = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is missing")


def lay_out(source: bytes) -> ET.Element:
    command = subprocess.run(["dot", "-Tsvg"], input=source, capture_output=True, check=True)
    assert command.stderr == b""
    return ET.fromstring(command.stdout)


def groups(svg: ET.Element, kind: str) -> list[ET.Element]:
    return [group for group in svg.iter() if group.get("class") == kind]


def test_scopes_are_clusters_and_edges_are_lifted(export: Export) -> None:
    model = graph(
        "x[B,8] -> net/dense/mm=MatMul[B,4] -> net/dense/add[B,4] -> net/out:Softmax[B,4]"
    )
    source = export(model, "dot").decode()
    lines = [line.strip() for line in source.splitlines()]
    assert [line for line in lines if line.startswith("subgraph")] == ["subgraph cluster_2 {"]
    assert r'n3 [label="dense\nB×4" tooltip="net/dense"]' in lines
    edges = [line for line in lines if "->" in line]
    assert [edge.partition(" [")[0] for edge in edges] == ["n1 -> n3", "n3 -> n6"]
    assert 'label="B×8"' in edges[0]


def test_same_graph_gives_same_bytes(model: Graph, export: Export) -> None:
    assert export(model, "dot") == export(model, "dot")


def test_masks_are_dashed_and_themes_differ(model: Graph, export: Export) -> None:
    light, dark = (export(model, "dot", theme=theme, depth=9) for theme in ("light", "dark"))
    assert b"style=dashed" in light
    assert light != dark and light.count(b"\n") == dark.count(b"\n")


def test_direction(model: Graph, export: Export) -> None:
    assert b"rankdir=TB" in export(model, "dot")
    assert b"rankdir=LR" in export(model, "dot", direction="right")


@needs_graphviz
def test_graphviz_draws_all_boxes(model: Graph, export: Export) -> None:
    svg = lay_out(export(model, "dot", depth=9))
    titles = [
        title.text for group in groups(svg, "node") for title in group if "title" in title.tag
    ]
    assert len(titles) == 9
    assert len(groups(svg, "cluster")) == 4


@needs_graphviz
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_add_nothing(name: str, export: Export) -> None:
    svg = lay_out(export(hostile_graph(name), "dot", depth=3))
    assert len(groups(svg, "node")) == 3
    assert len(groups(svg, "edge")) == 2
    assert not [element for element in svg.iter() if re.search(r"script|img|table", element.tag)]
    for element in svg.iter():
        assert not [value for value in element.attrib.values() if value.startswith("javascript:1")]


@needs_graphviz
@pytest.mark.parametrize(
    "name", ["script", "attribute", "entity", "dot_break", "dot_html", "dot_escapes", "dot_port"]
)
def test_names_are_shown_letter_for_letter(name: str, export: Export) -> None:
    svg = lay_out(export(hostile_graph(NAMES[name]), "dot", depth=3))
    shown = [re.sub("\xa0", " ", element.text or "") for element in svg.iter()]
    assert NAMES[name] in shown


def test_long_names_lose_their_middle() -> None:
    assert quote("a" * 50 + "b" * 50) == "a" * 40 + "…" + "b" * 40
    assert quote("tab\there") == r"tab\\there"
