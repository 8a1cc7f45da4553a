"""The JSON document: there and back, the same bytes, and clear words for damaged ones."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphscope.errors import GraphError
from graphscope.graph import (
    ROOT,
    DeclaredEdge,
    Edge,
    EdgeKind,
    Graph,
    Layer,
    Node,
    NodeKind,
    Note,
    Port,
    Scope,
    ScopeKind,
    SourceLine,
    TensorSpec,
    Weight,
    from_json,
    to_json,
)
from tests.support.graphs import graph

EXAMPLE = """
scope enc:Encoder{"depth": 2}
x[B,8] -> enc/mm=MatMul(k[8,4], !m[4])[B,4]float16[?] -> y:Dense[*]
x -mask> y
declare x -> enc
"""


def same(one: Graph, other: Graph) -> bool:
    return all(
        getattr(one, field.name) == getattr(other, field.name)
        for field in fields(Graph)
        if field.init
    )


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


TEXT = st.text(max_size=6)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
FACTS = st.dictionaries(TEXT, VALUES, max_size=3)
SIZES = st.none() | st.integers(0, 9) | st.sampled_from(["B", "2B+1"])
SPECS = st.builds(
    TensorSpec,
    st.none() | st.lists(SIZES, max_size=3).map(tuple),
    st.sampled_from(["float32", "bool", ""]),
)
LINES = st.none() | st.builds(SourceLine, TEXT, st.integers(1, 99), TEXT)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    scope_ids = draw(st.lists(TEXT.map("s:{}".format), unique=True, max_size=4))
    node_ids = draw(st.lists(TEXT.map("n:{}".format), unique=True, max_size=5))
    layer_ids = draw(st.lists(TEXT.map("layer:{}".format), unique=True, max_size=3))
    weight_ids = draw(st.lists(TEXT.map("weight:{}".format), unique=True, max_size=3))
    layer = st.sampled_from([None, *layer_ids])
    nodes = tuple(
        Node(
            id_,
            draw(TEXT),
            draw(TEXT),
            draw(st.sampled_from(NodeKind)),
            draw(st.sampled_from([ROOT, *scope_ids])),
            tuple(draw(st.lists(SPECS, max_size=3))),
            draw(layer),
            tuple(draw(st.lists(st.sampled_from(weight_ids), max_size=2))) if weight_ids else (),
            draw(FACTS),
            draw(LINES),
        )
        for id_ in node_ids
    )
    ports = [Port(node.id, index) for node in nodes for index in range(max(1, len(node.outputs)))]
    some_ports = st.lists(st.sampled_from(ports), max_size=3).map(tuple) if ports else st.just(())
    scopes = [Scope(ROOT, draw(TEXT), draw(TEXT), ScopeKind.LAYER, None)]
    for id_ in scope_ids:
        scopes.append(
            Scope(
                id_,
                draw(TEXT),
                draw(TEXT),
                draw(st.sampled_from(ScopeKind)),
                draw(st.sampled_from([scope.id for scope in scopes])),
                draw(layer),
                draw(some_ports),
                draw(some_ports),
                draw(FACTS),
                draw(LINES),
            )
        )
    edges = [
        Edge(*port, draw(st.sampled_from(node_ids)), draw(st.integers(0, 5)), kind)
        for port, kind in draw(
            st.lists(st.tuples(st.sampled_from(ports), st.sampled_from(EdgeKind)), max_size=6)
            if ports
            else st.just([])
        )
    ]
    return Graph(
        name=draw(TEXT),
        nodes=nodes,
        edges=tuple(edges),
        scopes=tuple(scopes),
        layers=tuple(
            Layer(
                id_,
                draw(TEXT),
                draw(TEXT),
                draw(TEXT),
                draw(st.booleans()),
                tuple(weight_ids),
                draw(FACTS),
                draw(layer),
            )
            for id_ in layer_ids
        ),
        weights=tuple(
            Weight(
                id_,
                draw(TEXT),
                draw(TEXT),
                (draw(st.integers(0, 9)),),
                "float32",
                draw(st.booleans()),
            )
            for id_ in weight_ids
        ),
        outputs=draw(some_ports),
        declared=tuple(
            DeclaredEdge(*pair) for pair in draw(st.lists(st.tuples(TEXT, TEXT), max_size=2))
        ),
        notes=tuple(
            Note(draw(TEXT), draw(TEXT), draw(st.none() | TEXT))
            for _ in range(draw(st.integers(0, 2)))
        ),
        metadata=draw(FACTS),
    )


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
