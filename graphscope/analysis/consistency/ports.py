"""What holds for any computation graph: one tensor for a port, no circles, nothing in vain."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.analysis.consistency.findings import Violation
from graphscope.analysis.costs.trips import is_condition
from graphscope.graph import Edge, EdgeKind, Graph, NodeKind, ScopeKind

_ARRIVING = (EdgeKind.DATA, EdgeKind.MASK)


def check_ports(graph: Graph) -> Iterator[Violation]:
    """Yield ports that two tensors arrive at.

    What a loop hands to its next trip arrives beside what it began with, by an edge of its own
    kind. Branches hand their results to ports of their own.
    """
    arriving = [edge for edge in graph.edges if edge.kind in _ARRIVING]
    if len({(edge.target, edge.target_port) for edge in arriving}) == len(arriving):
        return
    first: dict[tuple[str, int], Edge] = {}
    for edge in arriving:
        known = first.setdefault((edge.target, edge.target_port), edge)
        if known is not edge:
            yield Violation(
                "contested port",
                f"Both {known.source!r} and {edge.source!r} arrive at input {edge.target_port} of "
                f"{edge.target!r}.",
                edge.target,
            )


def check_order(graph: Graph) -> Iterator[Violation]:
    """Yield one violation if tensors run in a circle other than from trip to trip of a loop."""
    carried = EdgeKind.STATE
    edges = [edge for edge in graph.edges if edge.kind is not carried]
    places = {node.id: place for place, node in enumerate(graph.nodes)}
    if all(places[edge.source] < places[edge.target] for edge in edges):
        return  # the order of the program is one in which all can be worked out
    waiting = dict.fromkeys(places, 0)
    successors: dict[str, list[str]] = {}
    for edge in edges:
        waiting[edge.target] += 1
        successors.setdefault(edge.source, []).append(edge.target)
    ready = [id_ for id_, count in waiting.items() if not count]
    done = 0
    while ready:
        done += 1
        for target in successors.get(ready.pop(), ()):
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    if done < len(waiting):
        place = next(id_ for id_, count in waiting.items() if count)
        yield Violation("circle", f"What {place!r} takes depends on what it makes.", place)


def check_purpose(graph: Graph) -> Iterator[Violation]:
    """Yield operations from which nothing is taken, in graphs whose tracer left such ones out."""
    if "dead_ops" not in graph.metadata:
        return
    used = {edge.source for edge in graph.edges} | {tensor.node for tensor in graph.outputs}
    for scope in graph.scopes:
        used.update(tensor.node for tensor in scope.outputs)
        used.update(tensor.node for tensor in scope.inputs)
    # A loss may be computed for its gradient alone.
    used.update(str(node.attributes.get("forward")) for node in graph.nodes)
    deciding = {scope.id for scope in graph.scopes if is_condition(scope)}
    for node in graph.nodes:
        is_idle = node.kind is NodeKind.OP and node.outputs and node.id not in used
        if not is_idle or node.type.startswith("Assign") or "assigns" in node.attributes:
            continue
        if "forward" in node.attributes and _is_in_body(graph, node.scope):
            continue  # the gradient of a function has a result for each argument, wanted or not
        if deciding.isdisjoint(graph.ancestors(node.scope)):
            yield Violation(
                "vain operation", f"{node.id!r} ({node.type}) makes what nothing takes.", node.id
            )


def _is_in_body(graph: Graph, scope: str) -> bool:
    kinds = (graph.scope_by_id[each].kind for each in graph.ancestors(scope))
    return ScopeKind.SUBGRAPH in kinds
