"""Two graphs as one: the later graph, with what was removed put back where it stood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from graphscope.analysis.collapse import collapse_layers
from graphscope.analysis.diff.groups import group_changes
from graphscope.analysis.diff.placing import Placing, list_calls
from graphscope.analysis.diff.result import GraphDiff
from graphscope.graph import ROOT, Edge, Graph, Node, Port, Scope

State: TypeAlias = Literal["same", "added", "removed", "changed", "follows"]
"""What became of a call. `follows`: it only hands on a shape that changed before it."""

STATES: tuple[State, ...] = State.__args__  # type: ignore[attr-defined]

EdgeKey: TypeAlias = tuple[str, int, str]
"""Source, output port and target of a tensor."""


@dataclass(frozen=True)
class MergedGraph:
    """The union of two graphs, on layers.

    Attributes:
        graph: calls of both; what is in both has the id and the shape that it has after.
        states: what became of scopes and nodes, by id; absent where nothing did.
        edges: what became of tensors; absent where nothing did.
        before: the id before of every scope and node that was there, by its id in `graph`.
        after: the same, for the later graph.
        places: where each change of the comparison is shown, None where it is not (a layer that
            nobody calls).
    """

    graph: Graph
    states: dict[str, State]
    edges: dict[EdgeKey, State]
    before: dict[str, str]
    after: dict[str, str]
    places: tuple[str | None, ...]

    def pairs(self) -> list[tuple[str, str]]:
        """Return the ids before and after of what is in both."""
        return [
            (self.before[id_], after) for id_, after in self.after.items() if id_ in self.before
        ]


def merge_graphs(before: Graph, after: Graph, found: GraphDiff) -> MergedGraph:
    """Return both graphs as one.

    Innermost calls are one node each; what differs inside them is told by `found`.

    Args:
        before: the earlier graph.
        after: the later graph.
        found: their comparison.
    """
    return _Merger(before, after, found).merge()


class _Merger:
    def __init__(self, before: Graph, after: Graph, found: GraphDiff) -> None:
        self._old, self._new = collapse_layers(before), collapse_layers(after)
        self._found = found
        self._placing = Placing(self._old, self._new, found)
        self._known = {node.id for node in self._new.nodes} | set(self._placing.removed.values())

    def merge(self) -> MergedGraph:
        """Merge."""
        scopes = (*self._new.scopes, *self._removed_scopes())
        nodes = self._weave()
        present = {node.id: node for node in nodes}
        edges, edge_states = self._join_edges(present)
        graph = replace(
            self._new,
            name=_name(self._found),
            scopes=scopes,
            nodes=nodes,
            edges=edges,
            layers=(*self._new.layers, *self._placing.layers),
            weights=(*self._new.weights, *self._placing.weights),
            declared=(),
            notes=(),
        )
        states = self._find_states(graph)
        known = graph.scope_by_id.keys() | graph.node_by_id.keys()
        places = (self._placing.place_of(change) for change in self._found.changes)
        return MergedGraph(
            graph,
            states,
            edge_states,
            *self._find_origins(graph),
            tuple(place if place in known else None for place in places),
        )

    def _removed_scopes(self) -> Iterator[Scope]:
        for scope in self._old.scopes[1:]:
            if scope.id in self._placing.removed:
                yield replace(
                    scope,
                    id=self._placing.removed[scope.id],
                    parent=self._placing.home(scope.parent or "/"),
                    layer=self._placing.rename_layer(scope.layer),
                    inputs=self._rename(scope.inputs),
                    outputs=self._rename(scope.outputs),
                )

    def _rename(self, tensors: tuple[Port, ...]) -> tuple[Port, ...]:
        renamed = (Port(self._placing.id_of(node), output) for node, output in tensors)
        return tuple(port for port in renamed if port.node in self._known)

    def _weave(self) -> tuple[Node, ...]:
        """Return the nodes of both, each removed one behind what stood before it."""
        places = {node.id: place for place, node in enumerate(self._new.nodes)}
        woven = [(float(place), node) for place, node in enumerate(self._new.nodes)]
        place = -1.0
        for node in self._old.nodes:
            if node.id in self._placing.removed:
                woven.append((place + 0.5, self._put_back(node)))
            else:
                place = places.get(self._placing.id_of(node.id), place)
        woven.sort(key=lambda each: each[0])
        return tuple(node for _, node in woven)

    def _put_back(self, node: Node) -> Node:
        return replace(
            node,
            id=self._placing.removed[node.id],
            scope=self._placing.home(node.scope),
            layer=self._placing.rename_layer(node.layer),
            weights=tuple(map(self._placing.rename_weight, node.weights)),
        )

    def _join_edges(self, nodes: dict[str, Node]) -> tuple[tuple[Edge, ...], dict[EdgeKey, State]]:
        """Return the edges of both, and which of them are in one only."""
        states: dict[EdgeKey, State] = {}
        rewired = {
            verdict: {
                (wire.source, wire.target) for wire in self._found.wires if wire.verdict == verdict
            }
            for verdict in ("added", "removed")
        }
        edges = list(self._new.edges)
        for edge in self._new.edges:
            is_new = not self._placing.added.isdisjoint((edge.source, edge.target))
            if is_new or (edge.source, edge.target) in rewired["added"]:
                states[_key(edge)] = "added"
        for edge in self._old.edges:
            is_gone = not self._placing.removed.keys().isdisjoint((edge.source, edge.target))
            if is_gone or (edge.source, edge.target) in rewired["removed"]:
                moved = self._carry_over(edge, nodes)
                if moved is not None and _key(moved) not in states:
                    states[_key(moved)] = "removed"
                    edges.append(moved)
        return tuple(edges), states

    def _carry_over(self, edge: Edge, nodes: dict[str, Node]) -> Edge | None:
        """Return an edge of the earlier graph between the merged nodes, if both are there."""
        source, target = (self._placing.id_of(each) for each in (edge.source, edge.target))
        if source not in nodes or target not in nodes or source == target:
            return None
        if edge.source_port >= max(1, len(nodes[source].outputs)):
            return None
        return replace(edge, source=source, target=target)

    def _find_states(self, graph: Graph) -> dict[str, State]:
        states: dict[str, State] = {}
        for group in group_changes(self._found):
            if group.first.verdict == "changed":
                state: State = "follows" if group.kind == "follows" else "changed"
                for change in group.changes:
                    states[self._placing.place_of(change)] = state
        states |= dict.fromkeys(self._placing.added, "added")
        states |= dict.fromkeys(self._placing.removed.values(), "removed")
        # The root is the whole picture; that it has another name is told, not drawn.
        known = (graph.scope_by_id.keys() | graph.node_by_id.keys()) - {ROOT}
        return {id_: state for id_, state in states.items() if id_ in known}

    def _find_origins(self, graph: Graph) -> tuple[dict[str, str], dict[str, str]]:
        before = dict(self._placing.before_by_after)
        before |= {merged: id_ for id_, merged in self._placing.removed.items()}
        new = self._new.scope_by_id.keys() | self._new.node_by_id.keys()
        calls = list_calls(graph)
        return (
            {call.id: before[call.id] for call in calls if call.id in before},
            {call.id: call.id for call in calls if call.id in new},
        )


def _key(edge: Edge) -> EdgeKey:
    return (edge.source, edge.source_port, edge.target)


def _name(found: GraphDiff) -> str:
    one, other = found.before_name, found.after_name
    return one if one == other else f"{one} → {other}"
