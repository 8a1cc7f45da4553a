"""The way forward: the buffers of inputs and activations, and the plan of one call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from graphscope.analysis.costs.sizes import count_bytes
from graphscope.analysis.memory.lifetimes import Storage, find_storage, last_uses, taken_over
from graphscope.analysis.memory.plan import Buffer, Moment, Plan
from graphscope.analysis.memory.program import Program
from graphscope.analysis.memory.result import Role
from graphscope.analysis.memory.traits import IN_PLACE, LOSS
from graphscope.graph import ROOT, Graph, ScopeKind, TensorSpec, Weight


def plan_call(graph: Graph, program: Program, *, compiled: bool) -> Plan:
    """Return the plan of one call: every tensor lives until its last use."""
    storage = find_storage(program, compiled=compiled)
    buffers = lay_forward(
        program, storage, last_uses(program, storage), len(program.steps), compiled=compiled
    )
    layers = find_layers(graph)
    moments = [Moment(step.node, layers.get(step.node, "")) for step in program.steps]
    return Plan(
        tuple(buffers),
        (*moments, Moment(ROOT, "")),
        {Role.WEIGHTS: count_weight_bytes(graph.weights)},
        layers,
    )


def lay_forward(
    program: Program,
    storage: Storage,
    ends: list[int],
    last: int,
    *,
    compiled: bool,
    kept: AbstractSet[int] = frozenset(),
) -> list[Buffer]:
    """Return the buffers of inputs and activations.

    Args:
        program: the steps; step i runs at moment i.
        storage: where tensors lie.
        ends: the moment until which each tensor is needed.
        last: the last moment of all.
        compiled: see `find_storage`.
        kept: tensors of which a loop keeps one for every trip.
    """
    # A compiled loss keeps its argument beside its derivative.
    taken = taken_over(program, storage, ends, IN_PLACE - {LOSS} if compiled else IN_PLACE)
    buffers = []
    for index, tensor in enumerate(program.tensors):
        if not storage.is_held(index) or tensor.is_dropped:
            continue
        if tensor.is_static:
            buffers.append(Buffer(tensor.spec, 0, last, tensor.node, Role.INPUTS))
            continue
        spec = tensor.kept_spec if index in kept else tensor.spec
        end = ends[index] - (index in taken)
        buffers.append(Buffer(spec, tensor.made, end, tensor.node, Role.ACTIVATIONS))
    return buffers


def weight_spec(weight: Weight) -> TensorSpec:
    """Return shape and dtype of a weight."""
    return TensorSpec(weight.shape, weight.dtype)


def count_weight_bytes(weights: Iterable[Weight]) -> int:
    """Return the bytes of some weights; 0 for dtypes without a width (strings)."""
    counts = Counter((weight.shape, weight.dtype) for weight in weights)
    return sum(
        count * (count_bytes(TensorSpec(shape, dtype), 1) or 0)
        for (shape, dtype), count in counts.items()
    )


def find_layers(graph: Graph) -> dict[str, str]:
    """Return the innermost layer call around each node, and the layer of each weight, by id."""
    around: dict[str, str] = {}
    for scope in graph.scopes:
        is_layer = scope.kind is ScopeKind.LAYER and scope.parent is not None
        around[scope.id] = scope.id if is_layer else around.get(scope.parent or "", "")
    found = {
        node.id: node.id if node.layer is not None else around[node.scope] for node in graph.nodes
    }
    owner = {layer.id: layer.name for layer in graph.layers}
    found.update({weight.id: owner.get(weight.layer, "") for weight in graph.weights})
    return found
