"""Which node of the graph a diagnosis is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from graphscope.doctor.failure_graph.document import FailureGraph
from graphscope.doctor.findings import Diagnosis
from graphscope.graph import Node, Scope


def attach_nodes(
    diagnoses: Iterable[Diagnosis], failure_graph: FailureGraph
) -> tuple[Diagnosis, ...]:
    """Return the diagnoses with the ids of the nodes or scopes that they blame.

    A diagnosis that has a node of this graph already keeps it.
    """
    return tuple(replace(each, node=_find(each, failure_graph)) for each in diagnoses)


def _find(diagnosis: Diagnosis, failure_graph: FailureGraph) -> str | None:
    graph = failure_graph.graph
    calls: list[Node | Scope] = [*graph.nodes, *graph.scopes]
    known = {call.id for call in calls}
    if diagnosis.node in known:
        return diagnosis.node
    if diagnosis.layer is None:
        return _failed_loss(failure_graph)
    named = [call.id for call in calls if call.name == diagnosis.layer]
    return _choose(named or _of_class(calls, diagnosis), diagnosis, failure_graph)


def _of_class(calls: list[Node | Scope], diagnosis: Diagnosis) -> list[str]:
    return [call.id for call in calls if call.type == diagnosis.layer]


def _choose(candidates: list[str], diagnosis: Diagnosis, failure_graph: FailureGraph) -> str | None:
    """Return the best of several: one on the lines of the diagnosis, the failed one, the last."""
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    for place in diagnosis.places:
        there = [each for each in candidates if place in failure_graph.lines.get(each, ())]
        if there:
            candidates = there
            break
    if failure_graph.culprit in candidates:
        return failure_graph.culprit
    return candidates[-1]


def _failed_loss(failure_graph: FailureGraph) -> str | None:
    """Return the loss that failed: a diagnosis that names no layer is about data or a loss."""
    culprit = failure_graph.graph.node_by_id.get(failure_graph.culprit or "")
    return culprit.id if culprit is not None and culprit.type == "Loss" else None
