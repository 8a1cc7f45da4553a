"""What a model calls the tensors that it returns.

The names travel in `Graph.metadata["output_names"]`, one for each of `Graph.outputs`. Graphs of
live models have none; in one from a file they are what its callers ask for.
"""

from __future__ import annotations

from graphscope.graph.graph import Graph

OUTPUT_NAMES = "output_names"


def output_names(graph: Graph) -> list[str]:
    """Return a name for each output of a graph; empty where it has none.

    >>> from graphscope.graph import ROOT, Scope, ScopeKind
    >>> root = Scope(ROOT, "net", "Model", ScopeKind.LAYER, None)
    >>> output_names(Graph("net", (), scopes=(root,), metadata={"output_names": ["scores"]}))
    []
    """
    names = graph.metadata.get(OUTPUT_NAMES)
    if not isinstance(names, list | tuple) or len(names) != len(graph.outputs):
        return [""] * len(graph.outputs)
    return [name if isinstance(name, str) else "" for name in names]
