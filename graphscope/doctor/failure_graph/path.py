"""The evidence path: the part of a graph that a diagnosis is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphscope.doctor.failure_graph.document import FailureGraph
from graphscope.doctor.findings import Diagnosis, Place
from graphscope.graph import Graph


@dataclass(frozen=True, slots=True)
class Path:
    """What is highlighted for a diagnosis.

    Attributes:
        culprit: what the diagnosis blames; the call that failed where it blames none.
        failed: what raised, where that is something else.
        nodes: ids of the nodes on the way to it, in program order.
        edges: pairs of nodes: the edges on the way.
    """

    culprit: str | None = None
    failed: str | None = None
    nodes: tuple[str, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()


def find_path(failure_graph: FailureGraph, diagnosis: Diagnosis | None = None) -> Path:
    """Return the way from what caused a failure to the call that failed.

    Where several branches meet, it is both of them back to the point where they part. Where the
    evidence names lines, it is the way from the calls on these lines. Else it is the last step.
    """
    graph = failure_graph.graph
    before = _predecessors(graph)
    blamed, failed = diagnosis.node if diagnosis is not None else None, failure_graph.culprit
    if blamed is not None and failed is not None and _surrounds(graph, blamed, failed):
        blamed = None  # what failed inside of it tells more
    if blamed is not None and not _leads(graph, before, blamed, failed):
        failed = None  # the diagnosis is about something else than what failed
    culprit = blamed or failed
    end = failed or culprit
    if end is None:
        return Path()
    failed = failed if failed != culprit else None
    inside = nodes_in(graph, end)
    if not inside:
        return Path(culprit, failed)
    sources = _sources(before, inside)
    steps = _steps_back(before, inside)
    chosen = _between_branches(before, sources) if len(sources) > 1 else set(sources)
    # Where branches parted, their way from there tells it all; the lines of a helper function
    # that builds every block would highlight the whole network.
    parted = chosen != set(sources)
    anchors = set() if parted else _anchors(failure_graph, diagnosis, steps)
    if blamed is not None:
        anchors |= nodes_in(graph, blamed) & steps.keys()
    chosen |= _between(before, anchors, steps.keys()) - inside
    order = [node.id for node in graph.nodes if node.id in chosen]
    reached = chosen | inside
    edges = dict.fromkeys(
        (edge.source, edge.target)
        for edge in graph.edges
        if edge.source in chosen and edge.target in reached
    )
    return Path(culprit, failed, tuple(order), tuple(edges))


def nodes_in(graph: Graph, id_: str) -> set[str]:
    """Return a node, or the nodes within a scope; nothing for an id that the graph lacks."""
    if id_ in graph.node_by_id:
        return {id_}
    if id_ not in graph.scope_by_id:
        return set()
    return {node.id for node in graph.nodes if id_ in graph.ancestors(node.scope)}


def _surrounds(graph: Graph, scope: str, id_: str) -> bool:
    node = graph.node_by_id.get(id_)
    inner = node.scope if node is not None else id_
    return id_ != scope and inner in graph.scope_by_id and scope in graph.ancestors(inner)


def _leads(graph: Graph, before: Mapping[str, list[str]], start: str, end: str | None) -> bool:
    if end is None:
        return False
    return not nodes_in(graph, start).isdisjoint(_steps_back(before, nodes_in(graph, end)))


def _predecessors(graph: Graph) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for edge in graph.edges:
        found.setdefault(edge.target, {})[edge.source] = None
    return {target: list(sources) for target, sources in found.items()}


def _sources(before: Mapping[str, list[str]], inside: set[str]) -> list[str]:
    """Return what the nodes take from outside."""
    found = (source for node in before if node in inside for source in before[node])
    return [source for source in dict.fromkeys(found) if source not in inside]


def _steps_back(before: Mapping[str, list[str]], start: Iterable[str]) -> dict[str, int]:
    """Return all nodes that lead to the start, with the least number of edges between."""
    steps = dict.fromkeys(start, 0)
    waiting = list(steps)
    for node in waiting:
        for source in before.get(node, ()):
            if source not in steps:
                steps[source] = steps[node] + 1
                waiting.append(source)
    return steps


def _between_branches(before: Mapping[str, list[str]], sources: list[str]) -> set[str]:
    """Return the branches that begin at where they part, that point included."""
    reached = [set(_steps_back(before, [source])) for source in sources]
    union: set[str] = set().union(*reached)
    if sum(map(len, reached)) == len(union) and any(len(each) == 1 for each in reached):
        # An input meets the rest of the model, as targets do in a loss: nothing parted.
        return set(sources)
    shared = {node for node in union if sum(node in each for each in reached) > 1}
    own = union - shared
    parting = {source for node in own for source in before.get(node, ()) if source in shared}
    return own | parting | set(sources)


def _anchors(
    failure_graph: FailureGraph, diagnosis: Diagnosis | None, steps: Mapping[str, int]
) -> set[str]:
    """Return, for each line of the evidence, the nearest of the nodes that come from it."""
    found: set[str] = set()
    for place in _places(diagnosis):
        there = [node for node in steps if place in failure_graph.lines.get(node, ())]
        if there:
            found.add(min(there, key=lambda node: steps[node]))
    return found


def _places(diagnosis: Diagnosis | None) -> list[Place]:
    if diagnosis is None:
        return []
    facts = [fact.place for fact in diagnosis.evidence if fact.place is not None]
    return list(dict.fromkeys([*facts, *diagnosis.places[:1]]))


def _between(
    before: Mapping[str, list[str]], anchors: set[str], reaching: Iterable[str]
) -> set[str]:
    """Return the anchors and every node between them and the end."""
    after: dict[str, list[str]] = {}
    for target in reaching:
        for source in before.get(target, ()):
            after.setdefault(source, []).append(target)
    return set(_steps_back(after, anchors))
