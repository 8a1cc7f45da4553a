"""From what a note or a piece of code is about to the calls that it is shown at."""

from __future__ import annotations

from functools import cached_property

from graphscope.graph import ROOT, Graph, Node, Scope


class CallsBySubject:
    """Finds the calls of subjects: ids of nodes, scopes or layers.

    Args:
        graph: the graph; nothing is copied.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def of(self, subject: str | None) -> list[str]:
        """Return the calls that a subject is shown at.

        A layer is shown at all its calls. One that is never called, because it is wrapped in
        another, is shown at those of the other; what has no call at all, at `ROOT`.
        """
        graph = self._graph
        if subject is None:
            return [ROOT]
        if subject in graph.node_by_id or subject in graph.scope_by_id:
            return [subject]
        seen: set[str] = set()
        layer: str | None = subject
        while layer is not None and layer not in seen:
            if layer in self._calls:
                return self._calls[layer]
            seen.add(layer)
            known = graph.layer_by_id.get(layer)
            layer = known.parent if known else None
        return [ROOT]

    @cached_property
    def _calls(self) -> dict[str, list[str]]:
        """The outermost calls of each layer."""
        found: dict[str, list[str]] = {}
        every: list[Scope | Node] = [*self._graph.scopes, *self._graph.nodes]
        for call in every:
            around = call.parent if isinstance(call, Scope) else call.scope
            own = around is not None and self._graph.scope_by_id[around].layer == call.layer
            if call.layer is not None and not own:
                found.setdefault(call.layer, []).append(call.id)
        return found
