"""What the panels ask about one graph. The questions here, the answers from the analysis."""

from __future__ import annotations

from graphscope.graph import Graph


class Facts:
    """Answers about one graph, each computed when first asked for and kept.

    An *item* is a row of the outline: a scope, a node, or a block or repeat that folding made.

    Args:
        graph: the graph.
        batch: the batch size that costs are estimated for.
    """

    def __init__(self, graph: Graph, *, batch: int = 1) -> None:
        self.graph = graph
        self.batch = batch
