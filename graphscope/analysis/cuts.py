"""Cut points: the nodes that every path from the inputs to the outputs runs through."""

from __future__ import annotations

from collections.abc import Iterable

from graphscope.analysis.flow import Flow, call_flow, input_ids, lift, output_ids, select_links
from graphscope.analysis.order import sort_positions
from graphscope.analysis.reach import mark_reachable
from graphscope.errors import GraphError
from graphscope.graph import ROOT, EdgeKind, Graph, NodeKind, Port


def find_cut_points(graph: Graph, scope: str | None = None) -> tuple[str, ...]:
    """Return the cut points in the order in which data runs through them.

    Only data edges count: a mask travels beside its tensor and does not make a second path. A
    single input and a single output are cut points themselves.

    Args:
        graph: the graph.
        scope: the id of a scope, whose children are then the nodes and whose arguments and
            results are the inputs and outputs; the data-flow graph of the whole model if None.

    Raises:
        GraphError: when the scope does not exist, or edges form a cycle.
    """
    if scope is None:
        flow = select_links(call_flow(graph), (EdgeKind.DATA,))
        return _cut(flow, input_ids(graph), output_ids(graph, "layers"))
    if scope not in graph.scope_by_id:
        raise GraphError(f"There is no scope {scope!r}.", "Use the id of a scope of this graph.")
    if _returns_an_argument(graph, scope):
        return ()
    return _cut_children(graph, scope)


def child_owners(graph: Graph, scope: str) -> dict[str, str]:
    """Return, for each leaf node in the subtree of a scope, the child of the scope it lies in."""
    child_of_scope: dict[str, str] = {}
    for each in graph.scopes:
        if each.parent == scope:
            child_of_scope[each.id] = each.id
        elif each.parent in child_of_scope:
            child_of_scope[each.id] = child_of_scope[each.parent]
    owners: dict[str, str] = {}
    for node in graph.nodes:
        if node.scope == scope:
            owners[node.id] = node.id
        elif node.scope in child_of_scope:
            owners[node.id] = child_of_scope[node.scope]
    return owners


def _cut_children(graph: Graph, scope: str) -> tuple[str, ...]:
    owners = child_owners(graph, scope)
    constants = {node.id for node in graph.nodes if node.kind is NodeKind.CONSTANT}
    ids = tuple(dict.fromkeys(owner for owner in owners.values() if owner not in constants))
    edges = [edge for edge in graph.edges if edge.kind is EdgeKind.DATA]
    entered = [
        owners[edge.target]
        for edge in edges
        if edge.target in owners and edge.source not in owners and edge.source not in constants
    ]
    inputs = [owners[id_] for id_ in input_ids(graph) if id_ in owners]
    left = [
        owners[edge.source] for edge in edges if edge.source in owners and edge.target not in owners
    ]
    returned = [owners[port.node] for port in _results(graph, scope) if port.node in owners]
    return _cut(lift(edges, ids, owners), [*inputs, *entered], [*left, *returned])


def _results(graph: Graph, scope: str) -> tuple[Port, ...]:
    return graph.outputs if scope == ROOT else graph.scope_by_id[scope].outputs


def _returns_an_argument(graph: Graph, scope: str) -> bool:
    # A tensor that is handed through passes by every child.
    call = graph.scope_by_id[scope]
    return scope != ROOT and not set(call.inputs).isdisjoint(call.outputs)


def _cut(flow: Flow, inputs: Iterable[str], outputs: Iterable[str]) -> tuple[str, ...]:
    """Sweep the nodes on some path from input to output, in topological order.

    A node is a cut point exactly if no path passes it by, and that is to say that no link leads
    from before it to behind it. Linear in nodes and links once sorted.
    """
    starts = {flow.position[id_] for id_ in inputs if id_ in flow.position}
    ends = {flow.position[id_] for id_ in outputs if id_ in flow.position}
    from_inputs = mark_reachable(flow.successors, starts)
    to_outputs = mark_reachable(flow.predecessors, ends)
    order = [place for place in sort_positions(flow) if from_inputs[place] and to_outputs[place]]
    rank = {place: index for index, place in enumerate(order)}
    last = len(order)
    # `farthest`: the highest rank that a path, coming from before the node, has leapt to. Inputs
    # are entered from a start before all nodes, outputs lead to an end behind all.
    farthest = max((rank[place] for place in starts if place in rank), default=-1)
    found = []
    for index, place in enumerate(order):
        if farthest <= index:
            found.append(flow.ids[place])
        leaps = [rank[target] for target in flow.successors[place] if target in rank]
        farthest = max([farthest, *leaps, *([last] if place in ends else [])])
    return tuple(found)
