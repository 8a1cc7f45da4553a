"""Graph JSON of Model Explorer, held against the fields of its `input_graph.ts`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphscope.exporters.model_explorer import make_collection
from graphscope.graph import Graph
from graphscope.session import export as export_file
from tests.support.graphs import graph
from tests.unit.exporters.conftest import Export
from tests.unit.exporters.hostile import NAMES, hostile_graph

NODE_FIELDS = {"id", "label", "namespace", "attrs", "incomingEdges", "outputsMetadata"}
EDGE_FIELDS = {"sourceNodeId", "sourceNodeOutputId", "targetNodeInputId"}


def read(data: bytes) -> dict[str, Any]:
    collection = json.loads(data)
    assert set(collection) == {"label", "graphs"}
    (only,) = collection["graphs"]
    found: dict[str, Any] = only
    return found


def pairs(node: dict[str, Any]) -> Iterator[dict[str, str]]:
    yield from node["attrs"]
    for output in node["outputsMetadata"]:
        yield from output["attrs"]


def check_schema(drawn: dict[str, Any]) -> None:
    ids = [node["id"] for node in drawn["nodes"]]
    assert len(set(ids)) == len(ids)
    for node in drawn["nodes"]:
        assert set(node) == NODE_FIELDS
        assert all(set(pair) == {"key", "value"} for pair in pairs(node))
        assert all(isinstance(text, str) for pair in pairs(node) for text in pair.values())
        for edge in node["incomingEdges"]:
            assert set(edge) == EDGE_FIELDS
            assert edge["sourceNodeId"] in ids
    for facts in drawn["groupNodeAttributes"].values():
        assert all(isinstance(text, str) for text in facts.values())


def test_nodes_edges_and_nesting(model: Graph, export: Export) -> None:
    drawn = read(export(model, "me.json"))
    check_schema(drawn)
    nodes = {node["id"]: node for node in drawn["nodes"]}
    assert len(nodes) == len(model.nodes)
    assert sum(len(node["incomingEdges"]) for node in nodes.values()) == len(model.edges)
    scores = nodes["encoder/attention/scores"]
    assert scores["namespace"] == "encoder/attention"
    masks = [e for e in scores["incomingEdges"] if e["targetNodeInputId"].startswith("mask ")]
    assert [edge["sourceNodeId"] for edge in masks] == ["mask"]


def test_tensors_weights_and_costs_are_told(model: Graph) -> None:
    (drawn,) = make_collection(model, batch=4)["graphs"]
    query = next(node for node in drawn["nodes"] if node["id"].endswith("query"))
    told = {pair["key"]: pair["value"] for pair in query["attrs"]}
    assert told["weight kernel"] == "8×4 float32"
    assert told["parameters"] == "32"
    assert told["output bytes"] == "64"  # 4 rows of 4 numbers of 4 bytes
    (output,) = query["outputsMetadata"]
    assert output["attrs"][0] == {"key": "shape", "value": "B×4"}


def test_groups_and_the_whole_have_attributes(model: Graph, export: Export) -> None:
    groups = read(export(model, "me.json"))["groupNodeAttributes"]
    assert groups[""]["producer"] == "keras 3.15.1"
    assert groups["encoder/attention"]["type"]


def test_sums_that_leave_something_out_say_so() -> None:
    drawn = graph("x=Input[B,4] -> d:Dense(kernel[4,8])[B,8] -> own:Own")
    lacking = [
        replace(layer, has_unknown_weights=layer.class_name == "Own") for layer in drawn.layers
    ]
    told = whole(replace(drawn, layers=tuple(lacking)))
    assert (told["parameters"], told["FLOPs"]) == ("at least 32", "at least 72")
    assert whole(graph("own:Own"))["FLOPs"] == "unknown"


def whole(drawn: Graph) -> dict[str, str]:
    (only,) = make_collection(drawn)["graphs"]
    told: dict[str, str] = only["groupNodeAttributes"][""]
    return told


def test_slashes_and_equal_names_do_not_merge_groups() -> None:
    drawn = graph("x -> a/n:Dense -> b/n:Dense")
    renamed = [
        scope if scope.id == "/" else type(scope)(**{**_fields(scope), "name": "same/name"})
        for scope in drawn.scopes
    ]
    same = Graph(name="two", nodes=drawn.nodes, edges=drawn.edges, scopes=tuple(renamed))
    (told,) = make_collection(same)["graphs"]
    assert {node["namespace"] for node in told["nodes"]} == {"", "same∕name", "same∕name#2"}


def _fields(scope: Any) -> dict[str, Any]:
    return {name: getattr(scope, name) for name in scope.__slots__}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_any_name_is_written(name: str, export: Export) -> None:
    check_schema(read(export(hostile_graph(name), "me.json")))


def test_the_longer_suffix_chooses(model: Graph, tmp_path: Path) -> None:
    export_file(model, tmp_path / "net.v2.me.json")
    export_file(model, tmp_path / "net.v2.json")
    assert "graphs" in json.loads((tmp_path / "net.v2.me.json").read_text())
    assert "graphs" not in json.loads((tmp_path / "net.v2.json").read_text())
