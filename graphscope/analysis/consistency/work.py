"""The work of the operations in a call is the work of its layer."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.analysis.calls import Calls
from graphscope.analysis.consistency.findings import Violation
from graphscope.analysis.costs import estimate_costs
from graphscope.analysis.costs.call import Call, Rule
from graphscope.analysis.costs.layers import RULES
from graphscope.analysis.costs.sizes import (
    OpenSizes,
    Sizes,
    UnknownCostError,
    bind_shape,
    count_elements,
)
from graphscope.analysis.costs.trips import find_loops, multiply_trips
from graphscope.graph import Graph, Layer, NodeKind, Port, Scope

_SIZES = OpenSizes(1)

_TOLERANCE = 0.02
"""Rules leave out scalars that a backend computes on the way. Over 2,900 calls of 33 models the
operations of a call have 1.005 times the FLOPs of its rule at most; 2 % is four times that."""

_SLACK = 4
"""Operations for each element that comes or goes: what a mask adds to a softmax or an embedding."""


def check_work(graph: Graph) -> Iterator[Violation]:
    """Yield calls of Keras's layers whose operations do other work than a rule for the layer says.

    The rules know classes and settings, not operations, so they are a second witness: of an
    operation that is missing or there twice, and of sizes. Only calls that call no other layer are
    looked at.
    """
    if graph.metadata.get("step") or not any(node.kind is NodeKind.OP for node in graph.nodes):
        return  # In a train step layers do more than the rules, which are for inference, tell.
    costs = estimate_costs(graph)
    trips = multiply_trips(graph, find_loops(graph, _SIZES))
    reads = _find_reads(graph)
    calls = Calls(graph)
    for scope in graph.scopes:
        if calls.around(scope.id) != scope.id or scope.id in costs.unknown:
            continue
        rule, found = _find_rule(graph, scope), costs.flops.get(scope.id)
        if rule is None or found is None:
            continue
        told = _count(graph, scope, rule, reads.get(scope.id, ()))
        if told is None:
            continue
        work, elements = (number * trips[scope.id] for number in told)
        if abs(found - work) > _TOLERANCE * work + _SLACK * elements:
            yield Violation(
                "other work",
                f"The operations in {scope.id!r} do {found:,} FLOPs, while {scope.type} with its "
                f"settings does {work:,}.",
                scope.id,
            )


def _find_rule(graph: Graph, scope: Scope) -> Rule | None:
    layer = graph.layer_by_id.get(scope.layer or "")
    # A class of the user's may have the name of one of Keras's.
    if layer is None or not layer.module.startswith("keras.") or _is_adapted(graph, layer):
        return None
    return RULES.get(scope.type)


def _is_adapted(graph: Graph, layer: Layer) -> bool:
    """Whether a layer scales whole numbers or adds low-rank products, which no rule counts."""
    weights = (graph.weight_by_id[id_] for id_ in layer.weights if id_ in graph.weight_by_id)
    return (
        bool(layer.config.get("lora_rank"))
        or "Quantized" in str(layer.config.get("dtype"))
        or any(weight.dtype.startswith(("int", "uint", "float8")) for weight in weights)
    )


def _find_reads(graph: Graph) -> dict[str, tuple[str, ...]]:
    """Return the weights that are read in each scope."""
    found: dict[str, dict[str, None]] = {}
    for node in graph.nodes:
        for scope in graph.ancestors(node.scope) if node.weights else ():
            found.setdefault(scope, {}).update(dict.fromkeys(node.weights))
    return {scope: tuple(weights) for scope, weights in found.items()}


def _count(
    graph: Graph, scope: Scope, rule: Rule, weights: tuple[str, ...]
) -> tuple[int, int] | None:
    """Return the FLOPs that the rule tells, and how many elements come and go."""
    taken = tuple(_sizes(graph, tensor) for tensor in scope.inputs)
    made = tuple(_sizes(graph, tensor) for tensor in scope.outputs)
    shapes = tuple(graph.weight_by_id[id_].shape for id_ in weights if id_ in graph.weight_by_id)
    layer = graph.layer_by_id[scope.layer or ""]
    settings = {**layer.config, **scope.attributes}
    try:
        told = rule(Call(scope.type, taken, made, shapes, settings))
        return told, sum(count_elements(sizes) for sizes in (*taken, *made))
    except (UnknownCostError, IndexError):
        return None  # A size is open, or the call lacks an argument: other checks tell that.


def _sizes(graph: Graph, tensor: Port) -> Sizes | None:
    node = graph.node_by_id.get(tensor.node)
    if node is None or not 0 <= tensor.output < len(node.outputs):
        return None
    return bind_shape(node.outputs[tensor.output], _SIZES)
