"""JSON: the graph document, there and back."""

from __future__ import annotations

import json

import pytest

from graphscope.graph import Graph, from_json, to_json
from tests.unit.exporters.conftest import Export
from tests.unit.exporters.hostile import NAMES, hostile_graph


def test_document_holds_the_whole_graph(model: Graph, export: Export) -> None:
    text = export(model, "json", depth=0).decode()
    assert json.loads(text)["format"] == "graphscope-graph"
    assert to_json(from_json(text)) == to_json(model)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_come_back(name: str, export: Export) -> None:
    text = export(hostile_graph(name), "json").decode()
    assert from_json(text).name == name
