"""Projections as arrays of positions: what the algorithms walk on.

networkx needs seconds and hundreds of megabytes for 200,000 operations; lists of integers do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from graphscope.analysis.calls import Calls
from graphscope.graph import Edge, EdgeKind, Graph, NodeKind, ViewName


@dataclass(frozen=True, eq=False)
class Flow:
    """One projection: `links[i]` leads from position `sources[i]` to position `targets[i]`."""

    ids: tuple[str, ...]
    """Ids of nodes or calls, in program order; a position is an index into them."""
    sources: list[int]
    targets: list[int]
    links: list[Edge]
    """The edge of the graph that each link stands for (the first one, where several do)."""

    @cached_property
    def position(self) -> dict[str, int]:
        """Positions by id."""
        return {id_: index for index, id_ in enumerate(self.ids)}

    @cached_property
    def successors(self) -> list[list[int]]:
        """Positions that links lead to from each position; repeated where links are parallel."""
        return self._neighbours(self.sources, self.targets)

    @cached_property
    def predecessors(self) -> list[list[int]]:
        """Positions that links come from at each position; repeated where links are parallel."""
        return self._neighbours(self.targets, self.sources)

    def _neighbours(self, starts: list[int], ends: list[int]) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in self.ids]
        for start, end in zip(starts, ends, strict=True):
            found[start].append(end)
        return found


def flow_of(graph: Graph, view: ViewName) -> Flow:
    """Return the projection that a view shows: `"layers"` or `"ops"`."""
    return call_flow(graph) if view == "layers" else node_flow(graph)


def node_flow(graph: Graph) -> Flow:
    """Return the computation graph: leaf nodes and edges as they are."""
    return make_flow(tuple(node.id for node in graph.nodes), graph.edges, None)


def call_flow(graph: Graph) -> Flow:
    """Return the data-flow graph: edges lifted to calls, one link for each tensor and pair.

    Edges inside one call vanish, and so do those that leave a constant outside of all calls.
    """
    calls = Calls(graph)
    return lift(graph.edges, calls.ids, {node.id: calls.of(node) for node in graph.nodes})


def lift(edges: Iterable[Edge], ids: tuple[str, ...], owner: dict[str, str]) -> Flow:
    """Lift edges to owners: one link for each tensor, pair of owners and kind of edge.

    Args:
        edges: edges between leaf nodes.
        ids: the owners that are shown; edges that touch another one are left out.
        owner: the owner of each leaf node.
    """
    shown = set(ids)
    kept: dict[tuple[str, str, str, int, EdgeKind], Edge] = {}
    for edge in edges:
        source, target = owner.get(edge.source), owner.get(edge.target)
        if source != target and source in shown and target in shown:
            key = (source, target, edge.source, edge.source_port, edge.kind)
            kept.setdefault(key, edge)
    return make_flow(ids, kept.values(), owner)


def make_flow(ids: tuple[str, ...], edges: Iterable[Edge], owner: dict[str, str] | None) -> Flow:
    """Return a flow whose links are `edges`, between owners if they are given."""
    links = list(edges)
    position = {id_: index for index, id_ in enumerate(ids)}
    if owner is None:
        sources = [position[edge.source] for edge in links]
        targets = [position[edge.target] for edge in links]
    else:
        sources = [position[owner[edge.source]] for edge in links]
        targets = [position[owner[edge.target]] for edge in links]
    return Flow(ids, sources, targets, links)


def within_one_trip(flow: Flow) -> Flow:
    """Return the flow without what loops hand to their next trip: it runs backwards."""
    return select_links(flow, (EdgeKind.DATA, EdgeKind.MASK, EdgeKind.CONTROL))


def select_links(flow: Flow, kinds: tuple[EdgeKind, ...]) -> Flow:
    """Return the flow with the links of some kinds only."""
    rows = zip(flow.sources, flow.targets, flow.links, strict=True)
    kept = [row for row in rows if row[2].kind in kinds]
    return Flow(
        flow.ids,
        sources=[row[0] for row in kept],
        targets=[row[1] for row in kept],
        links=[row[2] for row in kept],
    )


def output_ids(graph: Graph, view: ViewName) -> tuple[str, ...]:
    """Return the nodes of a view that produce what the model returns, each once."""
    owners = (graph.node_by_id[port.node] for port in graph.outputs)
    if view == "ops":
        return tuple(dict.fromkeys(node.id for node in owners))
    calls = Calls(graph)
    return tuple(dict.fromkeys(calls.of(node) for node in owners))


def input_ids(graph: Graph) -> tuple[str, ...]:
    """Return the model's own inputs; an input of a nested model is fed by an edge and is none."""
    return tuple(
        node.id
        for node in graph.nodes
        if node.kind is NodeKind.INPUT and node.id not in graph.incoming
    )
