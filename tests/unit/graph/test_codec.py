"""The JSON document: there and back, the same bytes, and clear words for damaged ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from graphscope.errors import GraphError
from graphscope.graph import (
    Graph,
    from_json,
    to_json,
)
from tests.support.graphs import graph
from tests.support.random_graphs import graphs, same

EXAMPLE = """
scope enc:Encoder{"depth": 2}
x[B,8] -> enc/mm=MatMul(k[8,4], !m[4])[B,4]float16[?] -> y:Dense[*]
x -mask> y
declare x -> enc
"""


def test_there_and_back() -> None:
    drawn = graph(EXAMPLE, format="trace")
    assert same(from_json(to_json(drawn)), drawn)
    assert same(from_json(to_json(drawn, indent=2)), drawn)


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 2**64, -(10**18), 9_876_543_210 * 10**18])
def test_no_whole_number_is_rounded(number: int) -> None:
    drawn = graph("x[B,8] -> y=Relu[B,8]", exact=number)
    found = from_json(to_json(drawn)).metadata["exact"]
    assert found == number
    assert type(found) is int


def test_the_document_reads_well() -> None:
    document = json.loads(to_json(graph("x[B,8] -> y=Relu[B,8]")))
    assert document["nodes"][1] == {
        "id": "y",
        "name": "y",
        "type": "Relu",
        "kind": "op",
        "scope": "/",
        "outputs": [["float32", ["B", 8]]],
    }
    assert document["edges"] == [["x", 0, "y", 0]]
    assert (document["format"], document["version"]) == ("graphscope-graph", 1)


@given(graphs())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_graph_there_and_back(made: Graph) -> None:
    text = to_json(made)
    again = from_json(text)
    assert same(again, made)
    assert to_json(again) == text


def change(path: str, value: Any) -> str:
    document = json.loads(to_json(graph(EXAMPLE)))
    *way, last = path.split(".")
    place: Any = document
    for key in way:
        place = place[int(key) if key.isdigit() else key]
    place[int(last) if last.isdigit() else last] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not a graphscope graph"),
        ('{"format": "other"}', "is not a graphscope graph"),
        ('{"format": "graphscope-graph"}', "has version None, this graphscope reads version 1"),
        (change("version", 2), "has version 2, this graphscope reads version 1. Update graphscope"),
        ('{"format": "graphscope-graph", "version": 1}', "is damaged"),
        (change("nodes", 7), "is damaged"),
        (change("nodes.0", []), "is damaged"),
        (change("nodes.0.kind", "unheard of"), "is damaged"),
        (change("nodes.1.outputs", [[]]), "is damaged"),
        (change("edges.0", ["x"]), "is damaged"),
        (change("weights.0.shape", None), "is damaged"),
        (change("layers.0.surprise", 1), "is damaged"),
        (change("edges.0.2", "nowhere"), "ends at node 'nowhere'"),
    ],
)
def test_damaged_documents(text: str, message: str) -> None:
    with pytest.raises(GraphError, match=message):
        from_json(text)
