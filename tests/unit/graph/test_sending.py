"""Graphs on their way between processes: what arrives is what was sent, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, assume, given, settings

from graphscope.errors import GraphError
from graphscope.graph import (
    ROOT,
    DeclaredEdge,
    Graph,
    Layer,
    Node,
    NodeKind,
    Scope,
    ScopeKind,
    TensorSpec,
    from_json,
    to_json,
)
from graphscope.graph.making import make_all
from graphscope.graph.receiving import from_bytes
from graphscope.graph.sending import to_bytes
from tests.support.graphs import graph
from tests.support.random_graphs import graphs, same

_DRAWN = graph(
    """
    scope enc:Encoder{"depth": 2}
    x[B,8] -> enc/mm=MatMul(k[8,4], !m[4])[B,4]float16[?] -> y:Dense[*]
    x -mask> y
    declare x -> enc
    """,
    format="trace",
)


def test_there_and_back() -> None:
    assert same(from_bytes(to_bytes(_DRAWN)), _DRAWN)


@given(graphs())
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_graph_arrives_as_its_document_would(made: Graph) -> None:
    try:
        data = to_bytes(made)
    except TypeError:
        assume(False)
    arrived = from_bytes(data)
    assert same(arrived, made)
    assert to_json(arrived) == to_json(from_json(to_json(made)))
    assert to_bytes(arrived) == data


@pytest.mark.parametrize("value", [2**64, "\ud800", {1, 2}])
def test_what_only_the_document_can_hold_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        to_bytes(replace(_DRAWN, metadata={"a": value}))


def with_configs(*configs: dict[str, Any]) -> Graph:
    layers = [Layer(f"layer:{n}", f"l{n}", "Dense", config=each) for n, each in enumerate(configs)]
    return Graph(
        "m", (), scopes=(Scope(ROOT, "m", "Model", ScopeKind.LAYER, None),), layers=tuple(layers)
    )


@pytest.mark.parametrize(
    "config",
    [{}, {"name": "a"}, {"name": ""}, {"units": 4, "name": "a"}, {"name": None}, {"name": ["a"]}],
)
def test_configs_keep_their_order(config: dict[str, Any]) -> None:
    (layer,) = from_bytes(to_bytes(with_configs(config))).layers
    assert list(layer.config.items()) == list(config.items())


def test_equal_settings_are_sent_and_kept_once() -> None:
    setting = {"class_name": "Zeros", "config": {"seed": 1}}
    configs = [{"name": f"dense_{n}", "kernel": dict(setting)} for n in range(3)]
    data = to_bytes(with_configs(*configs))
    assert data.count(b"Zeros") == 1
    first, second, _ = from_bytes(data).layers
    assert (first.config["name"], second.config["name"]) == ("dense_0", "dense_1")
    assert first.config["kernel"] is second.config["kernel"]


def test_texts_are_kept_once() -> None:
    arrived = from_bytes(to_bytes(_DRAWN))
    assert arrived.edges[0].source is arrived.nodes[0].id


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    document = orjson.loads(to_bytes(_DRAWN))
    change(document)
    return orjson.dumps(document)


def put(*way: Any) -> Callable[[dict[str, Any]], None]:
    *steps, last, value = way

    def change(document: dict[str, Any]) -> None:
        place: Any = document
        for step in steps:
            place = place[step]
        place[last] = value

    return change


_NODES = ("parts", "nodes")


@pytest.mark.parametrize(
    "change",
    [
        put("texts", {}),
        put("texts", []),
        put("texts", 0, "text"),
        put("texts", 1, 7),
        put("texts", 1, None),
        put("tables", []),
        put("tables", "lists", 0, [-1]),
        put("tables", "lists", 0, [0]),
        put("tables", "shapes", 0, [0.5]),
        put("tables", "shapes", 0, "ab"),
        put("tables", "specs", 0, ["B"]),
        put("tables", "specs", 0, [["B", 0.5], "float32"]),
        put("tables", "specs", 0, ["B", "float32"]),
        put("tables", "specs", 0, [["B"], 5]),
        put("tables", "outputs", 0, [999]),
        put("tables", "outputs", 0, [-1]),
        put("tables", "values", 0, {"a": 1}),
        put("tables", "values", 1, [1]),
        put("tables", "sources", 0, ["file"]),
        put("tables", "sources", 0, ["file", "line", "function"]),
        put("parts", "name", 5),
        put("parts", "metadata", []),
        put("parts", "outputs", []),
        put("parts", "outputs", [[1], []]),
        put("parts", "outputs", [[1], [0.5]]),
        put("parts", "declared", 0, 0, 0),
        put("parts", "notes", [[1], [1]]),
        lambda document: put("parts", "edges", 0, 0, len(document["texts"]) - 1)(document),
        put("parts", "edges", 1, [0]),
        put("parts", "edges", 1, 0.0),
        put("parts", "edges", 1, 7),
        put("parts", "edges", 1, -1),
        put("parts", "layers", 4, 1),
        put("parts", "weights", 5, "yes"),
        put(*_NODES, []),
        put(*_NODES, 0, 5),
        put(*_NODES, 0, []),
        put(*_NODES, 0, 0, 0),
        put(*_NODES, 0, 0, -1),
        put(*_NODES, 0, 0, 10**9),
        put(*_NODES, 0, 0, 0.5),
        put(*_NODES, 0, 0, None),
        put(*_NODES, 0, [2, 2, 2]),
        put(*_NODES, 3, 1),
        put(*_NODES, 4, 2),
        put(*_NODES, 6, -1),
        put(*_NODES, 8, -1),
    ],
)
def test_what_was_sent_by_something_else_is_refused(
    change: Callable[[dict[str, Any]], None],
) -> None:
    with pytest.raises(GraphError):
        from_bytes(changed(change))


@pytest.mark.parametrize("data", [b"", b"\xff", b"null", b"[]", b"{}", b"[" * 100_000, b"1"])
def test_what_is_nothing_of_the_kind_is_refused(data: bytes) -> None:
    with pytest.raises(GraphError):
        from_bytes(data)


def test_values_that_are_made_at_once_are_like_all_others() -> None:
    spec = TensorSpec(("B",), "float32")
    fields: Any = ("a", "a", "Relu", NodeKind.OP, ROOT, (spec,), None, (), {}, None)
    usual = Node(*fields)
    made, other = make_all(Node, *([each, each] for each in fields))
    assert made == other == usual
    assert type(made) is Node
    assert (hash(made), repr(made)) == (hash(usual), repr(usual))
    assert replace(made, name="b") == replace(usual, name="b")
    with pytest.raises(FrozenInstanceError):
        made.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize("columns", [(["a", "b"], ["c"]), (["a"], ["b"], ["c"]), (["a"],)])
def test_columns_that_fit_no_class(columns: tuple[list[str], ...]) -> None:
    with pytest.raises(ValueError, match=r"length|argument"):
        make_all(DeclaredEdge, *columns)
