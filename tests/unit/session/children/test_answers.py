"""What a child answers, there and back; and answers that no child of ours would give."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from graphscope.errors import GraphscopeError, QueryError, ReadError, TraceError
from graphscope.graph import to_json
from graphscope.session.children.answers import (
    take_data,
    take_graph,
    tell_data,
    tell_error,
    tell_graph,
)
from graphscope.session.children.messages import Message
from tests.support.graphs import graph

_DRAWN = graph("x -> dense:Dense(kernel[8,4]) -> relu")


def test_a_graph() -> None:
    assert to_json(take_graph(Message(*tell_graph(_DRAWN)))) == to_json(_DRAWN)


@pytest.mark.parametrize(("value", "arrives"), [(2**70, 2**70), ("a\ud800", "a?")])
def test_a_graph_that_only_the_document_can_hold(value: Any, arrives: Any) -> None:
    made = replace(_DRAWN, metadata={"value": value})
    assert take_graph(Message(*tell_graph(made))).metadata == {"value": arrives}


def test_data() -> None:
    assert take_data(Message(*tell_data({"a": [1, "\ud800", None]}))) == {"a": [1, "\ud800", None]}


@pytest.mark.parametrize("kind", [ReadError, TraceError])
def test_an_error_with_a_graph(kind: type[ReadError | TraceError]) -> None:
    error = kind("Broken.", "Mend it.")
    error.graph = _DRAWN
    with pytest.raises(kind) as raised:
        take_graph(Message(*tell_error(error)))
    assert (raised.value.message, raised.value.remedy) == ("Broken.", "Mend it.")
    assert to_json(raised.value.graph) == to_json(_DRAWN)


def test_an_error_without_a_graph_or_with_something_else() -> None:
    with pytest.raises(QueryError, match="Unknown"):
        take_data(Message(*tell_error(QueryError("Unknown."))))
    error = ReadError("Broken.")
    error.graph = "no graph"
    with pytest.raises(ReadError) as raised:
        take_graph(Message(*tell_error(error)))
    assert raised.value.graph is None


@pytest.mark.parametrize("name", ["os", "Any", "SystemExit", "__name__", 5, None])
def test_an_error_of_a_kind_that_there_is_not(name: Any) -> None:
    with pytest.raises(GraphscopeError) as raised:
        take_graph(Message({"answer": "error", "type": name, "message": 3}))
    assert type(raised.value) is GraphscopeError
    assert raised.value.message == "3"


_TOO_DEEP = b"[" * 100_000


def with_node(**fields: str) -> bytes:
    document = json.loads(to_json(_DRAWN))
    document["nodes"][-1] |= fields
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"null",
        b"{}",
        _TOO_DEEP,
        b'{"format": "graphscope-graph", "version": 1, "metadata": ' + _TOO_DEEP,
        with_node(kind="program"),
        with_node(scope="/nowhere"),
    ],
)
@pytest.mark.parametrize("form", [{}, {"form": "document"}, {"form": "columns"}, {"form": []}])
def test_what_is_no_graph(payload: bytes, form: dict[str, Any]) -> None:
    with pytest.raises(ReadError, match=r"answered no graph.*do not trust it"):
        take_graph(Message({"answer": "graph", **form}, payload))
    with pytest.raises(ReadError, match="answered no graph"):
        take_graph(Message({"answer": "error", "type": "ReadError", **form}, payload or b"{"))


def test_an_answer_of_another_kind() -> None:
    with pytest.raises(ReadError, match="answered no graph"):
        take_graph(Message(*tell_data({})))
    with pytest.raises(ReadError, match="answered no data"):
        take_data(Message({}, json.dumps({}).encode()))
    with pytest.raises(ReadError, match="answered no JSON"):
        take_data(Message({"answer": "data"}, _TOO_DEEP))
