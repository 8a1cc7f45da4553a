"""The outline as a tree that can be asked what lies where and what crosses a border."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphscope.analysis.outline import Item, Outline
from graphscope.exporters.drawing import make_safe
from graphscope.graph import Edge, Graph


class Tree:
    """Items of the outline by id: scopes, nodes, and the blocks and repeats that folding made.

    Constants and the like, which the outline leaves out, lie in the item of their scope.

    Args:
        graph: the graph.
        outline: its outline.
    """

    def __init__(self, graph: Graph, outline: Outline) -> None:
        self._graph = graph
        self._items = outline.items
        self._positions = outline.positions
        self._unlisted: dict[str, list[str]] = {}
        for node in graph.nodes:
            if node.id not in self._positions:
                self._unlisted.setdefault(node.scope, []).append(node.id)

    def has(self, item: str) -> bool:
        """Tell whether the outline lists the item, so that it can be selected."""
        return item in self._positions

    def get(self, item: str) -> Item:
        """Return an item."""
        return self._items[self._positions[item]]

    def find(self, text: str) -> str:
        """Return the id that the page calls so: it has no lone surrogates, which JSON cannot
        carry. What is no id is returned as it is.
        """
        if text in self._positions:
            return text
        return next((item.id for item in self._items if make_safe(item.id) == text), text)

    def name_of(self, item: str) -> str:
        """Return the name of an item, or of a node that the outline leaves out."""
        return self.get(item).name if self.has(item) else self._graph.node_by_id[item].name

    def around(self, item: str) -> Iterator[str]:
        """Yield the items around an item or unlisted node, innermost first, the root last."""
        if self.has(item):
            position = self.get(item).parent
        else:
            position = self._positions[self._graph.node_by_id[item].scope]
        while position >= 0:
            yield self._items[position].id
            position = self._items[position].parent

    def within(self, item: str) -> list[Item]:
        """Return the item and all items inside, in preorder."""
        return list(self._items[self._positions[item] : self.get(item).end])

    def holds(self, item: str, node: str) -> bool:
        """Tell whether a node is the item or lies inside."""
        return item == node or item in self.around(node)

    def climb(self, node: str, seen_from: str) -> list[str]:
        """Return the node and what is around it, as long as that does not hold `seen_from` too.

        The last is what the picture shows for the node while everything else is closed.
        """
        shared = {seen_from, *self.around(seen_from)}
        chain = [node]
        for around in self.around(node):
            if around in shared:
                break
            chain.append(around)
        return chain

    def say(self, chain: Sequence[str]) -> str:
        """Return the names of a chain, outermost first: `encoder/dense/MatMul`.

        Blocks and repeats around the first are left out: their names come from what is inside.
        """
        calls = [item for item in chain[1:] if self.get(item).subject is not None]
        return "/".join(self.name_of(item) for item in [*calls[::-1], chain[0]])

    def edges_into(self, item: str) -> list[Edge]:
        """Return the edges that enter an item from outside, in the order of the outline."""
        inside = self._nodes_in(item)
        entering = (edge for node in inside for edge in self._graph.incoming.get(node, ()))
        return [edge for edge in entering if edge.source not in inside]

    def edges_out_of(self, item: str) -> list[Edge]:
        """Return the edges that leave an item, in the order of the outline."""
        inside = self._nodes_in(item)
        leaving = (edge for node in inside for edge in self._graph.outgoing.get(node, ()))
        return [edge for edge in leaving if edge.target not in inside]

    def _nodes_in(self, item: str) -> dict[str, None]:
        if not self.has(item):
            return {item: None}
        nodes: dict[str, None] = {}
        for part in self.within(item):
            if part.id in self._graph.node_by_id:
                nodes[part.id] = None
            nodes.update(dict.fromkeys(self._unlisted.get(part.id, ())))
        return nodes
