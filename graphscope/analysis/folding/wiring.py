"""What of a graph is shown, and which tensor reaches which input of it.

Constants are left out, and so are operations that only compute sizes. Operations that a tracer
added (`attributes["synthetic"]`) are left out too: who reads their output is shown to read their
input. Such an operation stays only where it is all that its scope holds, so that the call is not
lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from graphscope.analysis.shape_arithmetic import find_shape_arithmetic
from graphscope.graph import Edge, EdgeKind, Graph, NodeKind


class Slot(NamedTuple):
    """One input of a shown node: the tensor (its number in `Wiring.tensors`) that arrives."""

    port: int
    kind: EdgeKind
    tensor: int


_make_slot: Callable[[tuple[int, EdgeKind, int]], Slot] = partial(tuple.__new__, Slot)
"""Makes a slot at a third of the cost of the call: there is one for every edge."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """Shown nodes and the tensors between them, with tensors as small numbers.

    Attributes:
        shown: positions in `graph.nodes` of the nodes that are shown, in program order.
        slots: inputs by node id, ordered by kind and port; nodes without inputs are absent.
        tensors: (node id, output port) by tensor number.
        uses: for each tensor, how many inputs read it, model outputs included.
        returned: numbers of the tensors that the model returns.
        sizes: how many operations are left out because they only compute sizes.
    """

    shown: tuple[int, ...]
    slots: dict[str, list[Slot]]
    tensors: list[tuple[str, int]]
    uses: list[int]
    returned: tuple[int, ...]
    sizes: int = 0


def find_wiring(graph: Graph) -> Wiring:
    """Return which nodes are shown and what they read."""
    sizes = find_shape_arithmetic(graph)
    hidden = _find_hidden(graph, sizes)
    bypass = _Bypass(graph, hidden, sizes)
    numbers: dict[tuple[str, int], int] = {}
    slots: dict[str, list[Slot]] = {}
    used: list[int] = []
    for edge in graph.edges:
        source, target = edge.source, edge.target
        if target in hidden:
            continue
        tensor: tuple[str, int] | None = (source, edge.source_port)
        if source in hidden:
            tensor = bypass.follow(source, edge.source_port)
        if tensor is not None:
            number = numbers.setdefault(tensor, len(numbers))
            used.append(number)
            slot = _make_slot((edge.target_port, edge.kind, number))
            if target in slots:
                slots[target].append(slot)
            else:
                slots[target] = [slot]
    for found in slots.values():
        if len(found) > 1:
            found.sort(key=_slot_order)
    ends = (bypass.follow(port.node, port.output) for port in graph.outputs)
    returned = tuple([numbers.setdefault(end, len(numbers)) for end in ends if end is not None])
    shown = tuple([i for i, node in enumerate(graph.nodes) if node.id not in hidden])
    all_uses = np.array([*used, *returned], dtype=np.int64)
    uses = np.bincount(all_uses, minlength=len(numbers)).tolist()
    return Wiring(shown, slots, list(numbers), uses, returned, len(sizes))


def _slot_order(slot: Slot) -> tuple[bool, EdgeKind, int]:
    return (slot.kind is not EdgeKind.DATA, slot.kind, slot.port)


def _find_hidden(graph: Graph, sizes: frozenset[str]) -> set[str]:
    constant = NodeKind.CONSTANT
    constants = {node.id for node in graph.nodes if node.kind is constant}.union(sizes)
    synthetic = [
        node
        for node in graph.nodes
        if node.attributes and node.attributes.get("synthetic") and node.id not in constants
    ]
    if not synthetic:
        return constants
    candidates = constants | {node.id for node in synthetic}
    kept = {
        node.scope
        for node in synthetic
        if not graph.child_scopes.get(node.scope)
        and all(other.id in candidates for other in graph.child_nodes[node.scope])
    }
    return constants | {node.id for node in synthetic if node.scope not in kept}


class _Bypass:
    """Leads a tensor of a hidden node back to the shown tensor it stands for."""

    def __init__(self, graph: Graph, hidden: set[str], sizes: frozenset[str]) -> None:
        self._nodes = graph.node_by_id
        self._sizes = sizes
        self._incoming = graph.incoming
        self._hidden = hidden

    def follow(self, node: str, port: int) -> tuple[str, int] | None:
        seen = set()
        while node in self._hidden:
            source = self._source(node, port)
            if source is None or node in seen:
                return None
            seen.add(node)
            node, port = source.source, source.source_port
        return node, port

    def _source(self, node: str, port: int) -> Edge | None:
        if node in self._sizes or self._nodes[node].kind is NodeKind.CONSTANT:
            return None
        edges = [e for e in self._incoming.get(node, ()) if e.kind is EdgeKind.DATA]
        same = (edge for edge in edges if edge.target_port == port)
        return next(same, edges[0] if edges else None)
