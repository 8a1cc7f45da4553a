"""What is told about the parts of a traced step once all of them have their place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphscope.analysis.phases import LOSS, PhaseMap
from graphscope.graph import ROOT, Edge, EdgeKind, Graph, Node, Note, Port, Scope, ScopeKind
from graphscope.tracers.ownership import Ownership
from graphscope.tracers.recorder import Call
from graphscope.tracers.steps.parts import Part
from graphscope.tracers.tensorflow.bodies import Body
from graphscope.tracers.tensorflow.training.assembly import StepAssembly
from graphscope.tracers.tensorflow.training.unreached import explain_unreached

if TYPE_CHECKING:
    from graphscope.tracers.tensorflow.training.running import TracedStep


_ACTIVATIONS = ("Softmax", "Sigmoid")


def finish_step(
    graph: Graph, step: TracedStep, assembly: StepAssembly, body: Body, ownership: Ownership
) -> Graph:
    """Return the graph with phases as such, the origin of gradients, and what they do not reach."""
    origins = _Origins(step, assembly, body, ownership)
    beside = assembly.state_ports | _losses_of_layers(step, assembly, body)
    logits = _logits(step, assembly, body)
    phases = PhaseMap(graph)
    graph = replace(
        graph,
        nodes=tuple(origins.tell(node) for node in graph.nodes),
        scopes=tuple(_as_part(scope, assembly, origins) for scope in graph.scopes),
        edges=tuple(
            replace(edge, kind=EdgeKind.STATE)
            if (edge.tensor in beside and _leaves_scope(edge, graph))
            or (edge.tensor in logits and phases.name(graph.node_by_id[edge.target].scope) == LOSS)
            else edge
            for edge in graph.edges
        ),
    )
    graph = replace(graph, scopes=_without_empty_phases(graph))
    unreached, notes = explain_unreached(graph, step, assembly, body, ownership)
    return replace(
        graph,
        notes=(*graph.notes, *_notes(step), *notes),
        metadata={**graph.metadata, "step": "train", "unreached": unreached},
    )


def _without_empty_phases(graph: Graph) -> tuple[Scope, ...]:
    """Return the scopes without phases of which nothing is left but operations of no use."""
    used = {node.scope for node in graph.nodes} | {scope.parent for scope in graph.scopes}
    return tuple(
        scope for scope in graph.scopes if scope.kind is not ScopeKind.PHASE or scope.id in used
    )


class _Origins:
    """The forward node, and the layer, of each gradient node."""

    def __init__(
        self, step: TracedStep, assembly: StepAssembly, body: Body, ownership: Ownership
    ) -> None:
        self._step = step
        self._assembly = assembly
        self._body = body
        self._ownership = ownership

    def tell(self, node: Node) -> Node:
        """Return a node that says where it comes from, if it is a gradient."""
        operations = self._assembly.operations
        # A branch is a scope; the node that takes the result of the chosen one stands for it.
        operation = operations.get(node.id) or operations.get(node.scope)
        forward = self._step.origins.forward.get(operation)
        if forward is None:
            return node
        found = {"forward": self._find(forward), "layer_of": self.layer_of(forward)}
        told = {key: value for key, value in found.items() if value is not None}
        return replace(node, attributes={**node.attributes, **told})

    def layer_of(self, operation: Any) -> str | None:
        """Return the id of the layer in whose call an operation was made."""
        creation = self._step.log.find(operation)
        return None if creation is None else self.layer_of_call(creation.owner)

    def layer_of_call(self, call: Call | None) -> str | None:
        """Return the id of the innermost layer that was called around a call."""
        while call is not None and not call.is_layer:
            call = call.parent
        return None if call is None else self._ownership.layer_id(call.operation)

    def _find(self, operation: Any) -> str | None:
        placed = self._assembly.placed.get(operation)
        if placed is None and operation.outputs and operation.graph is self._body.graph:
            # What only hands a tensor on has no node; its producer stands for it.
            reference = self._assembly.resolve(self._body, operation.outputs[0])
            placed = reference.node if isinstance(reference, Port) else None
        return placed


def _as_part(scope: Scope, assembly: StepAssembly, origins: _Origins) -> Scope:
    part: Part | None = assembly.parts.get(scope.id)
    if part is None or scope.id == ROOT:
        return scope
    attributes = dict(part.attributes)
    mirrored = attributes.pop("gradient_of", None)
    if mirrored is not None:
        attributes["layer_of"] = origins.layer_of_call(mirrored)
        attributes["forward"] = assembly.scopes.call_ids.get(mirrored)
        attributes = {key: value for key, value in attributes.items() if value is not None}
    return replace(scope, type=part.type, kind=ScopeKind.PHASE, attributes=attributes)


def _losses_of_layers(step: TracedStep, assembly: StepAssembly, body: Body) -> set[Port]:
    """Return the losses that layers added; they wait in the layer until the loss is computed."""
    kept = [
        loss
        for layer in step.model._flatten_layers(include_self=True)
        for loss in getattr(layer, "_losses", ())
        if hasattr(loss, "graph")
    ]
    return set(assembly.ports(body, kept))


def _logits(step: TracedStep, assembly: StepAssembly, body: Body) -> set[Port]:
    """Return what Keras's losses take from behind the activation that a model ends with."""
    found = [
        tensor.op.inputs[0]
        for call in step.root.walk()
        for tensor in call.outputs
        if tensor.op.type in _ACTIVATIONS
    ]
    return set(assembly.ports(body, found))


def _leaves_scope(edge: Edge, graph: Graph) -> bool:
    if edge.kind is EdgeKind.CONTROL:
        return False
    return graph.node_by_id[edge.source].scope != graph.node_by_id[edge.target].scope


def _notes(step: TracedStep) -> list[Note]:
    notes = []
    if not step.phases.gradients:
        notes.append(
            Note("nothing-trained", "The step asks for no gradient at all, so it trains nothing.")
        )
    if not step.origins.is_exact:
        notes.append(
            Note(
                "gradients-by-name",
                "This version of TensorFlow is not known to graphscope; where gradients come from "
                "was read from the names of operations and may be wrong.",
            )
        )
    return notes
