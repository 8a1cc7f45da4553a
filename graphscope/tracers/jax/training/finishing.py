"""What is told about the parts of a traced step once all of them have their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from graphscope.analysis.consistency.crossings import Ways, Witness
from graphscope.analysis.phases import FORWARD, GRADIENT, LOSS, PhaseMap
from graphscope.graph import (
    ROOT,
    Edge,
    EdgeKind,
    Graph,
    Node,
    NodeKind,
    Note,
    Port,
    Scope,
    ScopeKind,
)
from graphscope.tracers.jax.bodies import Body
from graphscope.tracers.jax.training.assembly import StepAssembly
from graphscope.tracers.jax.training.phases import Phases
from graphscope.tracers.ownership import Ownership
from graphscope.tracers.recorder import Call
from graphscope.tracers.steps.parts import Part

BODIES = frozenset({"scan", "while", "branch", "choice"})
"""Types of the scopes whose bodies JAX differentiates as a whole."""


def finish_step(
    graph: Graph,
    phases: Phases,
    state: Sequence[Any],
    assembly: StepAssembly,
    body: Body,
    ownership: Ownership,
) -> Graph:
    """Return the graph with phases as such, updates with their weights, and what is unreached.

    Args:
        graph: the graph of the step.
        phases: its phases.
        state: the variables that the step makes new values for, in the order of its results.
        assembly: made the graph.
        body: the outermost jaxpr of the step.
        ownership: knows the ids of weights.
    """
    calls = {scope: call for call, scope in assembly.scopes.call_ids.items()}
    assigned = dict(_find_assignments(state, assembly, body, ownership))
    graph = replace(
        graph,
        scopes=tuple(
            _as_part(scope, calls.get(scope.id), assembly, ownership) for scope in graph.scopes
        ),
        nodes=tuple(_tell(graph, node, assigned) for node in graph.nodes),
    )
    edges, moved = _label_hidden(graph)
    graph = replace(graph, edges=tuple(edges))
    unreached, notes = _find_unreached(graph, phases, assembly, body, ownership)
    if moved:
        text = (
            f"JAX moved what {moved} edges carry out of loops or branches that it differentiates; "
            "they go past the calls around them and are shown as state."
        )
        notes.append(Note("moved-out-of-bodies", text))
    return replace(
        graph,
        notes=(*graph.notes, *notes),
        metadata={**graph.metadata, "step": "train", "unreached": unreached},
    )


def _tell(graph: Graph, node: Node, assigned: Mapping[str, str]) -> Node:
    """Return a node that says what it assigns, and a constant what it serves the gradient of."""
    told = {"assigns": assigned[node.id]} if node.id in assigned else {}
    if node.kind is NodeKind.CONSTANT:
        for edge in graph.outgoing.get(node.id, ())[:1]:
            reader = graph.node_by_id[edge.target].attributes
            told |= {key: reader[key] for key in ("forward", "layer_of") if key in reader}
    return replace(node, attributes={**node.attributes, **told}) if told else node


def _as_part(
    scope: Scope, call: Call | None, assembly: StepAssembly, ownership: Ownership
) -> Scope:
    if call is None or not isinstance(call.operation, Part) or scope.id == ROOT:
        return scope
    part = call.operation
    attributes = {}
    mirrored, variable = part.attributes.get("gradient_of"), part.attributes.get("variable")
    if mirrored is not None:
        attributes["layer_of"] = assembly.layer_of(mirrored)
        attributes["forward"] = assembly.scopes.call_ids.get(mirrored)
    if variable is not None:
        attributes["weight"] = ownership.weight_id(variable)
    known = {key: value for key, value in attributes.items() if value is not None}
    return replace(scope, type=part.type, kind=ScopeKind.PHASE, attributes=known)


def _find_assignments(
    state: Sequence[Any], assembly: StepAssembly, body: Body, ownership: Ownership
) -> Iterator[tuple[str, str]]:
    """Yield the node that makes the new value of a variable, with the weight's id or its path."""
    for variable, result in zip(state, body.graph.outvars, strict=False):
        value = assembly.resolve(body, result)
        if isinstance(value, Port):
            yield value.node, ownership.weight_id(variable) or str(variable.path)


def _label_hidden(graph: Graph) -> tuple[list[Edge], int]:
    """Return all edges, with those labelled that rightly go past the calls around them.

    What layers hand to the loss past their results is state. And JAX differentiates a loop or
    branch as a whole: what does not change in it is computed before it, outside of the call that
    it belongs to.

    Returns:
        The edges, and how many of them JAX moved.
    """
    phases, ways, witness = PhaseMap(graph), Ways(graph), Witness(graph)
    edges, moved = [], 0
    for edge in graph.edges:
        ends = [graph.node_by_id[end].scope for end in (edge.source, edge.target)]
        names = [phases.name(scope) for scope in ends]
        is_hidden = (
            edge.kind is EdgeKind.DATA
            and graph.node_by_id[edge.source].kind is not NodeKind.CONSTANT
            and names[1] in (FORWARD, LOSS)
            and any(witness.gaps(edge, ways.between(*ends)))
        )
        is_moved = is_hidden and any(_is_in_body(graph, scope) for scope in ends)
        moved += is_moved
        is_loss = is_hidden and names == [FORWARD, LOSS]
        edges.append(replace(edge, kind=EdgeKind.STATE) if is_moved or is_loss else edge)
    return edges, moved


def _is_in_body(graph: Graph, scope: str) -> bool:
    around = (graph.scope_by_id[each] for each in graph.ancestors(scope))
    return any(each.kind is ScopeKind.SUBGRAPH and each.type in BODIES for each in around)


def _find_unreached(
    graph: Graph, phases: Phases, assembly: StepAssembly, body: Body, ownership: Ownership
) -> tuple[dict[str, str], list[Note]]:
    """Return the reason for each weight without gradient, and notes for the user."""
    reasons: dict[str, str] = {}
    notes = []
    gradients = {
        ownership.weight_id(call.operation.attributes["variable"]): phases.numbers[variable]
        for variable, call in phases.updates.items()
    }
    for weight in graph.weights:
        if not weight.trainable:
            reasons[weight.id] = "not trainable"
            continue
        if weight.id not in gradients:
            reasons[weight.id] = "the optimizer does not update it"
        elif not _is_reached(graph, assembly.ports(body, body.taken[gradients[weight.id]])):
            reasons[weight.id] = "the loss does not depend on it"
        if weight.id in reasons:
            name = weight.id.removeprefix("weight:")
            text = f"No gradient reaches {name}: {reasons[weight.id]}."
            notes.append(Note("no-gradient", text, weight.layer))
    return reasons, notes


def _is_reached(graph: Graph, gradient: Sequence[Port]) -> bool:
    """Whether a gradient depends on anything that the model computed or was given.

    JAX gives a gradient of zeros for what the loss does not depend on.
    """
    phases = PhaseMap(graph)
    seen: set[str] = set()
    pending = [port.node for port in gradient]
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        if phases.name(graph.node_by_id[node].scope) != GRADIENT or "layer_of" in (
            graph.node_by_id[node].attributes
        ):
            return True
        pending += [edge.source for edge in graph.incoming.get(node, ())]
    return False
