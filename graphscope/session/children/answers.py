"""What a child answers, on both sides: a graph, other data, or the error it stands for."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from graphscope import errors
from graphscope.errors import GraphError, GraphscopeError, ReadError
from graphscope.graph import Graph, from_json, to_json
from graphscope.graph.receiving import from_bytes
from graphscope.graph.sending import to_bytes
from graphscope.session.children.messages import Message

Answer: TypeAlias = tuple[dict[str, Any], bytes]
"""The header and the payload of a message."""

_KIND = "answer"
_FORM = "form"
_COLUMNS, _DOCUMENT = "columns", "document"
_GARBLED = "The process that was asked answered no {}."
_REMEDY = "What it opened is damaged or hostile; do not trust it."
_FRAMES = 12
"""Calls that are told of an error that should not be."""


def tell_graph(graph: Graph) -> Answer:
    """Return the answer that is a graph."""
    form, payload = _write(graph)
    return {_KIND: "graph", _FORM: form}, payload


def tell_data(value: Any) -> Answer:
    """Return the answer that is a JSON value."""
    return {_KIND: "data"}, json.dumps(value).encode("ascii")


def tell_error(error: GraphscopeError, cause: BaseException | None = None) -> Answer:
    """Return the answer that is an error, with the graph of what is known all the same.

    Args:
        error: what the user is told.
        cause: what happened, for those who look for the mistake.
    """
    told: dict[str, Any] = {
        _KIND: "error",
        "type": type(error).__name__,
        "message": error.message,
        "remedy": error.remedy,
    }
    if cause is not None:
        told["calls"] = _list_calls(cause)
    partial = getattr(error, "graph", None)
    if not isinstance(partial, Graph):
        return told, b""
    told[_FORM], payload = _write(partial)
    return told, payload


def take_graph(answer: Message) -> Graph:
    """Return the graph that is the answer.

    Raises:
        GraphscopeError: the very error that was raised in the child.
    """
    _check(answer, "graph")
    return _read_graph(answer)


def take_data(answer: Message) -> Any:
    """Return the JSON value that is the answer.

    Raises:
        GraphscopeError: the very error that was raised in the child.
    """
    _check(answer, "data")
    try:
        return json.loads(answer.payload)
    except (ValueError, RecursionError) as error:
        raise ReadError(_GARBLED.format("JSON"), _REMEDY) from error


def _check(answer: Message, kind: str) -> None:
    if answer.header.get(_KIND) == "error":
        raise _read_error(answer)
    if answer.header.get(_KIND) != kind:
        raise ReadError(_GARBLED.format(kind), _REMEDY)


def _read_error(answer: Message) -> GraphscopeError:
    told = answer.header
    kind = getattr(errors, str(told.get("type")), None)
    if not (isinstance(kind, type) and issubclass(kind, GraphscopeError)):
        kind = GraphscopeError
    error = kind(str(told.get("message")), str(told.get("remedy")))
    if answer.payload and hasattr(error, "graph"):
        error.graph = _read_graph(answer)
    if told.get("calls"):
        error.add_note("\n".join(["In the process that was asked:", *map(str, told["calls"])]))
    return error


def _read_graph(answer: Message) -> Graph:
    try:
        if answer.header.get(_FORM) == _COLUMNS:
            return from_bytes(answer.payload)
        return from_json(answer.payload.decode("utf-8"))
    except (UnicodeDecodeError, GraphError) as error:
        raise ReadError(_GARBLED.format("graph"), _REMEDY) from error


def _write(graph: Graph) -> tuple[str, bytes]:
    """Return a graph as bytes, and what form they are of."""
    try:
        return _COLUMNS, to_bytes(graph)
    except TypeError:
        # Of whole numbers beyond 64 bits and broken text there are few, and the document has them.
        return _DOCUMENT, to_json(graph).encode("utf-8", "replace")


def _list_calls(error: BaseException) -> list[str]:
    """Return where an error came from, without the lines of source that a traceback has.

    A process that is reading may no longer open the files that those lie in.
    """
    calls, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        calls.append(f"{code.co_filename}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return calls[-_FRAMES:]
