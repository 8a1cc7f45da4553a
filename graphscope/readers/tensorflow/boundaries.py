"""What the calls of layers take and return, from the tensors that cross their boxes.

A file holds no record of calls, so these are no second witness beside the edges.
"""

from __future__ import annotations

from dataclasses import replace

from graphscope.graph import ROOT, GraphBuilder, Port, ScopeKind


class Boundaries:
    """Collects the tensors that enter and leave scopes.

    Args:
        builder: holds the scopes.
    """

    def __init__(self, builder: GraphBuilder) -> None:
        self._builder = builder
        self._around: dict[str, tuple[str, ...]] = {ROOT: (ROOT,)}
        self._inputs: dict[str, dict[Port, None]] = {}
        self._outputs: dict[str, dict[Port, None]] = {}

    def cross(self, tensor: Port, home: str, target: str) -> None:
        """Lead a tensor from the scope where it is made to the scope where it is taken."""
        if home == target:
            return
        makers, takers = self._ancestors(home), self._ancestors(target)
        for scope in reversed(takers):
            if scope not in makers:
                self._inputs.setdefault(scope, {})[tensor] = None
        for scope in makers:
            if scope not in takers:
                self._outputs.setdefault(scope, {})[tensor] = None

    def fill(self) -> None:
        """Tell the scopes of calls what they take and return."""
        for scope_id in dict.fromkeys((*self._inputs, *self._outputs)):
            scope = self._builder.get_scope(scope_id)
            if scope.kind is not ScopeKind.SUBGRAPH:
                self._builder.put_scope(
                    replace(
                        scope,
                        inputs=tuple(self._inputs.get(scope_id, ())),
                        outputs=tuple(self._outputs.get(scope_id, ())),
                    )
                )

    def _ancestors(self, scope: str) -> tuple[str, ...]:
        """Return a scope and those around it, the innermost first."""
        known = self._around.get(scope)
        if known is None:
            parent = self._builder.get_scope(scope).parent or ROOT
            known = self._around[scope] = (scope, *self._ancestors(parent))
        return known
