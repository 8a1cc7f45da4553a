"""The way forward: the buffers of inputs and activations, and the plan of one call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

import numpy as np

from graphscope.analysis.costs.sizes import count_bytes
from graphscope.analysis.memory.buffers import ROLES, Buffers
from graphscope.analysis.memory.lifetimes import last_uses, taken_over
from graphscope.analysis.memory.plan import Plan
from graphscope.analysis.memory.program import DROPPED, Program
from graphscope.analysis.memory.result import Role
from graphscope.analysis.memory.storage import Storage, find_storage
from graphscope.analysis.memory.tables import IntArray, Tables, tabulate
from graphscope.analysis.memory.traits import IN_PLACE, LOSS
from graphscope.graph import Graph, ScopeKind, TensorSpec, Weight


def plan_call(graph: Graph, program: Program, *, compiled: bool) -> Plan:
    """Return the plan of one call: every tensor lives until its last use."""
    tables = tabulate(program)
    storage = find_storage(program, tables, compiled=compiled)
    ends = last_uses(program, tables, storage)
    return Plan(
        lay_forward(program, tables, storage, ends, len(program), compiled=compiled),
        np.append(np.arange(len(program)), -1),
        program.nodes,
        {Role.WEIGHTS: count_weight_bytes(graph.weights)},
        LayerFinder(graph),
    )


def lay_forward(
    program: Program,
    tables: Tables,
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
        tables: the same, as arrays.
        storage: where tensors lie.
        ends: (T,) the moment until which each tensor is needed.
        last: the last moment of all.
        compiled: see `find_storage`.
        kept: tensors of which a loop keeps one for every trip.
    """
    # A compiled loss keeps its argument beside its derivative.
    in_place = IN_PLACE - {LOSS} if compiled else IN_PLACE
    taken = taken_over(program, tables, storage, ends, in_place)
    (held,) = np.nonzero(storage.is_held() & (tables.made != DROPPED))
    is_static = tables.made[held] < 0
    specs, spec = list(tables.specs), tables.spec
    looped = [tensor for tensor in kept if program.loops_around(tensor)]
    if looped:
        spec = spec.copy()
        for tensor in looped:
            spec[tensor] = len(specs)
            specs.append(program.kept_spec(tensor))
    return Buffers(
        tuple(specs),
        spec[held],
        np.where(is_static, 0, tables.made[held]),
        np.where(is_static, last, ends[held] - taken[held]),
        [program.makers[tensor] for tensor in held.tolist()],
        np.where(is_static, ROLES.index(Role.INPUTS), ROLES.index(Role.ACTIVATIONS)),
    )


def count_weight_bytes(weights: Iterable[Weight]) -> int:
    """Return the bytes of some weights; 0 for dtypes without a width (strings)."""
    counts = Counter((weight.shape, weight.dtype) for weight in weights)
    return sum(
        count * (count_bytes(TensorSpec(shape, dtype), 1) or 0)
        for (shape, dtype), count in counts.items()
    )


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
