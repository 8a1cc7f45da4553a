"""Edges that cross the border of a call, against what the calls were seen to take and return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphscope.analysis.consistency.findings import Violation
from graphscope.analysis.costs.trips import find_loops
from graphscope.analysis.phases import SavedTensors
from graphscope.graph import ROOT, Edge, EdgeKind, Graph, NodeKind, Port, Scope, ScopeKind

_CALLS = (ScopeKind.LAYER, ScopeKind.OPERATION)
_BESIDE_ARGUMENTS = (EdgeKind.MASK, EdgeKind.STATE)


@dataclass(slots=True)
class Crossings:
    """The count of edges between calls."""

    explicit: int = 0
    implicit: int = 0
    violations: list[Violation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Way:
    """The calls whose border a tensor crosses; bodies of loops and functions are transparent."""

    out_of: tuple[Scope, ...]
    """From the producer up to below the call that holds both ends, innermost first."""
    into: tuple[Scope, ...]
    """From the consumer up to below the call that holds both ends, innermost first."""

    @property
    def is_side_channel(self) -> bool:
        """Whether one of the calls is known to hand tensors on in a hidden way."""
        return any(scope.attributes.get("side_channel") for scope in (*self.out_of, *self.into))


_NO_WAY = Way((), ())


class Ways:
    """Finds the way between two scopes, each pair once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._found: dict[tuple[str, str], Way] = {}
        self._depths = {ROOT: 0}
        for scope in graph.scopes:
            if scope.parent is not None:
                self._depths[scope.id] = self._depths[scope.parent] + 1

    def between(self, source: str, target: str) -> Way:
        """Return the calls between two scopes."""
        found = self._found.get((source, target))
        if found is None:
            found = self._found[source, target] = self._find(source, target)
        return found

    def _find(self, source: str, target: str) -> Way:
        out_of: list[Scope] = []
        into: list[Scope] = []
        # The deeper end climbs until both meet.
        while source != target:
            if self._depths[source] >= self._depths[target]:
                source = self._climb(source, out_of)
            else:
                target = self._climb(target, into)
        return Way(tuple(out_of), tuple(into))

    def _climb(self, id_: str, passed: list[Scope]) -> str:
        scope = self._graph.scope_by_id[id_]
        if scope.kind in _CALLS:
            passed.append(scope)
        return scope.parent or ROOT


def check_crossings(graph: Graph) -> Crossings:
    """Sort the edges between calls into explicit ones, allowed implicit ones and violations.

    Constants and control edges are set aside: neither travels through arguments.
    """
    ways, witness, found = Ways(graph), Witness(graph), Crossings()
    saved, trips = SavedTensors(graph), _Trips(graph)
    nodes = graph.node_by_id
    constant, call = NodeKind.CONSTANT, NodeKind.LAYER
    control, mask, state = EdgeKind.CONTROL, EdgeKind.MASK, EdgeKind.STATE
    for edge in graph.edges:
        source, target = nodes[edge.source], nodes[edge.target]
        if source.kind is constant or edge.kind is control:
            continue
        # Within one scope no border is crossed, so there is nothing to be seen or missed.
        is_inside = source.scope == target.scope
        way = _NO_WAY if is_inside else ways.between(source.scope, target.scope)
        if not (way.out_of or way.into or source.kind is call or target.kind is call):
            continue
        if edge.kind is mask and _is_no_mask(graph, edge):
            found.violations.append(_no_mask(graph, edge))
        if is_inside:
            found.explicit += 1
            continue
        is_carried = edge.kind is state and trips.holds(edge)
        gaps = list(witness.gaps(edge, way, trips.arriving(edge) if is_carried else ()))
        if is_carried and gaps and not way.is_side_channel:
            found.violations.append(_hidden_flow(edge, gaps))
        elif not gaps:
            found.explicit += 1
        elif edge.kind in _BESIDE_ARGUMENTS or way.is_side_channel or saved.allow(edge):
            found.implicit += 1
        else:
            found.violations.append(_hidden_flow(edge, gaps))
    return found


class Witness:
    """What each call was seen to take and return."""

    def __init__(self, graph: Graph) -> None:
        self.taken = {scope.id: frozenset(scope.inputs) for scope in graph.scopes}
        self.returned = {scope.id: frozenset(scope.outputs) for scope in graph.scopes}

    def gaps(self, edge: Edge, way: Way, beside: tuple[Port, ...] = ()) -> Iterator[str]:
        """Yield in words which calls on the way know nothing of the tensor.

        Args:
            edge: carries the tensor.
            way: the calls whose borders it crosses.
            beside: what arrives at the same port before the first trip of a loop: what a call in
                a loop took was seen in the first trip.
        """
        tensor = edge.tensor
        for scope in way.out_of:
            if tensor not in self.returned[scope.id]:
                yield f"{scope.id!r} does not return it"
        for scope in reversed(way.into):
            taken = self.taken[scope.id]
            if tensor not in taken and taken.isdisjoint(beside):
                yield f"{scope.id!r} does not take it"


class _Trips:
    """What loops hand from trip to trip."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._loops = frozenset(find_loops(graph)) | {
            scope.id for scope in graph.scopes if "carries" in scope.attributes
        }

    def holds(self, edge: Edge) -> bool:
        """Whether both ends lie in one loop."""
        if not self._loops:
            return False
        ends = (self._graph.node_by_id[end].scope for end in (edge.source, edge.target))
        one, other = (self._loops.intersection(self._graph.ancestors(end)) for end in ends)
        return not one.isdisjoint(other)

    def arriving(self, edge: Edge) -> tuple[Port, ...]:
        """Return the tensors that arrive at the same port otherwise."""
        return tuple(
            other.tensor
            for other in self._graph.incoming[edge.target]
            if other.target_port == edge.target_port and other is not edge
        )


def _is_no_mask(graph: Graph, edge: Edge) -> bool:
    """Whether a tensor cannot be a mask of Keras: those are of booleans, some of whole numbers."""
    outputs = graph.node_by_id[edge.source].outputs
    if edge.source_port >= len(outputs):
        return True
    return outputs[edge.source_port].dtype.startswith(("float", "bfloat", "complex"))


def _no_mask(graph: Graph, edge: Edge) -> Violation:
    return Violation(
        "no mask",
        f"The edge from {edge.source!r} to {edge.target!r} is told to be a mask and carries "
        f"{graph.spec(edge.tensor)}.",
        edge.target,
    )


def _hidden_flow(edge: Edge, gaps: list[str]) -> Violation:
    return Violation(
        "hidden flow",
        f"A tensor goes from {edge.source!r} to {edge.target!r} past the calls around them: "
        f"{' and '.join(gaps)}.",
        edge.target,
    )


def check_results(graph: Graph) -> Iterator[Violation]:
    """Yield the tensors that a call returned although they were made outside and not handed in."""
    for scope in graph.scopes:
        if scope.kind not in _CALLS or scope.attributes.get("side_channel"):
            continue
        for tensor in (*scope.inputs, *scope.outputs):
            if not _exists(graph, tensor):
                yield _unknown_tensor(scope, tensor)
        taken = set(scope.inputs)
        for tensor in scope.outputs:
            if _exists(graph, tensor) and tensor not in taken and _is_foreign(graph, scope, tensor):
                yield _foreign_result(scope, tensor)


def _exists(graph: Graph, tensor: Port) -> bool:
    node = graph.node_by_id.get(tensor.node)
    return node is not None and 0 <= tensor.output < len(node.outputs)


def _is_foreign(graph: Graph, scope: Scope, tensor: Port) -> bool:
    node = graph.node_by_id[tensor.node]
    if scope.id == ROOT or node.kind is NodeKind.CONSTANT:
        return False
    return scope.id not in graph.ancestors(node.scope)


def _unknown_tensor(scope: Scope, tensor: Port) -> Violation:
    return Violation(
        "unknown tensor",
        f"The call {scope.id!r} names output {tensor.output} of {tensor.node!r}, which does not "
        "exist.",
        scope.id,
    )


def _foreign_result(scope: Scope, tensor: Port) -> Violation:
    return Violation(
        "foreign result",
        f"{scope.id!r} returns output {tensor.output} of {tensor.node!r}, which is made outside "
        "of it and is none of its arguments.",
        scope.id,
    )
