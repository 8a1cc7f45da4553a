"""Which scopes of a graph are calls, and what lies in which, loops and branches seen through."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.graph import ROOT, Graph, Node, NodeKind, Scope, ScopeKind

_CALLS = (ScopeKind.LAYER, ScopeKind.OPERATION)

_RECURRENT_MODULE = "keras.src.layers.rnn."
_AROUND_OTHERS = frozenset(("Bidirectional", "TimeDistributed"))
"""Layers of that module that call the layer they hold as often as any program would."""


class CallTree:
    """Which scopes of a graph are calls, which of them are innermost, and what lies in which.

    Attributes:
        shown: the calls that stay, in program order.
        leaves: those of them without calls inside.
        passing: nodes that stand for calls which only hand their inputs on.
        home: by node, the leaf around it or the node itself; None between calls.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        hidden = self._find_hidden()
        self.shown = [
            scope for scope in graph.scopes if scope.kind in _CALLS and scope.id not in hidden
        ]
        self.passing = {
            node.id
            for node in graph.nodes
            if node.kind is NodeKind.LAYER
            and node.scope not in hidden
            and not self._is_recurrent(graph.scope_by_id[node.scope])
        }
        around = {self.parent(scope) for scope in self.shown if scope.id != ROOT}
        around |= {self.parent(graph.node_by_id[node]) for node in self.passing}
        self.leaves = {scope.id for scope in self.shown} - around - {ROOT}
        leaf_of: dict[str, str | None] = {}
        for scope in graph.scopes:
            outer = None if scope.parent is None else leaf_of[scope.parent]
            leaf_of[scope.id] = outer or (scope.id if scope.id in self.leaves else None)
        self.home = {
            node.id: node.id
            if node.id in self.passing or node.kind is NodeKind.INPUT
            else leaf_of[node.scope]
            for node in graph.nodes
        }

    def parent(self, each: Scope | Node) -> str:
        """Return the innermost call around a scope or node; loops and branches are none."""
        scope_id = each.scope if isinstance(each, Node) else each.parent or ROOT
        while self._graph.scope_by_id[scope_id].kind not in _CALLS:
            scope_id = self._graph.scope_by_id[scope_id].parent or ROOT
        return scope_id

    def in_order(self) -> list[Scope | Node]:
        """Return the calls that stay, in the order in which they began."""
        shown = {scope.id for scope in self.shown} | self.passing
        return [each for each in self._all_in_order() if each.id in shown]

    def weights(self) -> dict[str, dict[str, None]]:
        """Return the weights that each call reads, without those of calls inside."""
        found: dict[str, dict[str, None]] = {}
        for node in self._graph.nodes:
            if node.weights:
                call = self.home[node.id] or self.parent(node)
                found.setdefault(call, {}).update(dict.fromkeys(node.weights))
        return found

    def _find_hidden(self) -> set[str]:
        """Return the scopes inside recurrent layers."""
        hidden: set[str] = set()
        for scope in self._graph.scopes:
            if scope.parent is not None and (
                scope.parent in hidden or self._is_recurrent(self._graph.scope_by_id[scope.parent])
            ):
                hidden.add(scope.id)
        return hidden

    def _is_recurrent(self, scope: Scope) -> bool:
        layer = self._graph.layer_by_id.get(scope.layer or "")
        return (
            layer is not None
            and layer.module.startswith(_RECURRENT_MODULE)
            and layer.class_name not in _AROUND_OTHERS
            and not layer.class_name.endswith(("Cell", "Cells"))
        )

    def _all_in_order(self) -> Iterator[Scope | Node]:
        seen: set[str] = set()
        for node in self._graph.nodes:
            for scope_id in reversed([*self._graph.ancestors(node.scope)]):
                if scope_id not in seen:
                    seen.add(scope_id)
                    yield self._graph.scope_by_id[scope_id]
            yield node
        yield from (scope for scope in self._graph.scopes if scope.id not in seen)
