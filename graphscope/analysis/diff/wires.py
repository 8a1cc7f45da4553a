"""The tensors between entries."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from graphscope.analysis.diff.entry import Entry, Wire
from graphscope.graph import ROOT, Edge, EdgeKind, Graph, NodeKind, Port

_ONLY_SIZES = frozenset(
    [
        "Shape",
        "ShapeN",
        "Size",
        "Rank",
        "ZerosLike",
        "OnesLike",
        "zeros_like",
        "ones_like",
        "full_like",
        "empty_like",
        "new_zeros",
        "new_ones",
        "new_full",
        "new_empty",
    ]
)
"""Operations that read how large a tensor is and nothing of what is in it; only some backends need
them.
"""


def find_wires(
    graph: Graph, entries: Mapping[str, Entry], closed: Collection[Entry] = ()
) -> tuple[Wire, ...]:
    """Return, each once, the tensors that go from one innermost entry to another.

    Constants are left out; operations that are no entries are looked through.

    Args:
        graph: the graph.
        entries: its entries by id.
        closed: entries that count as innermost, whatever is inside them.
    """
    return tuple(_walk(graph, entries, _find_owners(graph, entries, closed)))


def _walk(
    graph: Graph, entries: Mapping[str, Entry], owner: Mapping[str, Entry | None]
) -> Iterator[Wire]:
    places = _number_outputs(graph, entries)
    origins = _Origins(graph, owner)
    seen: set[tuple[str, int, str, EdgeKind]] = set()
    for edge in graph.edges:
        target = owner[edge.target]
        if target is None:
            continue
        for tensor, kind in origins.of(edge):
            source = owner[tensor.node]
            if source is None or source is target:
                continue
            output = places.get((source.id, tensor), -1)
            key = (source.id, output, target.id, kind)
            if key not in seen:
                seen.add(key)
                yield Wire(source, output, target, kind)


def _find_owners(
    graph: Graph, entries: Mapping[str, Entry], closed: Collection[Entry]
) -> dict[str, Entry | None]:
    """Return the innermost entry that holds each node; None for what is looked through."""
    around: dict[str, Entry | None] = {ROOT: None}
    for scope in graph.scopes[1:]:
        holder = around[scope.parent or ROOT]
        if holder not in closed:
            holder = entries.get(scope.id) or holder
        around[scope.id] = holder
    owners: dict[str, Entry | None] = {}
    for node in graph.nodes:
        holder = around[node.scope]
        if holder is not None and (holder in closed or not holder.children):
            owners[node.id] = holder
        else:
            owners[node.id] = entries.get(node.id)
    return owners


def _number_outputs(graph: Graph, entries: Mapping[str, Entry]) -> dict[tuple[str, Port], int]:
    places: dict[tuple[str, Port], int] = {}
    for scope in graph.scopes:
        if scope.id in entries:
            for place, tensor in enumerate(scope.outputs):
                places.setdefault((scope.id, tensor), place)
    for node in graph.nodes:
        if node.id in entries:
            places |= {(node.id, Port(node.id, place)): place for place in range(len(node.outputs))}
    return places


class _Origins:
    """Finds the entries that a tensor comes from, through operations that are none."""

    def __init__(self, graph: Graph, owner: Mapping[str, Entry | None]) -> None:
        self._graph = graph
        self._owner = owner

    def of(self, edge: Edge) -> dict[tuple[Port, EdgeKind], None]:
        """Return the tensors of entries that arrive by an edge, with the kind of the edge."""
        found: dict[tuple[Port, EdgeKind], None] = {}
        seen: set[str] = set()
        waiting = [edge]
        while waiting:
            each = waiting.pop()
            if self._owner[each.source] is not None:
                found[each.tensor, edge.kind] = None
            elif each.source not in seen:
                seen.add(each.source)
                node = self._graph.node_by_id[each.source]
                if node.kind is not NodeKind.CONSTANT and node.type not in _ONLY_SIZES:
                    waiting += reversed(self._graph.incoming.get(each.source, []))
        return found
