"""The way forward: the buffers of inputs and activations, and the plan of one call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set as AbstractSet

import numpy as np

from graphscope.analysis.costs.sizes import count_bytes
from graphscope.analysis.memory.arrays import IntArray, to_mask
from graphscope.analysis.memory.buffers import ROLES, Buffers
from graphscope.analysis.memory.lifetimes import last_uses, taken_over
from graphscope.analysis.memory.plan import Plan
from graphscope.analysis.memory.program import DROPPED, Program
from graphscope.analysis.memory.result import Role
from graphscope.analysis.memory.storage import Storage, find_storage
from graphscope.analysis.memory.traits import IN_PLACE, LOSS
from graphscope.analysis.once import once_for_each_graph
from graphscope.graph import Graph, ScopeKind, TensorSpec


def plan_call(graph: Graph, program: Program, *, compiled: bool) -> Plan:
    """Return the plan of one call: every tensor lives until its last use."""
    storage = find_storage(program, compiled=compiled)
    ends = last_uses(program, storage)
    return Plan(
        lay_forward(program, storage, ends, len(program), compiled=compiled),
        np.append(np.arange(len(program)), -1),
        program.nodes,
        {Role.WEIGHTS: count_weight_bytes(graph)[0]},
        LayerFinder(graph),
    )


def lay_forward(
    program: Program,
    storage: Storage,
    ends: IntArray,
    last: int,
    *,
    compiled: bool,
    kept: AbstractSet[int] = frozenset(),
) -> Buffers:
    """Return the buffers of inputs and activations.

    Args:
        program: the steps; step i runs at moment i.
        storage: where tensors lie.
        ends: (T,) the moment until which each tensor is needed.
        last: the last moment of all.
        compiled: see `find_storage`.
        kept: tensors of which a loop keeps one for every trip.
    """
    # A compiled loss keeps its argument beside its derivative.
    in_place = IN_PLACE - {LOSS} if compiled else IN_PLACE
    taken = taken_over(program, storage, ends, in_place)
    (held,) = np.nonzero(storage.is_held() & (program.made != DROPPED))
    is_static = program.made[held] < 0
    specs, spec = list(program.specs), program.spec
    in_loop = program.loops_of_tensors() > 0
    looped = np.flatnonzero(to_mask(kept, program.tensor_count) & in_loop).tolist()
    if looped:
        spec = spec.copy()
        for tensor in looped:
            spec[tensor] = len(specs)
            specs.append(program.kept_spec(tensor))
    return Buffers(
        tuple(specs),
        spec[held],
        np.where(is_static, 0, program.made[held]),
        np.where(is_static, last, ends[held] - taken[held]),
        program.nodes_of(held.tolist()),
        np.where(is_static, ROLES.index(Role.INPUTS), ROLES.index(Role.ACTIVATIONS)),
    )


@once_for_each_graph
def count_weight_bytes(graph: Graph) -> tuple[int, int]:
    """Return the bytes of all weights and of the trainable ones; 0 for dtypes without a width
    (strings).
    """
    counts = Counter((weight.shape, weight.dtype, weight.trainable) for weight in graph.weights)
    total = trainable = 0
    for (shape, dtype, is_trainable), count in counts.items():
        size = count * (count_bytes(TensorSpec(shape, dtype), 1) or 0)
        total += size
        trainable += size if is_trainable else 0
    return total, trainable


class LayerFinder:
    """Finds the innermost layer call around a node, and the layer of a weight, by id.

    Args:
        graph: the graph.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def __call__(self, name: str) -> str:
        """Return the layer; an empty text for the model itself."""
        graph = self._graph
        weight = graph.weight_by_id.get(name)
        if weight is not None:
            owner = graph.layer_by_id.get(weight.layer)
            return owner.name if owner else ""
        node = graph.node_by_id.get(name)
        if node is None:
            return ""
        if node.layer is not None:
            return node.id
        for around in graph.ancestors(node.scope):
            scope = graph.scope_by_id[around]
            if scope.kind is ScopeKind.LAYER and scope.parent is not None:
                return scope.id
        return ""
