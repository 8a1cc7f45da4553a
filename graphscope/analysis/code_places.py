"""At which calls of a graph the code that came with it is shown."""

from __future__ import annotations

from graphscope.analysis.subjects import CallsBySubject
from graphscope.graph import Graph
from graphscope.graph.code import Code, code_of


def place_code(graph: Graph) -> dict[str, list[Code]]:
    """Return the code of each node and scope that has some, in program order."""
    pieces = code_of(graph)
    if not pieces:
        return {}
    calls = CallsBySubject(graph)
    found: dict[str, list[Code]] = {}
    for piece in pieces:
        for call in calls.of(piece.subject):
            found.setdefault(call, []).append(piece)
    known = [*(scope.id for scope in graph.scopes), *(node.id for node in graph.nodes)]
    return {call: found[call] for call in known if call in found}
