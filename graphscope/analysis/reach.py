"""What takes no part: layers that are never called, calls and inputs that reach no output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphscope.analysis.costs.trips import is_condition
from graphscope.analysis.flow import call_flow, input_ids, output_ids
from graphscope.graph import Graph, Layer, NodeKind


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Ids of what does not contribute to any output, in program order."""

    layers: tuple[str, ...]
    """Layers that are never called."""
    calls: tuple[str, ...]
    """Nodes of the data-flow graph, inputs excepted, from which no output can be reached."""
    inputs: tuple[str, ...]
    """Inputs of the model from which no output can be reached."""


def find_unreachable(graph: Graph) -> Unreachable:
    """Return everything that takes no part in computing the outputs.

    A mask or state counts as a way to reach its consumer. A graph without outputs (they are not
    known) has no unreachable calls and inputs.
    """
    idle = _find_idle_calls(graph) if graph.outputs else ()
    inputs = set(input_ids(graph))
    return Unreachable(
        layers=find_unreachable_layers(graph),
        calls=tuple(id_ for id_ in idle if id_ not in inputs),
        inputs=tuple(id_ for id_ in idle if id_ in inputs),
    )


def _find_idle_calls(graph: Graph) -> tuple[str, ...]:
    flow = call_flow(graph)
    ends = {*output_ids(graph, "layers"), *_find_deciding_nodes(graph)}
    reached = mark_reachable(
        flow.predecessors, (flow.position[id_] for id_ in ends if id_ in flow.position)
    )
    return tuple(id_ for id_, is_reached in zip(flow.ids, reached, strict=True) if not is_reached)


def _find_deciding_nodes(graph: Graph) -> Iterator[str]:
    # No tensor leaves the condition of a loop, yet the loop depends on it.
    for scope in graph.scopes:
        if is_condition(scope):
            yield from (node.id for node in graph.child_nodes.get(scope.id, ()))


def mark_reachable(neighbours: list[list[int]], starts: Iterable[int]) -> list[bool]:
    """Return, for each position, whether one of `starts` leads to it (or is it)."""
    marked = [False] * len(neighbours)
    waiting = list(starts)
    for start in waiting:
        marked[start] = True
    while waiting:
        for neighbour in neighbours[waiting.pop()]:
            if not marked[neighbour]:
                marked[neighbour] = True
                waiting.append(neighbour)
    return marked


def find_unreachable_layers(graph: Graph) -> tuple[str, ...]:
    """Return the layers that no call reaches, in the order of the model.

    An input layer only stands for an input and is never called, so it is not listed. A layer is
    reached when it is called, when one of its sublayers is reached (a container that
    only holds them), when one of its own weights is read, or when a call whose inside is unknown
    may have called it.
    """
    used = set(_find_used_layers(graph))
    _add_holders(graph, used)
    opaque = {node.layer for node in graph.nodes if node.kind is NodeKind.LAYER and node.layer}
    return tuple(
        layer.id
        for layer in graph.layers
        if layer.id not in used
        and layer.class_name != "InputLayer"
        and opaque.isdisjoint(_holders(graph, layer))
    )


def _find_used_layers(graph: Graph) -> Iterator[str]:
    for scope in graph.scopes:
        if scope.layer is not None:
            yield scope.layer
    for node in graph.nodes:
        if node.layer is not None:
            yield node.layer
        for weight in node.weights:
            if weight in graph.weight_by_id:
                yield graph.weight_by_id[weight].layer


def _add_holders(graph: Graph, used: set[str]) -> None:
    for layer_id in list(used):
        layer = graph.layer_by_id.get(layer_id)
        if layer is not None:
            used.update(_holders(graph, layer))


def _holders(graph: Graph, layer: Layer) -> Iterator[str]:
    """Yield the layers around a layer, innermost first."""
    seen = {layer.id}
    parent = layer.parent
    while parent is not None and parent not in seen:
        seen.add(parent)
        yield parent
        holder = graph.layer_by_id.get(parent)
        parent = holder.parent if holder else None
