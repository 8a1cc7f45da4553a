"""The walk over a graph that applies the rules and adds up scopes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from graphscope.analysis.costs.call import Call, Rule
from graphscope.analysis.costs.equal_calls import group_equal_calls
from graphscope.analysis.costs.layers import RULES as LAYER_RULES
from graphscope.analysis.costs.operations import RULES as OPERATION_RULES
from graphscope.analysis.costs.sizes import (
    OpenSizes,
    Sizes,
    UnknownCostError,
    bind_shape,
    count_bytes,
)
from graphscope.analysis.costs.trips import find_loops, multiply_trips
from graphscope.analysis.once import once_for_each_graph_and
from graphscope.graph import (
    NOTHING,
    ROOT,
    EdgeKind,
    Graph,
    Node,
    NodeKind,
    TensorSpec,
)


@dataclass(frozen=True, slots=True)
class Costs:
    """FLOPs and output bytes by id of leaf node and scope, for one choice of open sizes.

    A leaf node whose cost cannot be known has None. A scope has the sum of what is known inside,
    or None if nothing is; `unknown` tells how many leaf nodes its sum leaves out.
    """

    batch: int
    flops: Mapping[str, int | None]
    """2 for each multiply-add, 1 for each elementwise operation; the work inside a loop times its
    trips, where their number is known; of a choice all branches count."""
    output_bytes: Mapping[str, int | None]
    """Bytes of all tensors that the node, or the nodes inside, make; each counted once, as if
    none shared memory."""
    unknown: Mapping[str, int]
    """By id of scope: how many leaf nodes inside have unknown FLOPs; scopes without are absent."""
    unknown_types: tuple[str, ...]
    """Types of operations and classes of layers that no rule knows, sorted."""
    unbounded: tuple[str, ...]
    """Ids of loops that run an unknown number of times; their bodies count once."""
    sizes: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    """Numbers that other open sizes than the batch stand for."""

    @property
    def total_flops(self) -> int:
        """Sum of all known FLOPs of the graph."""
        return self.flops[ROOT] or 0

    @property
    def total_output_bytes(self) -> int:
        """Sum of the bytes of all tensors of known size."""
        return self.output_bytes[ROOT] or 0

    @property
    def unknown_count(self) -> int:
        """How many leaf nodes of the graph have unknown FLOPs."""
        return self.unknown.get(ROOT, 0)


def estimate_costs(graph: Graph, batch: int = 1, sizes: Mapping[str, int] | None = None) -> Costs:
    """Estimate FLOPs and output bytes of every call, without running anything.

    Nothing is guessed: an operation that no rule knows, or with an open size that has no number,
    has no figure.

    Args:
        graph: a traced graph, or one that was read from a file.
        batch: the number that the batch dimension stands for.
        sizes: numbers that other open sizes stand for, by name: `{"T": 128}`.
    """
    return _estimate(graph, (batch, tuple((sizes or {}).items())))


@once_for_each_graph_and
def _estimate(graph: Graph, given: tuple[int, tuple[tuple[str, int], ...]]) -> Costs:
    batch, sizes = given
    numbers = OpenSizes(batch, dict(sizes))
    calls = CallReader(graph, numbers)
    loops = find_loops(graph, numbers)
    trips = multiply_trips(graph, loops)
    flops: dict[str, int | None] = dict.fromkeys(graph.node_by_id)
    output_bytes = flops.copy()
    for nodes in group_equal_calls(graph):
        once, made = count_flops(nodes[0], calls), count_output_bytes(nodes[0], numbers)
        for node in nodes:
            flops[node.id] = None if once is None else once * trips[node.scope]
            output_bytes[node.id] = made
    return Costs(
        batch=batch,
        unknown=_count_unknown(graph, flops),
        flops=flops | _sum_scopes(graph, flops),
        output_bytes=output_bytes | _sum_scopes(graph, output_bytes),
        unknown_types=tuple(sorted(_find_unknown_types(graph))),
        unbounded=tuple(scope for scope, count in loops.items() if count is None),
        sizes=MappingProxyType(dict(sizes)),
    )


def count_flops(node: Node, calls: CallReader) -> int | None:
    """Return the FLOPs of one call, None where they cannot be known."""
    if node.kind in (NodeKind.INPUT, NodeKind.CONSTANT) or node.attributes.get("pass_through"):
        return 0
    rule = _rules_for(node).get(node.type)
    if rule is None:
        return None
    try:
        return rule(calls.read(node))
    except UnknownCostError:
        return None


def _rules_for(node: Node) -> Mapping[str, Rule]:
    # A call without a layer is that of a Keras operation (`keras.ops.add`).
    return OPERATION_RULES if node.layer is None else LAYER_RULES


class CallReader:
    """Reduces nodes to calls: shapes with numbers put in, weights at their place."""

    def __init__(self, graph: Graph, sizes: OpenSizes) -> None:
        self._graph = graph
        self._sizes = sizes
        self._bound: dict[int, Sizes | None] = {}

    def read(self, node: Node) -> Call:
        """Return the call that a node stands for."""
        results = tuple([self._bind(spec) for spec in node.outputs])
        weights = tuple(
            self._graph.weight_by_id[weight].shape
            for weight in node.weights
            if weight in self._graph.weight_by_id
        )
        if node.layer is not None:
            tensors = self._tensors(node, EdgeKind.DATA)
            arguments = tuple(tensors[port] for port in sorted(tensors))
            return Call(node.type, arguments, results, weights, self._config(node))
        arguments = _fill_gaps(self._tensors(node, EdgeKind.DATA, EdgeKind.MASK), weights)
        return Call(node.type, arguments, results, weights, node.attributes)

    def _tensors(self, node: Node, *kinds: EdgeKind) -> dict[int, Sizes | None]:
        # What a loop hands to its next trip arrives at a port that has its tensor (or weight) from
        # before the loop, of the same shape.
        nodes = self._graph.node_by_id
        return {
            edge.target_port: self._bind(nodes[edge.source].outputs[edge.source_port])
            for edge in self._graph.incoming.get(node.id, ())
            if edge.kind in kinds
        }

    def _bind(self, spec: TensorSpec) -> Sizes | None:
        # By identity, which spares hashing: the graph holds on to its specs.
        key = id(spec)
        if key not in self._bound:
            self._bound[key] = bind_shape(spec, self._sizes)
        return self._bound[key]

    def _config(self, node: Node) -> Mapping[str, object]:
        layer = self._graph.layer_by_id.get(node.layer or "")
        return {**(layer.config if layer else NOTHING), **node.attributes}


def _fill_gaps(
    tensors: dict[int, Sizes | None], weights: tuple[Sizes, ...]
) -> tuple[Sizes | None, ...]:
    """Return all arguments in order: weights stand at the ports that no edge ends at."""
    if not tensors:
        return weights
    remaining = iter(weights)
    count = len(tensors) + len(weights)
    return tuple(
        tensors[port] if port in tensors else next(remaining, None)
        for port in range(max([count, *(port + 1 for port in tensors)]))
    )


def count_output_bytes(node: Node, sizes: OpenSizes) -> int | None:
    """Return the bytes of all tensors that a call makes, None where they cannot be known."""
    total = 0
    for spec in node.outputs:
        size = count_bytes(spec, sizes)
        if size is None:
            return None
        total += size
    return total


def _sum_scopes(graph: Graph, values: Mapping[str, int | None]) -> dict[str, int | None]:
    sums: dict[str, int | None] = {scope.id: None for scope in graph.scopes}
    for node in graph.nodes:
        value = values[node.id]
        if value is not None:
            sums[node.scope] = (sums[node.scope] or 0) + value
    for scope in reversed(graph.scopes):
        value = sums[scope.id]
        if scope.parent is not None and value is not None:
            sums[scope.parent] = (sums[scope.parent] or 0) + value
    return {scope: _settle(graph, scope, value) for scope, value in sums.items()}


def _settle(graph: Graph, scope: str, value: int | None) -> int | None:
    # A scope in which nothing happens costs nothing; that is known.
    is_empty = scope not in graph.child_nodes and scope not in graph.child_scopes
    return 0 if value is None and is_empty else value


def _count_unknown(graph: Graph, flops: Mapping[str, int | None]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for node in graph.nodes:
        if flops[node.id] is None:
            counts[node.scope] = counts.get(node.scope, 0) + 1
    for scope in reversed(graph.scopes):
        if scope.parent is not None and scope.id in counts:
            counts[scope.parent] = counts.get(scope.parent, 0) + counts[scope.id]
    return counts


def _find_unknown_types(graph: Graph) -> set[str]:
    return {
        node.type
        for node, *_ in group_equal_calls(graph)
        if node.kind in (NodeKind.OP, NodeKind.LAYER)
        and not node.attributes.get("pass_through")
        and node.type not in _rules_for(node)
    }
