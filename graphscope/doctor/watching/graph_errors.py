"""What is known of a graph node that failed at run time: its layer call and its user's lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.records import CallRecord, Recording
from graphscope.doctor.watching.described import Line
from graphscope.doctor.watching.sites import is_users_file
from graphscope.doctor.watching.snapshots import kind_of

GRADIENT = "gradient_tape/"


def call_of_node(node: str, recording: Recording) -> CallRecord | None:
    """Return the innermost layer call in whose name scope a graph node lies."""
    best: CallRecord | None = None
    length = 0
    for call in recording.calls:
        scope = _scope_of(call) if call.is_layer else ""
        if len(scope) >= length and scope and f"/{node}".find(f"/{scope}/") >= 0:
            best, length = call, len(scope)
    return best


def _scope_of(call: CallRecord) -> str:
    for tensor in call.outputs:
        if kind_of(tensor) == "graph":
            parts = tensor.name.split("/")[:-1]
            # The scope ends with the layer's own name, made unique; the rest is the layer's doing.
            ends = [i for i, part in enumerate(parts) if part.startswith(call.name)]
            return "/".join(parts[: ends[-1] + 1]) if ends and call.name else ""
    return ""


def lines_of_node(node: str, recording: Recording) -> list[Line]:
    """Return the user's lines that added a node to its graph, outermost first.

    For a node of a gradient these are the lines of what is being differentiated: the line that
    asked for gradients says nothing.
    """
    _, gradient, forward = node.rpartition(GRADIENT)
    names = list(_prefixes(forward)) if gradient else list(_suffixes(node))
    for graph in _graphs(recording):
        for name in names:
            operation = _operation(graph, name)
            if operation is not None:
                return [
                    Line(frame.filename, frame.lineno, frame.name)
                    for frame in operation.traceback or ()
                    if is_users_file(frame.filename)
                ]
    return []


def is_gradient(node: str) -> bool:
    """Whether a node computes a gradient."""
    return GRADIENT in node


def _suffixes(node: str) -> Iterator[str]:
    # A node in a compiled cluster is named after the cluster first.
    parts = node.split("/")
    return ("/".join(parts[start:]) for start in range(len(parts)))


def _prefixes(node: str) -> Iterator[str]:
    # What computes a gradient is named below what it is the gradient of.
    parts = node.split("/")
    return ("/".join(parts[:end]) for end in range(len(parts), 0, -1))


def _graphs(recording: Recording) -> Iterator[Any]:
    seen: set[int] = set()
    for call in reversed(recording.calls):
        for tensor in call.outputs:
            graph = tensor.graph if kind_of(tensor) == "graph" else None
            if graph is not None and id(graph) not in seen:
                seen.add(id(graph))
                yield graph


def _operation(graph: Any, name: str) -> Any:
    try:
        return graph.get_operation_by_name(name)
    except (KeyError, ValueError):
        return None
