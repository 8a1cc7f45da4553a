"""A graph checks itself when it is made, and hands its parts out by id."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from graphscope.errors import GraphError
from graphscope.graph import (
    ROOT,
    Edge,
    Graph,
    Node,
    NodeKind,
    Port,
    Scope,
    ScopeKind,
    TensorSpec,
    format_shape,
)
from tests.support.graphs import graph

SPEC = TensorSpec(("B", 4), "float32")
TOP = Scope(ROOT, "model", "Model", ScopeKind.LAYER, None)


def node(id_: str, scope: str = ROOT) -> Node:
    return Node(id_, id_, "Op", NodeKind.OP, scope, (SPEC,))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"scopes": ()}, "needs a first scope"),
        ({"scopes": (replace(TOP, id="top"),)}, "needs a first scope"),
        ({"scopes": (replace(TOP, parent="x"),)}, "needs a first scope"),
        ({"scopes": (TOP, replace(TOP, parent=ROOT))}, "Two scopes have the id '/'"),
        (
            {"scopes": (TOP, replace(TOP, id="a", parent="b"))},
            "Scope 'a' comes before its parent 'b'",
        ),
        ({"nodes": (node("a"), node("a"))}, "two nodes or scopes of the same id"),
        ({"nodes": (node(ROOT),)}, "two nodes or scopes of the same id"),
        ({"nodes": (node("a", "far"),)}, "Node 'a' lies in scope 'far', which is absent"),
        ({"edges": (Edge("a", 0, "gone", 0),)}, "ends at node 'gone', which is absent"),
        ({"edges": (Edge("gone", 0, "a", 0),)}, "ends at node 'gone', which is absent"),
        ({"edges": (Edge("a", 1, "b", 0),)}, "leaves 'a' by port 1"),
        ({"edges": (Edge("a", -1, "b", 0),)}, "leaves 'a' by port -1"),
    ],
)
def test_parts_that_contradict_each_other(parts: dict[str, object], message: str) -> None:
    sound: dict[str, object] = {"nodes": (node("a"), node("b")), "scopes": (TOP,)}
    with pytest.raises(GraphError, match=message):
        Graph("model", **{**sound, **parts})  # type: ignore[arg-type]


def test_a_control_edge_may_leave_a_node_without_outputs() -> None:
    assert Graph("m", (replace(node("a"), outputs=()), node("b")), (Edge("a", 0, "b", 0),), (TOP,))


def test_parts_cannot_be_changed() -> None:
    drawn = graph("x -> y")
    with pytest.raises(FrozenInstanceError):
        drawn.name = "other"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        drawn.nodes[0].name = "other"  # type: ignore[misc]


def test_parts_are_found() -> None:
    drawn = graph("x -> a/b/one=Op[B,4] -> a/two; a/b/one -> a/two")
    assert [edge.target_port for edge in drawn.incoming["a/two"]] == [0, 1]
    assert [edge.target for edge in drawn.outgoing["a/b/one"]] == ["a/two", "a/two"]
    assert "x" not in drawn.incoming
    assert [scope.id for scope in drawn.child_scopes["a"]] == ["a/b"]
    assert [each.id for each in drawn.child_nodes["a"]] == ["a/two"]
    assert list(drawn.ancestors("a/b")) == ["a/b", "a", ROOT]
    assert drawn.spec(Port("a/b/one")) == SPEC
    assert repr(drawn) == "<Graph 'model': 3 nodes, 3 edges, 3 scopes, 2 layers>"


def test_shapes_print() -> None:
    assert format_shape(("B", 28, None, 1)) == "B×28×?×1"
    assert str(TensorSpec(None, "float32")) == "? float32"
    assert str(TensorSpec((), "int32")) == "scalar int32"


@pytest.mark.parametrize(
    ("shape", "is_known"), [(("B", 4), True), ((), True), ((None,), False), (None, False)]
)
def test_known_shapes(shape: tuple[int | str | None, ...] | None, is_known: bool) -> None:
    assert TensorSpec(shape, "float32").is_known is is_known
