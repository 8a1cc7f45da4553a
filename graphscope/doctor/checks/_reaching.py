"""Which tensors of a functional model take part in its outputs, and where the others end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.records import CallRecord


def ancestors(tensors: Iterable[Any]) -> dict[int, Any]:
    """Return the symbolic tensors that some tensors were computed from, themselves included."""
    found: dict[int, Any] = {}
    left = list(tensors)
    while left:
        tensor = left.pop()
        if id(tensor) in found:
            continue
        found[id(tensor)] = tensor
        left += inputs_of_tensor(tensor)
    return found


def inputs_of_tensor(tensor: Any) -> list[Any]:
    """Return the symbolic tensors that the operation behind a tensor was given."""
    history = getattr(tensor, "_keras_history", None)
    if history is None:
        return []
    nodes = history.operation._inbound_nodes
    return list(nodes[history.node_index].input_tensors) if history.node_index < len(nodes) else []


def ends_of(case: Case, tensor: Any) -> list[Any]:
    """Return the tensors at which what is computed from a tensor ends: nothing takes them."""
    ends: list[Any] = []
    seen: set[int] = set()
    left = [tensor]
    while left:
        current = left.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        made = [
            each
            for call in takers(case, current)
            for each in call.outputs
            if hasattr(each, "_keras_history")
        ]
        if not made:
            ends.append(current)
        left += made
    return ends


def takers(case: Case, tensor: Any) -> list[CallRecord]:
    """Return the symbolic calls that were given a tensor."""
    return [
        call
        for call in case.recording.calls
        if call.error is None and any(each is tensor for each in call.inputs)
    ]
