"""Bottlenecks: the tensors that everything a model knows of its input has to fit through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphscope.analysis.calls import Calls
from graphscope.analysis.costs.sizes import OpenSizes, UnknownCostError, bind_shape, count_elements
from graphscope.analysis.cuts import find_cut_points
from graphscope.graph import EdgeKind, Graph, Port, format_shape


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A tensor that every path from the inputs to the outputs runs through.

    Attributes:
        call: the call that makes it, a cut point of the data-flow graph.
        tensor: the tensor.
        shape: its shape, printed.
        elements: number of elements for the batch, None where a size is open.
        share: elements as a part of those of the inputs; None where not known.
    """

    call: str
    tensor: Port
    shape: str
    elements: int | None
    share: float | None


def find_bottlenecks(
    graph: Graph, batch: int = 1, sizes: Mapping[str, int] | None = None
) -> tuple[Bottleneck, ...]:
    """Return the cut tensors, the smallest first; inputs and outputs of the model are none.

    A cut point that hands on several tensors is no bottleneck: no single one holds everything.

    Raises:
        GraphError: when edges form a cycle.
    """
    numbers = OpenSizes(batch, sizes)
    made = _find_tensors(graph)
    returned = set(graph.outputs)
    taken = sum(
        _count(graph, Port(node.id, place), numbers) or 0
        for node in graph.nodes
        if node.kind == "input" and node.id not in graph.incoming
        for place in range(len(node.outputs))
    )
    found = []
    for call in find_cut_points(graph):
        tensors = made.get(call, [])
        if len(tensors) != 1 or tensors[0] in returned or _is_input(graph, call):
            continue
        elements = _count(graph, tensors[0], numbers)
        share = elements / taken if elements is not None and taken else None
        shape = format_shape(graph.spec(tensors[0]).shape)
        found.append(Bottleneck(call, tensors[0], shape, elements, share))
    return tuple(sorted(found, key=lambda each: (each.elements is None, each.elements or 0)))


def _find_tensors(graph: Graph) -> dict[str, list[Port]]:
    """Return the tensors that leave each call of the data-flow graph by data edges."""
    calls = Calls(graph)
    found: dict[str, dict[Port, None]] = {}
    for edge in graph.edges:
        source = calls.of(graph.node_by_id[edge.source])
        if edge.kind is EdgeKind.DATA and source != calls.of(graph.node_by_id[edge.target]):
            found.setdefault(source, {})[edge.tensor] = None
    return {call: list(tensors) for call, tensors in found.items()}


def _is_input(graph: Graph, call: str) -> bool:
    node = graph.node_by_id.get(call)
    return node is not None and node.kind == "input"


def _count(graph: Graph, tensor: Port, numbers: OpenSizes) -> int | None:
    node = graph.node_by_id[tensor.node]
    if tensor.output >= len(node.outputs):
        return None
    try:
        return count_elements(bind_shape(node.outputs[tensor.output], numbers))
    except UnknownCostError:
        return None


def narrowest(bottlenecks: tuple[Bottleneck, ...], limit: int) -> Iterator[Bottleneck]:
    """Yield the smallest ones, one of each shape."""
    seen: set[str] = set()
    for each in bottlenecks:
        if each.shape not in seen and len(seen) < limit:
            seen.add(each.shape)
            yield each
