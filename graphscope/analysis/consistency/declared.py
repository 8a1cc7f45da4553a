"""Keras's own functional graph, a second witness, against the edges between the same calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphscope.analysis.consistency.findings import Violation
from graphscope.graph import DeclaredEdge, EdgeKind, Graph, Node, NodeKind, Scope, ScopeKind

Pair = tuple[str, str]


def check_declared(graph: Graph) -> Iterator[Violation]:
    """Yield the difference between declared and found edges, in scopes that declare any.

    Only tensors that go through arguments are declared: masks, states and constants are not.
    Operations that stand in such a scope without being a call of their own (Keras casts the inputs
    of a functional model) are looked through.
    """
    if not graph.declared:
        return
    found = _find_edges_by_scope(graph)
    for scope, declared in _group_by_scope(graph).items():
        if scope is None:
            yield from (_absent_end(edge) for edge in declared)
            continue
        pairs = dict.fromkeys((edge.source, edge.target) for edge in declared)
        actual = _look_through(graph, found.get(scope, {}))
        yield from (_missing(pair) for pair in pairs if pair not in actual)
        yield from (_extra(pair) for pair in actual if pair not in pairs)


def _group_by_scope(graph: Graph) -> dict[str | None, list[DeclaredEdge]]:
    """Return declared edges by the scope that holds both ends; None if there is no such scope."""
    groups: dict[str | None, list[DeclaredEdge]] = {}
    for edge in graph.declared:
        around = _scope_around(graph, edge.source)
        if around != _scope_around(graph, edge.target):
            around = None
        groups.setdefault(around, []).append(edge)
    return groups


def _scope_around(graph: Graph, call: str) -> str | None:
    if call in graph.node_by_id:
        return graph.node_by_id[call].scope
    return graph.scope_by_id[call].parent if call in graph.scope_by_id else None


def _find_edges_by_scope(graph: Graph) -> dict[str, dict[Pair, None]]:
    """Return, for each scope, the edges between its children.

    An edge between leaf nodes shows in one scope only: the innermost that holds both.
    """
    found: dict[str, dict[Pair, None]] = {}
    for edge in graph.edges:
        source, target = graph.node_by_id[edge.source], graph.node_by_id[edge.target]
        if edge.kind is EdgeKind.DATA and source.kind is not NodeKind.CONSTANT:
            scope, pair = _lift(graph, source, target)
            if pair[0] != pair[1]:
                found.setdefault(scope, {})[pair] = None
    return found


def _lift(graph: Graph, source: Node, target: Node) -> tuple[str, Pair]:
    if source.scope == target.scope:
        return source.scope, (source.id, target.id)
    up_source = [source.id, *graph.ancestors(source.scope)]
    up_target = [target.id, *graph.ancestors(target.scope)]
    while len(up_source) > 2 and len(up_target) > 2 and up_source[-2] == up_target[-2]:
        up_source.pop()
        up_target.pop()
    return up_source[-1], (up_source[-2], up_target[-2])


def _look_through(graph: Graph, pairs: Iterable[Pair]) -> dict[Pair, None]:
    feeding: dict[str, list[str]] = {}
    for source, target in pairs:
        feeding.setdefault(target, []).append(source)
    return {
        (origin, target): None
        for target in feeding
        if _is_call(graph, target)
        for origin in _origins(graph, target, feeding)
    }


def _origins(graph: Graph, target: str, feeding: dict[str, list[str]]) -> dict[str, None]:
    """Return the calls that feed a call, directly or through what is none."""
    origins: dict[str, None] = {}
    seen: set[str] = set()
    waiting = list(reversed(feeding[target]))
    while waiting:
        source = waiting.pop()
        if source in seen:
            continue
        seen.add(source)
        if _is_call(graph, source):
            origins[source] = None
        else:
            waiting += reversed(feeding.get(source, ()))
    return origins


def _is_call(graph: Graph, id_: str) -> bool:
    call: Node | Scope | None = graph.node_by_id.get(id_)
    if isinstance(call, Node):
        return call.kind in (NodeKind.LAYER, NodeKind.INPUT)
    return graph.scope_by_id[id_].kind is not ScopeKind.SUBGRAPH


def _absent_end(edge: DeclaredEdge) -> Violation:
    return Violation(
        "missing edge",
        f"Keras declares an edge from {edge.source!r} to {edge.target!r}, which are not calls in "
        "one scope of this graph.",
        edge.target,
    )


def _missing(pair: Pair) -> Violation:
    return Violation(
        "missing edge",
        f"Keras declares an edge from {pair[0]!r} to {pair[1]!r}, but no tensor goes there.",
        pair[1],
    )


def _extra(pair: Pair) -> Violation:
    return Violation(
        "extra edge",
        f"A tensor goes from {pair[0]!r} to {pair[1]!r}, which Keras does not declare.",
        pair[1],
    )
