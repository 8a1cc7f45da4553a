"""Weights that no gradient reaches, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorflow.python.framework import ops

from graphscope.graph import EdgeKind, Graph, Node, Note, Scope, ScopeKind
from graphscope.tracers.ownership import Ownership
from graphscope.tracers.tensorflow.bodies import Body
from graphscope.tracers.tensorflow.control_flow import BRANCH_TYPES
from graphscope.tracers.tensorflow.training.assembly import StepAssembly

if TYPE_CHECKING:
    from graphscope.tracers.tensorflow.training.running import TracedStep

_NOT_NUMBERS = ("variant", "resource")
"""Types of tensors that hold other tensors, which may have gradients."""

_FLOATS = ("float", "bfloat", "complex")

_TOLD = 3
"""Operations that are named where several cut the gradient of one weight."""


def explain_unreached(
    graph: Graph, step: TracedStep, assembly: StepAssembly, body: Body, ownership: Ownership
) -> tuple[dict[str, str], list[Note]]:
    """Return the reason for each weight without gradient, and notes for the user.

    A weight that is not meant to be trained gets no note. One whose gradient hangs on a condition
    is reached; it gets a note alone.
    """
    reached, asked = _ask_tapes(step, ownership)
    targets = [port.node for port in assembly.ports(body, step.find_targets())]
    paths = _Paths(graph, targets)
    reasons: dict[str, str] = {}
    notes = []
    for weight in graph.weights:
        name = weight.id.removeprefix("weight:")
        branch = paths.only_branch(weight.id)
        if weight.id in reached and branch is not None:
            told = f"{name} gets a gradient only where {branch.id} is taken: no other reads it."
            notes.append(Note("gradient-in-branch", told, weight.layer))
        elif weight.id not in reached and not weight.trainable:
            reasons[weight.id] = "not trainable"
        elif weight.id not in reached:
            reason = paths.explain(weight.id, was_asked=weight.id in asked)
            reasons[weight.id] = reason
            notes.append(
                Note("no-gradient", f"No gradient reaches {name}: {reason}.", weight.layer)
            )
    return reasons, notes


def _ask_tapes(step: TracedStep, ownership: Ownership) -> tuple[set[str], set[str]]:
    """Return the weights that a tape gave a gradient for, and those it was asked about."""
    reached, asked = set(), set()
    for request in step.phases.gradients:
        for source, result in zip(request.sources, request.results, strict=False):
            weight = ownership.weight_id(source)
            if weight is not None:
                asked.add(weight)
                if result is not None:
                    reached.add(weight)
    return reached, asked


class _Paths:
    """The ways from weights to the losses, and what cuts them."""

    def __init__(self, graph: Graph, targets: list[str]) -> None:
        self._graph = graph
        self._targets = set(targets)
        self._readers: dict[str, list[Node]] = {}
        for node in graph.nodes:
            if "assigns" not in node.attributes and "forward" not in node.attributes:
                for weight in node.weights:
                    self._readers.setdefault(weight, []).append(node)
        self._before_loss = self._find_before(targets)

    def only_branch(self, weight: str) -> Scope | None:
        """Return the branch of a condition in which alone a weight is read, if there is one."""
        branches = {self._branch_around(node) for node in self._readers.get(weight, ())}
        only = branches.pop() if len(branches) == 1 else None
        return None if only is None else self._graph.scope_by_id[only]

    def explain(self, weight: str, *, was_asked: bool) -> str:
        """Return why no gradient reaches a weight that is meant to be trained."""
        if weight not in self._readers:
            return self._why_unread(weight)
        cuts, is_open = self._follow(weight)
        if is_open and was_asked:
            return "the loss depends on it, but TensorFlow recorded no gradient"
        if is_open:
            return "the step asks for no gradient of it"
        if not cuts:
            return "it is used, but the loss does not depend on what is computed from it"
        told = [self._describe(node) for node in cuts[:_TOLD]]
        return f"cut by {' and by '.join(told)}"

    def _why_unread(self, weight: str) -> str:
        layer = self._graph.weight_by_id[weight].layer
        if any(scope.layer == layer for scope in self._graph.scopes) or any(
            node.layer == layer for node in self._graph.nodes
        ):
            return "its layer is called, but does not use it"
        return "not used in the forward pass: its layer is never called"

    def _follow(self, weight: str) -> tuple[list[Node], bool]:
        """Return the nodes that stop the gradient, and whether a way around them is open.

        The nodes are those that a walk from the weight towards the loss meets first.
        """
        cuts: set[str] = set()
        seen: set[str] = set()
        pending = [node.id for node in self._readers[weight]]
        while pending:
            id_ = pending.pop()
            if id_ in seen or id_ not in self._before_loss:
                continue
            seen.add(id_)
            if _stops_gradient(self._graph.node_by_id[id_]):
                cuts.add(id_)
            else:
                pending += [edge.target for edge in self._graph.outgoing.get(id_, ())]
        is_open = not self._targets.isdisjoint(seen - cuts)
        return [node for node in self._graph.nodes if node.id in cuts], is_open

    def _find_before(self, targets: list[str]) -> set[str]:
        found: set[str] = set()
        pending = list(targets)
        while pending:
            id_ = pending.pop()
            if id_ not in found:
                found.add(id_)
                edges = self._graph.incoming.get(id_, ())
                pending += [edge.source for edge in edges if edge.kind is not EdgeKind.CONTROL]
        return found

    def _branch_around(self, node: Node) -> str | None:
        for id_ in self._graph.ancestors(node.scope):
            scope = self._graph.scope_by_id[id_]
            outer = self._graph.scope_by_id[scope.parent] if scope.parent is not None else scope
            if outer.kind is ScopeKind.SUBGRAPH and outer.type in BRANCH_TYPES:
                return id_
        return None

    @staticmethod
    def _describe(node: Node) -> str:
        line = f" ({node.source})" if node.source is not None else ""
        return f"{node.type} in {node.scope}{line}"


def _stops_gradient(node: Node) -> bool:
    if node.type == "StopGradient":
        return True
    dtypes = [spec.dtype for spec in node.outputs]
    if dtypes and not any(dtype.startswith(_FLOATS) or dtype in _NOT_NUMBERS for dtype in dtypes):
        return True  # integers and truth values have no gradient
    try:
        return ops._gradient_registry.lookup(node.type) is None
    except LookupError:
        return False  # no operation of TensorFlow: a call that hands its input on
