"""What Keras itself declares about a functional or sequential model, matched with its calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphscope.graph import SourceLine
from graphscope.tracers.creation import creation_line
from graphscope.tracers.recorder import Call


@dataclass(slots=True)
class Declarations:
    """Facts about recorded calls that come from Keras's own graphs.

    Attributes:
        edges: pairs of calls between which Keras declares an edge, in program order.
        input_edges: positions of the traced model's inputs, with the calls that take them.
        lines: where a call was written, when its creation was recorded.
        mismatches: calls of functional models that ran other operations than they declare.
    """

    edges: list[tuple[Call, Call]] = field(default_factory=list)
    input_edges: list[tuple[int, Call]] = field(default_factory=list)
    lines: dict[Call, SourceLine] = field(default_factory=dict)
    mismatches: list[Call] = field(default_factory=list)


def match_declarations(calls: list[Call]) -> Declarations:
    """Compare the calls below each functional or sequential model with its declared graph."""
    found = Declarations()
    for call in calls:
        function = _function_of(call.operation)
        if function is not None and call.children:
            _match(call, function, found)
    return found


def _function_of(operation: Any) -> Any:
    import keras

    if isinstance(operation, keras.Sequential):
        return getattr(operation, "_functional", None)
    if not hasattr(operation, "_nodes_by_depth"):
        return None
    # A subclass of a functional model may run something else than the graph it inherited.
    from keras.src.models.functional import Functional

    return operation if type(operation).call is Functional.call else None


def _match(call: Call, function: Any, found: Declarations) -> None:
    nodes = [
        node
        for depth in sorted(function._nodes_by_depth, reverse=True)
        for node in function._nodes_by_depth[depth]
        if node.operation is not None and not node.is_input
    ]
    if call.failed:
        # What came before the failure is declared all the same.
        nodes = nodes[: len(call.children)]
    same = len(nodes) == len(call.children) and all(
        node.operation is child.operation for node, child in zip(nodes, call.children, strict=True)
    )
    if not same:
        found.mismatches.append(call)
        return
    call_of_node = dict(zip(nodes, call.children, strict=True))
    inputs = [tensor._keras_history.operation for tensor in function.inputs]
    for node, child in call_of_node.items():
        line = creation_line(node)
        if line is not None:
            found.lines[child] = line
        for parent in dict.fromkeys(node.parent_nodes):
            if parent in call_of_node:
                found.edges.append((call_of_node[parent], child))
            elif call.parent is None:
                # Inside a nested model an input is the tensor that the model was called with.
                found.input_edges.append((inputs.index(parent.operation), child))
