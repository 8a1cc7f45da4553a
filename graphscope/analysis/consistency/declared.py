"""Keras's own functional graph, a second witness, against the edges between the same calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphscope.analysis.consistency.findings import UnusedArgument, Violation
from graphscope.graph import ROOT, DeclaredEdge, EdgeKind, Graph, Node, NodeKind, Scope, ScopeKind

Pair = tuple[str, str]


def check_declared(graph: Graph, unused: tuple[UnusedArgument, ...]) -> Iterator[Violation]:
    """Yield the difference between declared and found edges, in scopes that declare any.

    Masks may be declared or not, constants and states never are; inputs only where their own calls
    are. Operations that stand in such a scope without being a call of their own (Keras casts the
    inputs of a functional model) are looked through.

    Args:
        graph: the graph.
        unused: tensors that a call took and ignored: declared edges without edges of operations.
    """
    if not graph.declared:
        return
    data = _find_edges_by_scope(graph, (EdgeKind.DATA,))
    with_masks = _find_edges_by_scope(graph, (EdgeKind.DATA, EdgeKind.MASK))
    for argument in unused:
        _add_unused(graph, argument, with_masks)
    for scope, declared in _group_by_scope(graph).items():
        if scope is None:
            yield from (_absent_end(edge) for edge in declared)
            continue
        pairs = dict.fromkeys((edge.source, edge.target) for edge in declared)
        see = _Sight(graph, pairs)
        possible = see.through(with_masks.get(scope, {}))
        yield from (_missing(pair) for pair in pairs if pair not in possible)
        yield from (_extra(pair) for pair in see.through(data.get(scope, {})) if pair not in pairs)


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


def _find_edges_by_scope(graph: Graph, kinds: tuple[EdgeKind, ...]) -> dict[str, dict[Pair, None]]:
    """Return, for each scope, the edges between its children.

    An edge between leaf nodes shows in one scope only: the innermost that holds both.
    """
    found: dict[str, dict[Pair, None]] = {}
    for edge in graph.edges:
        source, target = graph.node_by_id[edge.source], graph.node_by_id[edge.target]
        if edge.kind in kinds and source.kind is not NodeKind.CONSTANT:
            _add_lifted(found, _way_up(graph, source), _way_up(graph, target))
    return found


def _add_unused(graph: Graph, argument: UnusedArgument, found: dict[str, dict[Pair, None]]) -> None:
    source = graph.node_by_id.get(argument.node)
    if source is not None and argument.scope != ROOT:
        _add_lifted(found, _way_up(graph, source), list(graph.ancestors(argument.scope)))


def _way_up(graph: Graph, node: Node) -> list[str]:
    return [node.id, *graph.ancestors(node.scope)]


def _add_lifted(
    found: dict[str, dict[Pair, None]], up_source: list[str], up_target: list[str]
) -> None:
    while len(up_source) > 2 and len(up_target) > 2 and up_source[-2] == up_target[-2]:
        up_source.pop()
        up_target.pop()
    pair = (up_source[-2], up_target[-2])
    if pair[0] != pair[1]:
        found.setdefault(up_source[-1], {})[pair] = None


class _Sight:
    """Sees the calls of a scope, through what stands between them and is no call.

    Args:
        graph: the graph.
        declared: the declared edges of the scope.
    """

    def __init__(self, graph: Graph, declared: Iterable[Pair]) -> None:
        self._graph = graph
        self._declared = {end for pair in declared for end in pair}
        # An input of several arrays, such as a sparse one, is not one node of that name.
        self._inputs = {each.name for each in graph.layers if each.class_name == "InputLayer"}

    def through(self, pairs: Iterable[Pair]) -> dict[Pair, None]:
        """Return the edges from call to call."""
        feeding: dict[str, list[str]] = {}
        for source, target in pairs:
            feeding.setdefault(target, []).append(source)
        return {
            (origin, target): None
            for target in feeding
            if self._is_call(target)
            for origin in self._origins(target, feeding)
        }

    def _origins(self, target: str, feeding: dict[str, list[str]]) -> dict[str, None]:
        """Return the calls that feed a call, directly or through what is none."""
        origins: dict[str, None] = {}
        seen: set[str] = set()
        waiting = list(reversed(feeding[target]))
        while waiting:
            source = waiting.pop()
            if source in seen:
                continue
            seen.add(source)
            if self._is_call(source):
                origins[source] = None
            else:
                waiting += reversed(feeding.get(source, ()))
        return origins

    def _is_call(self, id_: str) -> bool:
        call: Node | Scope | None = self._graph.node_by_id.get(id_)
        if isinstance(call, Node):
            is_input = call.kind is NodeKind.INPUT and call.name in self._inputs
            return is_input or call.kind is NodeKind.LAYER or id_ in self._declared
        return self._graph.scope_by_id[id_].kind is not ScopeKind.SUBGRAPH


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
