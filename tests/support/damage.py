"""Kinds of damage to a graph: what a tracer with a fault could make of a sound one.

Each function yields damaged copies of a graph with a word on what was done. They are sampled: of
large graphs not every place is damaged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

from graphscope.graph import (
    ROOT,
    DeclaredEdge,
    Edge,
    EdgeKind,
    Graph,
    Node,
    NodeKind,
    Port,
    Scope,
    ScopeKind,
    TensorSpec,
)

Damaged: TypeAlias = tuple[str, Graph]
T = TypeVar("T")

MOST = 8
"""Places in one graph that a kind of damage is tried at."""

_CALLS = (ScopeKind.LAYER, ScopeKind.OPERATION)
# What a branch hands on may be a weight or nothing, so nobody knows how many operands these have.
CHOICES = ("If", "StatelessIf", "Case", "StatelessCase")


def sample(places: Sequence[T]) -> Sequence[T]:
    """Return some of the places, spread evenly."""
    step = max(1, len(places) // MOST)
    return places[::step]


def cut_edges(graph: Graph) -> Iterator[Damaged]:
    """Leave a data edge out."""
    places = [
        edge
        for edge in graph.edges
        if edge.kind is EdgeKind.DATA and graph.node_by_id[edge.target].type not in CHOICES
    ]
    for edge in sample(places):
        yield _name(edge), replace(graph, edges=_without(graph.edges, edge))


def cut_loops(graph: Graph) -> Iterator[Damaged]:
    """Leave an edge out that carries something from trip to trip."""
    for edge in sample([edge for edge in graph.edges if edge.kind is EdgeKind.STATE]):
        yield _name(edge), replace(graph, edges=_without(graph.edges, edge))


def redirect_between_calls(graph: Graph) -> Iterator[Damaged]:
    """Let a tensor that enters a call come from an operation inside a third call."""
    inner = [node for node in graph.nodes if node.kind is NodeKind.OP and node.scope != ROOT]
    crossing = [edge for edge in graph.edges if _crosses(graph, edge)]
    for number, edge in enumerate(sample(crossing)):
        other = inner[(number * 7919) % len(inner)] if inner else None
        if other is None or not other.outputs or _is_related(graph, other, edge):
            continue
        yield (
            f"{_name(edge)} from {other.id}",
            _with_edge(graph, edge, replace(edge, source=other.id, source_port=0)),
        )


def steal_operations(graph: Graph) -> Iterator[Damaged]:
    """Let another layer claim an operation."""
    layers = [scope.id for scope in graph.scopes if scope.kind is ScopeKind.LAYER]
    places = [node for node in graph.nodes if has_witness(graph, node)]
    for number, node in enumerate(sample(places)):
        thief = layers[number % len(layers)]
        if thief not in graph.ancestors(node.scope):
            yield f"{node.id} to {thief}", _with_node(graph, replace(node, scope=thief))


def has_witness(graph: Graph, node: Node) -> bool:
    """Whether something but constants arrives at an operation, or something leaves it."""
    takes = any(
        graph.node_by_id[edge.source].kind is not NodeKind.CONSTANT
        for edge in graph.incoming.get(node.id, ())
    )
    return node.kind is NodeKind.OP and (takes or node.id in graph.outgoing)


def move_reads(graph: Graph) -> Iterator[Damaged]:
    """Let an operation of another layer read a weight instead of the one that does."""
    readers = [node for node in graph.nodes if node.weights and node.scope != ROOT]
    for number, node in enumerate(sample(readers)):
        other = readers[(number * 31 + 1) % len(readers)]
        if not _are_strangers(graph, node, other) or _count_reads(graph, node.weights[0]) > 1:
            continue
        robbed = replace(node, weights=node.weights[1:])
        richer = replace(other, weights=(*other.weights, node.weights[0]))
        yield f"{node.weights[0]} to {other.id}", _with_node(_with_node(graph, robbed), richer)


def exchange_reads(graph: Graph) -> Iterator[Damaged]:
    """Let an operation read the weight of the same shape of another layer."""
    readers = [node for node in graph.nodes if node.weights and node.scope != ROOT]
    for node in sample(readers):
        id_ = node.weights[0]
        if _count_reads(graph, id_) > 1:
            continue
        other = next((each for each in readers if _could_exchange(graph, node, each)), None)
        if other is not None:
            weights = (other.weights[0], *node.weights[1:])
            yield f"{id_} for {weights[0]}", _with_node(graph, replace(node, weights=weights))


def give_weights_away(graph: Graph) -> Iterator[Damaged]:
    """Let a weight belong to another layer than the one that lists it."""
    if len(graph.layers) < 2:
        return
    for weight in sample(graph.weights):
        other = next(layer.id for layer in graph.layers if layer.id != weight.layer)
        weights = tuple(
            replace(each, layer=other) if each is weight else each for each in graph.weights
        )
        yield f"{weight.id} to {other}", replace(graph, weights=weights)


def change_shapes(graph: Graph) -> Iterator[Damaged]:
    """Give the result of an elementwise operation one more in its last size."""
    for node in sample([node for node in graph.nodes if _is_elementwise(node)]):
        (shape, dtype) = (node.outputs[0].shape, node.outputs[0].dtype)
        if shape and isinstance(shape[-1], int):
            spec = TensorSpec((*shape[:-1], shape[-1] + 1), dtype)
            yield node.id, _with_node(graph, replace(node, outputs=(spec,)))


def change_dtypes(graph: Graph) -> Iterator[Damaged]:
    """Give the result of an elementwise operation another dtype."""
    for node in sample([node for node in graph.nodes if _is_elementwise(node)]):
        dtype = "float64" if node.outputs[0].dtype != "float64" else "float32"
        spec = TensorSpec(node.outputs[0].shape, dtype)
        yield node.id, _with_node(graph, replace(node, outputs=(spec,)))


def forget_results(graph: Graph) -> Iterator[Damaged]:
    """Let a call not return a tensor that something outside takes."""
    used = {edge.tensor: edge for edge in graph.edges if _crosses(graph, edge)}
    for scope in sample(graph.scopes[1:]):
        for tensor in scope.outputs if scope.kind in _CALLS else ():
            if tensor in used and _leaves(graph, scope, tensor):
                left = tuple(each for each in scope.outputs if each != tensor)
                yield (
                    f"{tensor.node} from {scope.id}",
                    _with_scope(graph, replace(scope, outputs=left)),
                )


def invent_results(graph: Graph) -> Iterator[Damaged]:
    """Let a call return a tensor that is made elsewhere."""
    for number, scope in enumerate(sample(graph.scopes[1:])):
        node = graph.nodes[(number * 7919) % len(graph.nodes)]
        is_strange = node.outputs and scope.id not in graph.ancestors(node.scope)
        if scope.kind in _CALLS and is_strange and node.kind is not NodeKind.CONSTANT:
            tensor = Port(node.id)
            if tensor not in scope.inputs:
                outputs = (*scope.outputs, tensor)
                yield (
                    f"{node.id} from {scope.id}",
                    _with_scope(graph, replace(scope, outputs=outputs)),
                )


def forget_arguments(graph: Graph) -> Iterator[Damaged]:
    """Let a call not take a tensor that is used inside it by a data edge."""
    for scope in sample(graph.scopes[1:]):
        for tensor in scope.inputs if scope.kind in _CALLS else ():
            if _is_used_inside(graph, scope, tensor):
                left = tuple(each for each in scope.inputs if each != tensor)
                yield (
                    f"{tensor.node} of {scope.id}",
                    _with_scope(graph, replace(scope, inputs=left)),
                )


def name_absent_tensors(graph: Graph) -> Iterator[Damaged]:
    """Let a call take a tensor that does not exist."""
    for scope in sample([scope for scope in graph.scopes if scope.kind in _CALLS]):
        inputs = (*scope.inputs, Port("nowhere"))
        yield scope.id, _with_scope(graph, replace(scope, inputs=inputs))


def duplicate_operations(graph: Graph) -> Iterator[Damaged]:
    """Add an operation a second time, from which nothing is taken."""
    for node in sample([n for n in graph.nodes if n.kind is NodeKind.OP and n.outputs]):
        if _is_deciding(graph, node):
            continue
        twin = replace(node, id=f"{node.id}%twin")
        edges = tuple(replace(edge, target=twin.id) for edge in graph.incoming.get(node.id, ()))
        yield node.id, replace(graph, nodes=(*graph.nodes, twin), edges=(*graph.edges, *edges))


def double_edges(graph: Graph) -> Iterator[Damaged]:
    """Let a second tensor arrive at a port."""
    inputs = [node for node in graph.nodes if node.kind is NodeKind.INPUT]
    for edge in sample([edge for edge in graph.edges if edge.kind is EdgeKind.DATA]):
        if inputs and edge.source != inputs[0].id:
            extra = replace(edge, source=inputs[0].id, source_port=0)
            yield _name(edge), replace(graph, edges=(*graph.edges, extra))


def close_circles(graph: Graph) -> Iterator[Damaged]:
    """Lead a result back to where it comes from."""
    for edge in sample([edge for edge in graph.edges if edge.kind is EdgeKind.DATA]):
        target = graph.node_by_id[edge.target]
        if target.outputs and graph.node_by_id[edge.source].kind is NodeKind.OP:
            back = Edge(target.id, 0, edge.source, 99)
            yield _name(edge), replace(graph, edges=(*graph.edges, back))


def withdraw_declarations(graph: Graph) -> Iterator[Damaged]:
    """Leave out an edge that Keras declares, where the scope declares others."""
    for edge in sample(graph.declared):
        around = _scope_of(graph, edge.source)
        others = [each for each in graph.declared if _scope_of(graph, each.source) == around]
        if len(others) > 1:
            rest = tuple(each for each in graph.declared if each is not edge)
            yield f"{edge.source} to {edge.target}", replace(graph, declared=rest)


def invent_declarations(graph: Graph) -> Iterator[Damaged]:
    """Let Keras declare an edge where no tensor goes."""
    known = {(edge.source, edge.target) for edge in graph.declared}
    for edge in sample(graph.declared):
        pair = (edge.target, edge.source)
        if pair not in known:
            yield f"{pair}", replace(graph, declared=(*graph.declared, DeclaredEdge(*pair)))


def relabel_masks(graph: Graph) -> Iterator[Damaged]:
    """Call a mask data, where the calls on its way know nothing of it."""
    for edge in sample([edge for edge in graph.edges if edge.kind is EdgeKind.MASK]):
        if not _is_explicit(graph, edge):
            yield _name(edge), _with_edge(graph, edge, replace(edge, kind=EdgeKind.DATA))


def relabel_data(graph: Graph) -> Iterator[Damaged]:
    """Call a tensor of floating-point numbers that goes from call to call a mask."""
    for edge in sample([edge for edge in graph.edges if _crosses(graph, edge)]):
        if graph.spec(edge.tensor).dtype.startswith("float"):
            yield _name(edge), _with_edge(graph, edge, replace(edge, kind=EdgeKind.MASK))


def count_trips_wrong(graph: Graph) -> Iterator[Damaged]:
    """Let the loop of a recurrent layer run once more."""
    for scope in graph.scopes:
        around = graph.scope_by_id.get(scope.parent or "")
        trips = scope.attributes.get("trip_count")
        if isinstance(trips, int) and around and around.type in ("LSTM", "GRU", "SimpleRNN"):
            attributes = {**scope.attributes, "trip_count": trips + 1}
            yield scope.id, _with_scope(graph, replace(scope, attributes=attributes))


def swap_branches(graph: Graph) -> Iterator[Damaged]:
    """Let a choice take the results of its branches the other way round."""
    for node in graph.nodes:
        if node.type in CHOICES and len(node.outputs) == 1:
            other = {1: 2, 2: 1}
            edges = tuple(
                replace(edge, target_port=other.get(edge.target_port, edge.target_port))
                if edge.target == node.id
                else edge
                for edge in graph.edges
            )
            yield node.id, replace(graph, edges=edges)


def orphan_operations(graph: Graph) -> Iterator[Damaged]:
    """Let no call own an operation."""
    for node in sample([node for node in graph.nodes if node.kind is NodeKind.OP]):
        attributes = {**node.attributes, "unowned": True}
        yield node.id, _with_node(graph, replace(node, attributes=attributes))


KINDS: dict[str, Callable[[Graph], Iterator[Damaged]]] = {
    make.__name__: make
    for make in (
        cut_edges,
        cut_loops,
        redirect_between_calls,
        steal_operations,
        move_reads,
        exchange_reads,
        give_weights_away,
        change_shapes,
        change_dtypes,
        forget_results,
        invent_results,
        forget_arguments,
        name_absent_tensors,
        duplicate_operations,
        double_edges,
        close_circles,
        withdraw_declarations,
        invent_declarations,
        relabel_masks,
        relabel_data,
        count_trips_wrong,
        swap_branches,
        orphan_operations,
    )
}


# What the kinds have in common ---------------------------------------------------------------


def _name(edge: Edge) -> str:
    return f"{edge.source} to {edge.target}"


def _without(edges: tuple[Edge, ...], gone: Edge) -> tuple[Edge, ...]:
    return tuple(edge for edge in edges if edge is not gone)


def _with_edge(graph: Graph, old: Edge, new: Edge) -> Graph:
    return replace(graph, edges=tuple(new if edge is old else edge for edge in graph.edges))


def _with_node(graph: Graph, node: Node) -> Graph:
    return replace(graph, nodes=tuple(node if each.id == node.id else each for each in graph.nodes))


def _with_scope(graph: Graph, scope: Scope) -> Graph:
    return replace(
        graph, scopes=tuple(scope if each.id == scope.id else each for each in graph.scopes)
    )


def _calls_around(graph: Graph, scope: str) -> list[str]:
    return [each for each in graph.ancestors(scope) if graph.scope_by_id[each].kind in _CALLS]


def _crosses(graph: Graph, edge: Edge) -> bool:
    source, target = graph.node_by_id[edge.source], graph.node_by_id[edge.target]
    if source.kind is NodeKind.CONSTANT or edge.kind is not EdgeKind.DATA:
        return False
    return _calls_around(graph, source.scope) != _calls_around(graph, target.scope)


def _is_related(graph: Graph, other: Node, edge: Edge) -> bool:
    """Whether redirecting to an operation would be legal, or make a circle and nothing else."""
    target = graph.node_by_id[edge.target]
    around = _calls_around(graph, target.scope)
    inside = _calls_around(graph, other.scope)
    returned = any(Port(other.id) in scope.outputs for scope in graph.scopes)
    return inside[0] in around or returned or other.id in (edge.source, edge.target)


def _are_strangers(graph: Graph, one: Node, other: Node) -> bool:
    first = [graph.scope_by_id[scope].layer for scope in graph.ancestors(one.scope)][:-1]
    second = [graph.scope_by_id[scope].layer for scope in graph.ancestors(other.scope)][:-1]
    return bool(first and second) and set(first).isdisjoint(second)


def _count_reads(graph: Graph, weight: str) -> int:
    return sum(weight in node.weights for node in graph.nodes)


def _could_exchange(graph: Graph, node: Node, other: Node) -> bool:
    if not other.weights or not _are_strangers(graph, node, other):
        return False
    one, two = graph.weight_by_id[node.weights[0]], graph.weight_by_id[other.weights[0]]
    return one.layer != two.layer and one.shape == two.shape


def _is_elementwise(node: Node) -> bool:
    return node.type in ("Relu", "Tanh", "Sigmoid", "Softmax", "BiasAdd", "AddV2", "Mul", "Sub")


def _leaves(graph: Graph, scope: Scope, tensor: Port) -> bool:
    """Whether a tensor is made inside a call and taken outside by a data edge."""
    if scope.id not in graph.ancestors(graph.node_by_id[tensor.node].scope):
        return False
    return any(
        edge.tensor == tensor
        and edge.kind is EdgeKind.DATA
        and scope.id not in graph.ancestors(graph.node_by_id[edge.target].scope)
        for edge in graph.outgoing.get(tensor.node, ())
    )


def _is_used_inside(graph: Graph, scope: Scope, tensor: Port) -> bool:
    node = graph.node_by_id[tensor.node]
    if node.kind is NodeKind.CONSTANT or scope.id in graph.ancestors(node.scope):
        return False
    return any(
        edge.tensor == tensor
        and edge.kind is EdgeKind.DATA
        and scope.id in graph.ancestors(graph.node_by_id[edge.target].scope)
        for edge in graph.outgoing.get(tensor.node, ())
    )


def _is_explicit(graph: Graph, edge: Edge) -> bool:
    source, target = graph.node_by_id[edge.source].scope, graph.node_by_id[edge.target].scope
    out_of = [each for each in graph.ancestors(source) if each not in graph.ancestors(target)]
    into = [each for each in graph.ancestors(target) if each not in graph.ancestors(source)]
    calls = graph.scope_by_id
    return all(
        edge.tensor in calls[each].outputs for each in out_of if calls[each].kind in _CALLS
    ) and all(edge.tensor in calls[each].inputs for each in into if calls[each].kind in _CALLS)


def _is_deciding(graph: Graph, node: Node) -> bool:
    return any(graph.scope_by_id[each].type == "cond" for each in graph.ancestors(node.scope))


def _scope_of(graph: Graph, call: str) -> str | None:
    node = graph.node_by_id.get(call)
    return node.scope if node else graph.scope_by_id[call].parent
