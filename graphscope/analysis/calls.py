"""Which call a node belongs to in the data-flow graph."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from graphscope.graph import ROOT, Graph, Node, NodeKind, Scope, ScopeKind

_CALL_KINDS = (ScopeKind.LAYER, ScopeKind.OPERATION)


class Calls:
    """The nodes of the data-flow graph: innermost calls, and what lies in none of them.

    A call is *innermost* when no layer is called inside it: `dense`, not the block around it. A
    Keras operation that stands outside such a call (`keras.ops.add` between two layers) is one
    node too. Inputs, loose operations and layer calls whose inside is unknown stand for
    themselves. The root scope is never a node.

    Args:
        graph: the graph; nothing is copied.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._call_by_scope = _find_call_by_scope(graph)

    def of(self, node: Node) -> str:
        """Return the id of the node of the data-flow graph that contains a leaf node."""
        return self._call_by_scope.get(node.scope, node.id)

    def around(self, scope: str) -> str | None:
        """Return the innermost call that is a scope, or lies around it; None if there is none."""
        return self._call_by_scope.get(scope)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids of all nodes of the data-flow graph, in program order; loose constants left out."""
        return tuple(dict.fromkeys(self._all_ids()))

    def _all_ids(self) -> Iterator[str]:
        for node in self._graph.nodes:
            call = self.of(node)
            if call != node.id or node.kind is not NodeKind.CONSTANT:
                yield call
        # Calls that run no operation at all have no place in the program order of the nodes.
        for scope in self._graph.scopes:
            if self._call_by_scope.get(scope.id) == scope.id:
                yield scope.id


def _find_call_by_scope(graph: Graph) -> dict[str, str]:
    calls_layers = _find_scopes_that_call_layers(graph)
    found: dict[str, str] = {}
    for scope in graph.scopes:
        around = found.get(scope.parent or ROOT)
        if around is not None:
            found[scope.id] = around
        elif _may_be_innermost(scope) and scope.id not in calls_layers:
            found[scope.id] = scope.id
    return found


def _may_be_innermost(scope: Scope) -> bool:
    return scope.id != ROOT and scope.kind in _CALL_KINDS


def _find_scopes_that_call_layers(graph: Graph) -> set[str]:
    found = {node.scope for node in graph.nodes if node.kind is NodeKind.LAYER}
    # Children come after their parents, so going backwards each scope is settled before it
    # is handed up.
    for scope in reversed(graph.scopes):
        if scope.parent is not None and (scope.kind is ScopeKind.LAYER or scope.id in found):
            found.add(scope.parent)
    return found
