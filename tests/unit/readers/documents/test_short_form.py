"""The short form of a graph: what people write by hand, and what they get wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graphscope.analysis import check_consistency
from graphscope.errors import ReadError
from graphscope.graph import Graph, NodeKind
from graphscope.readers.json_file import read


def write(tmp_path: Path, nodes: Any, edges: Any = (), **more: Any) -> Path:
    path = tmp_path / "graph.json"
    edges = list(edges) if isinstance(edges, tuple) else edges
    document = {"schema": "graphscope-graph", "version": 1, "nodes": nodes, "edges": edges}
    path.write_text(json.dumps(document | more))
    return path


def message(path: Path) -> str:
    with pytest.raises(ReadError) as caught:
        read(path)
    assert len(str(caught.value)) < 500
    return str(caught.value)


def node(id_: Any, **keys: Any) -> dict[str, Any]:
    return {"id": id_, **keys}


def edges(graph: Graph) -> list[str]:
    return [f"{edge.source} {edge.target} {edge.target_port}" for edge in graph.edges]


def test_nodes_and_edges(tmp_path: Path) -> None:
    graph = read(
        write(
            tmp_path,
            [
                node("x", op="Input", shape=["B", 8], dtype="float32"),
                node("a", name="first", op="Dense", params=72, shape=["B", 8], activation="relu"),
                node(3, op="Add", kind="op"),
            ],
            (["x", "a"], ["a", 3], ["x", "3"]),
            name="tiny",
        )
    )
    assert graph.name == "tiny"
    assert [(each.id, each.type, each.kind) for each in graph.nodes] == [
        ("x", "Input", NodeKind.INPUT),
        ("first", "Dense", NodeKind.LAYER),
        ("3", "Add", NodeKind.OP),
    ]
    assert edges(graph) == ["x first 0", "first 3 0", "x 3 1"]
    assert str(graph.nodes[0].outputs[0]) == "B×8 float32"
    assert graph.nodes[1].attributes == {"id": "a", "activation": "relu"}
    assert [weight.size for weight in graph.weights] == [72]
    assert [port.node for port in graph.outputs] == ["3"]
    assert check_consistency(graph).violations == ()


GROUPS = [
    node("y", op="Dense"),
    node("a", parent="inner"),
    node("b", parent="inner"),
    node("c", parent="outer", params=3),
    node("inner", parent="outer", op="Block", params=4),
    node("outer", op="Stack", note="x" * 5_000),
    node("x", op="Input"),
]


def test_groups_are_boxes_and_may_come_after_what_lies_in_them(tmp_path: Path) -> None:
    graph = read(write(tmp_path, GROUPS))
    assert {scope.id: scope.parent for scope in graph.scopes} == {
        "/": None,
        "outer": "/",
        "outer/inner": "outer",
    }
    assert [each.id for each in graph.nodes] == [
        "y", "outer/inner/a", "outer/inner/b", "outer/c", "x",
    ]  # fmt: skip
    assert sorted(weight.size for weight in graph.weights) == [3, 4]
    assert "value-shortened" in [note.code for note in graph.notes]


def test_edges_of_groups_lead_to_their_ends(tmp_path: Path) -> None:
    pairs = (["x", "outer"], ["a", "b"], ["inner", "c"], ["outer", "y"])
    graph = read(write(tmp_path, GROUPS, pairs))
    assert edges(graph) == [
        "x outer/inner/a 0",
        "outer/inner/a outer/inner/b 0",
        "outer/inner/b outer/c 0",
        "outer/c y 0",
    ]
    assert check_consistency(graph).violations == ()


def test_loops_are_edges_like_others(tmp_path: Path) -> None:
    pairs = (["a", "b"], ["b", "a"], ["a", "a"])
    assert edges(read(write(tmp_path, [node("a"), node("b")], pairs))) == [
        "a b 0",
        "b a 0",
        "a a 1",
    ]


def test_names_are_text_whatever_is_in_them(tmp_path: Path) -> None:
    names = ["__proto__", "constructor", "<script>", "a/b#c", "\ud800", ""]
    graph = read(write(tmp_path, [node(name, doc="<b>", url="javascript:x()") for name in names]))
    assert [each.name for each in graph.nodes] == [*names[:4], "\ufffd", ""]
    assert len({each.id for each in graph.nodes}) == 6
    assert graph.nodes[0].attributes == {"doc": "<b>", "url": "javascript:x()"}


@pytest.mark.parametrize(
    ("nodes", "pairs", "expected"),
    [
        ([node("a")], (["a", "ghost"],), "edges[0] has the end 'ghost', which is not among the"),
        ([node("a"), node("a")], (), "nodes[1] ('a') has the same id as nodes[0] ('a')"),
        ([node(1), node("1")], (), "nodes[1] ('1') has the same id as nodes[0] ('1')"),
        ([node(1.0)], (), "nodes[0] has the id 1.0, but a text or whole number"),
        ([node(True)], (), "nodes[0] has the id True, but a text or whole number"),
        ([{}], (), "nodes[0] has the id None"),
        (["a"], (), "nodes[0] is 'a', but an object"),
        ({"a": 1}, (), "nodes is {'a': 1}, but a list"),
        (None, (), "nodes is None, but a list"),
        ([], "x", "edges is 'x', but a list"),
        ([node("a")], (["a"],), "edges[0] is ['a'], but [source, target]"),
        ([node("a")], ([["a"], "a"],), "edges[0] has the end ['a'], but a text"),
        ([node("a", params=-1)], (), "nodes[0] ('a') has params = -1, but a whole number"),
        ([node("a", params=float("nan"))], (), "has params = nan"),
        ([node("a", params=1.5)], (), "has params = 1.5"),
        ([node("a", params=True)], (), "has params = True"),
        ([node("a", params=10**400)], (), "has params = a number of many digits"),
        ([node("a", shape=[-2])], (), "has shape = [-2], but a list of numbers"),
        ([node("a", shape=["?"])], (), "has shape = ['?']"),
        ([node("a", op=3)], (), "has op = 3, but a text"),
        ([node("a", name=[])], (), "has name = [], but a text"),
        ([node("a", kind="x")], (), "has kind = 'x', but one of input, constant, layer, op"),
        ([node("a", parent="g")], (), "nodes[0] ('a') has the parent 'g', which is not among"),
        ([node("a", parent="a")], (), "nodes[0] ('a') lies in itself"),
        ([node("a", parent="b"), node("b", parent="a")], (), "its parents form a ring"),
        (
            [node("x", parent="b"), node("a", parent="b"), node("b", parent="a")],
            (),
            "nodes[2] ('b') lies in itself",
        ),
        (
            [node(str(i), parent=str(i - 1) if i else None) for i in range(10_000)],
            (),
            "nodes[201] ('201') is nested more than 200 groups deep",
        ),
        ([node("g"), node("a", parent="g")], (["g", "a"],), "one of which lies in the other"),
        (
            [node("g"), node("a", parent="g"), node("b", parent="g"), node("y")],
            (["a", "b"], ["b", "a"], ["g", "y"]),
            "has the end 'g', a group whose nodes form a ring",
        ),
        (
            [node("g"), node("h")]
            + [node(f"{g}{i}", parent=g) for g in "gh" for i in range(1_001)],
            (["g", "h"],),
            "stands for more than 1,000,000 edges",
        ),
        ([node("x" * 100_000, parent="y" * 100_000)], (), "which is not among the nodes"),
    ],
)
def test_an_entry_that_cannot_be_is_named(
    nodes: Any, pairs: Any, expected: str, tmp_path: Path
) -> None:
    assert expected in message(write(tmp_path, nodes, pairs))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"version": 999}, "has version 999; this graphscope reads version 1. Update graphscope"),
        ({"version": None}, "has version None"),
        ({"version": True}, "has version True"),
        ({"name": 3}, "name is 3, but a text"),
    ],
)
def test_the_document_itself(more: dict[str, Any], expected: str, tmp_path: Path) -> None:
    assert expected in message(write(tmp_path, [], **more))
