"""At which calls of a graph the code that came with it is shown."""

from __future__ import annotations

from graphscope.graph import ROOT, Graph, Node, Scope
from graphscope.graph.code import Code, code_of


def place_code(graph: Graph) -> dict[str, list[Code]]:
    """Return the code of each node and scope that has some, in program order.

    Code of a layer is at all its calls; that of a layer which is never called, because it is
    wrapped in another, is at the calls of that one. What belongs to no call is at `ROOT`.
    """
    pieces = code_of(graph)
    if not pieces:
        return {}
    calls = _find_calls(graph)
    found: dict[str, list[Code]] = {}
    for piece in pieces:
        for call in _calls_of(graph, piece.subject, calls):
            found.setdefault(call, []).append(piece)
    known = [*(scope.id for scope in graph.scopes), *(node.id for node in graph.nodes)]
    return {call: found[call] for call in known if call in found}


def _find_calls(graph: Graph) -> dict[str, list[str]]:
    """Return the outermost calls of each layer."""
    found: dict[str, list[str]] = {}
    every: list[Scope | Node] = [*graph.scopes, *graph.nodes]
    for call in every:
        around = call.parent if isinstance(call, Scope) else call.scope
        inside_own = around is not None and graph.scope_by_id[around].layer == call.layer
        if call.layer is not None and not inside_own:
            found.setdefault(call.layer, []).append(call.id)
    return found


def _calls_of(graph: Graph, subject: str | None, calls: dict[str, list[str]]) -> list[str]:
    if subject is None:
        return [ROOT]
    if subject in graph.node_by_id or subject in graph.scope_by_id:
        return [subject]
    seen: set[str] = set()
    layer: str | None = subject
    while layer is not None and layer not in seen:
        if layer in calls:
            return calls[layer]
        seen.add(layer)
        known = graph.layer_by_id.get(layer)
        layer = known.parent if known else None
    return [ROOT]
