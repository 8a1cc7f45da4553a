"""The phases of a training step: what lies in each, and what the step does to each weight."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphscope.graph import ROOT, Edge, Graph, Node, NodeKind, Scope, ScopeKind

FORWARD, LOSS, GRADIENT, UPDATE, METRICS = "forward", "loss", "gradient", "update", "metrics"

PHASES = (FORWARD, LOSS, GRADIENT, UPDATE, METRICS)
"""The phases in the order in which a step goes through them."""


@dataclass(frozen=True, slots=True)
class PhaseCount:
    """One phase of a step.

    A step that trains several models one after the other goes through its phases in rounds; the
    second `forward` has the id `forward#2`.
    """

    id: str
    name: str
    nodes: int
    """Operations and constants inside it."""
    ops: int


@dataclass(frozen=True, slots=True)
class StepSummary:
    """What a training step consists of.

    Attributes:
        phases: the phases, in order.
        gradient_nodes: number of nodes in gradient phases.
        mapped_nodes: those among them that name their forward node.
        assigned: the phases in which the step assigns each weight, by id, once for each
            assignment; weights that it leaves alone have none.
        unreached: why no gradient reaches a weight, by id.
    """

    phases: tuple[PhaseCount, ...]
    gradient_nodes: int
    mapped_nodes: int
    assigned: dict[str, tuple[str, ...]]
    unreached: dict[str, str]

    @property
    def mapped_share(self) -> float:
        """Share of the gradient nodes that name their forward node; 1 where there are none."""
        return self.mapped_nodes / self.gradient_nodes if self.gradient_nodes else 1.0

    def as_dict(self) -> dict[str, Any]:
        """Return the summary as JSON values."""
        return {
            "phases": [
                {"id": phase.id, "name": phase.name, "nodes": phase.nodes, "ops": phase.ops}
                for phase in self.phases
            ],
            "gradient_nodes": self.gradient_nodes,
            "mapped_nodes": self.mapped_nodes,
            "assigned": {weight: list(phases) for weight, phases in self.assigned.items()},
            "unreached": self.unreached,
        }


def is_step(graph: Graph) -> bool:
    """Whether a graph is that of a training step."""
    return graph.metadata.get("step") == "train"


def summarize_step(graph: Graph) -> StepSummary:
    """Count what a training step consists of."""
    phases = PhaseMap(graph)
    nodes: dict[str, list[Node]] = {}
    for node in graph.nodes:
        phase = phases.of(node.scope)
        if phase is not None:
            nodes.setdefault(phase.id, []).append(node)
    gradient = [
        node for id_, found in nodes.items() if phases.name(id_) == GRADIENT for node in found
    ]
    assigned: dict[str, list[str]] = {weight.id: [] for weight in graph.weights}
    for node in graph.nodes:
        weight = node.attributes.get("assigns")
        if weight in assigned:
            phase = phases.of(node.scope)
            assigned[weight].append("" if phase is None else phase.id)
    return StepSummary(
        phases=tuple(
            PhaseCount(
                phase.id,
                _kind(phase),
                len(nodes.get(phase.id, ())),
                sum(node.kind is NodeKind.OP for node in nodes.get(phase.id, ())),
            )
            for phase in phases.all
        ),
        gradient_nodes=len(gradient),
        mapped_nodes=sum("forward" in node.attributes for node in gradient),
        assigned={weight: tuple(found) for weight, found in assigned.items()},
        unreached=dict(graph.metadata.get("unreached", {})),
    )


class PhaseMap:
    """Finds the phase that a scope lies in.

    Args:
        graph: the graph; one without phases has none to find.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._found: dict[str, Scope | None] = {ROOT: None}
        for scope in graph.scopes:
            if scope.parent is None:
                continue
            is_phase = scope.parent == ROOT and scope.kind is ScopeKind.PHASE
            self._found[scope.id] = scope if is_phase else self._found[scope.parent]

    @cached_property
    def all(self) -> list[Scope]:
        """All phases, in order."""
        return [scope for scope in self._graph.scopes if self._found[scope.id] is scope]

    def of(self, scope: str) -> Scope | None:
        """Return the phase around a scope; None outside of all."""
        return self._found[scope]

    def is_between(self, edge: Edge) -> bool:
        """Whether an edge leads from one phase to another."""
        nodes = self._graph.node_by_id
        return self.of(nodes[edge.source].scope) is not self.of(nodes[edge.target].scope)

    def name(self, scope: str) -> str:
        """Return the name of the phase around a scope, "" outside of all."""
        phase = self._found[scope]
        return "" if phase is None else _kind(phase)


def _kind(phase: Scope) -> str:
    """Return the name of a phase without the number of its round."""
    return phase.id.partition("#")[0]


class SavedTensors:
    """Tells the tensors that a gradient may take from the forward pass past all calls.

    A gradient function is given what its forward operation took and returned; one that a user
    wrote may also use what its layer computed beside that.

    Args:
        graph: the graph of a step.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._phases = PhaseMap(graph)

    def allow(self, edge: Edge) -> bool:
        """Whether an edge leads into a gradient from the forward operation it belongs to."""
        target = self._graph.node_by_id[edge.target]
        forward = target.attributes.get("forward")
        if forward is None or self._phases.name(target.scope) != GRADIENT:
            return False
        if forward == edge.source or self._takes(forward, edge):
            return True
        if self._is_choice_around(edge.source, self._scope_of(forward)):
            return True
        layer = self._layer_around(self._graph.node_by_id[edge.source].scope)
        return layer is not None and layer == self._layer_around(self._scope_of(forward))

    def _takes(self, forward: str, edge: Edge) -> bool:
        if forward in self._graph.node_by_id:
            edges = self._graph.incoming.get(forward, ())
            return any(before.tensor == edge.tensor for before in edges)
        # A loop or branch takes what its bodies take.
        return any(
            forward in self._graph.ancestors(self._graph.node_by_id[use.target].scope)
            for use in self._graph.outgoing.get(edge.source, ())
            if use.tensor == edge.tensor
        )

    def _is_choice_around(self, source: str, scope: str) -> bool:
        """Whether a node hands on what was saved in a branch around a scope."""
        home = self._graph.node_by_id[source].scope
        if self._graph.scope_by_id[home].kind is not ScopeKind.SUBGRAPH:
            return False
        return scope in self._graph.scope_by_id and home in self._graph.ancestors(scope)

    def _scope_of(self, id_: str) -> str:
        node = self._graph.node_by_id.get(id_)
        return id_ if node is None else node.scope

    def _layer_around(self, scope: str) -> str | None:
        if scope not in self._graph.scope_by_id:
            return None
        calls = (self._graph.scope_by_id[each] for each in self._graph.ancestors(scope))
        return next((call.id for call in calls if call.kind is ScopeKind.LAYER), None)
