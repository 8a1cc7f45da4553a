"""How often loops run, as far as the graph itself says so."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.graph import ROOT, EdgeKind, Graph, Node, Scope, ScopeKind

# Comparisons that let a loop go on while a counter is below its limit: the ports of counter and
# limit, and what is added to the distance because the limit itself is reached too.
_GOES_ON = {
    "Less": (0, 1, 0),
    "LessEqual": (0, 1, 1),
    "Greater": (1, 0, 0),
    "GreaterEqual": (1, 0, 1),
}


def find_loops(graph: Graph) -> dict[str, int | None]:
    """Return the loops of a graph and how many times each runs; None where that is open.

    A loop is a scope with the attribute `trip_count`, or one whose child of type `cond` decides
    whether it goes on. A loop that counts up to a constant is taken to run until there, also
    where a further condition may end it earlier.
    """
    loops: dict[str, int | None] = {}
    for scope in graph.scopes:
        if scope.kind is not ScopeKind.SUBGRAPH:
            continue
        if is_condition(scope) and scope.parent is not None:
            loops.setdefault(scope.parent, _count_from_condition(graph, scope))
        recorded = _read_whole(scope.attributes.get("trip_count"))
        if recorded is not None:
            loops[scope.id] = recorded
    return loops


def is_condition(scope: Scope) -> bool:
    """Whether the scope decides if the loop around it goes on."""
    return scope.kind is ScopeKind.SUBGRAPH and scope.type == "cond"


def multiply_trips(graph: Graph, loops: dict[str, int | None]) -> dict[str, int]:
    """Return how many times the inside of each scope runs; loops of open length run once."""
    trips = {ROOT: 1}
    for scope in graph.scopes:
        if scope.parent is not None:
            count = loops.get(scope.id)
            trips[scope.id] = trips[scope.parent] * (1 if count is None else count)
    return trips


def _count_from_condition(graph: Graph, condition: Scope) -> int | None:
    counts = [
        count
        for comparison in _find_comparisons(graph, condition)
        if (count := _count_steps(graph, comparison)) is not None
    ]
    return min(counts, default=None)


def _find_comparisons(graph: Graph, condition: Scope) -> Iterator[Node]:
    """Yield the comparisons that must all hold for the loop to go on."""
    waiting = [
        node for node in graph.child_nodes.get(condition.id, ()) if node.id not in graph.outgoing
    ]
    while waiting:
        node = waiting.pop()
        if node.type in _GOES_ON:
            yield node
        elif node.type in ("LogicalAnd", "Identity"):
            waiting += (graph.node_by_id[edge.source] for edge in graph.incoming.get(node.id, ()))


def _count_steps(graph: Graph, comparison: Node) -> int | None:
    counter, limit, reached = _GOES_ON[comparison.type]
    first = _find_constant(graph, comparison, counter)
    last = _find_constant(graph, comparison, limit)
    step = _find_step(graph, comparison, counter)
    if first is None or last is None or step is None:
        return None
    if limit in _carried_from(graph, comparison):
        return None
    return max(0, -(-(last + reached - first) // step))


def _find_step(graph: Graph, comparison: Node, counter: int) -> int | None:
    """Return the constant that the body adds to the counter, if it is positive."""
    update = _carried_from(graph, comparison).get(counter)
    if update is None or update.type not in ("Add", "AddV2"):
        return None
    carried = _carried_from(graph, update)
    steps = [_find_constant(graph, update, port) for port in (0, 1) if port not in carried]
    return steps[0] if len(steps) == 1 and steps[0] and steps[0] > 0 else None


def _carried_from(graph: Graph, node: Node) -> dict[int, Node]:
    """Return, by input port, the nodes whose results come from the trip before."""
    return {
        edge.target_port: graph.node_by_id[edge.source]
        for edge in graph.incoming.get(node.id, ())
        if edge.kind is EdgeKind.STATE
    }


def _find_constant(graph: Graph, node: Node, port: int) -> int | None:
    """Return the whole number that arrives at a port before the first trip."""
    for edge in graph.incoming.get(node.id, ()):
        if edge.kind is EdgeKind.DATA and edge.target_port == port:
            return _read_whole(graph.node_by_id[edge.source].attributes.get("value"))
    return None


def _read_whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
