"""How much of an input each call sees, in space and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphscope.analysis.flow import Flow, call_flow, input_ids, select_links
from graphscope.analysis.order import sort_positions
from graphscope.analysis.structure.fields import Field
from graphscope.analysis.structure.windows import RULES, Fields, Sizes, Step, apply_rule, merge_all
from graphscope.graph import ROOT, Dimension, EdgeKind, Graph, Node, Port, Scope

_RANKS = (3, 4, 5)
"""Batch, one to three axes of space or time, channels."""


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """What one place of the result of a call sees of an input.

    Attributes:
        call: id of the call; `input` that of the input.
        fields: one for each axis of space or time; None where every place sees the whole input.
        unknown: why it is not known; empty where it is.
    """

    call: str
    input: str
    fields: Fields
    unknown: str = ""

    @property
    def sizes(self) -> tuple[float, ...] | None:
        """The sizes along the axes; None for the whole input, or where not known."""
        return None if self.fields is None else tuple(float(each.size) for each in self.fields)

    def as_dict(self) -> dict[str, Any]:
        """Return the field as JSON values."""
        row: dict[str, Any] = {"call": self.call, "input": self.input}
        if self.unknown:
            return row | {"unknown": self.unknown}
        if self.fields is None:
            return row | {"whole": True}
        axes = [
            {
                "size": _plain(each.size),
                "jump": _plain(each.jump),
                "start": _plain(each.start),
                "aligned": each.is_aligned,
            }
            for each in self.fields
        ]
        return row | {"axes": axes}


def find_receptive_fields(graph: Graph) -> tuple[ReceptiveField, ...]:
    """Return the receptive fields of all calls that read an input with space or time.

    Each input counts by itself; an input without such axes has no fields. From the first call on
    that no rule knows, what follows is not known either: nothing is guessed.

    Raises:
        GraphError: when the edges form a cycle.
    """
    flow = select_links(call_flow(graph), (EdgeKind.DATA,))
    order = sort_positions(flow)
    found: list[ReceptiveField] = []
    for input_id in input_ids(graph):
        rank = _rank(graph.node_by_id[input_id].outputs[0].shape if input_id else None)
        axes = _count_axes(graph, input_id, rank)
        if axes:
            found += _Walk(graph, flow, input_id, axes).run(order)
    return tuple(found)


def _count_axes(graph: Graph, input_id: str, rank: int | None) -> int:
    """Return how many axes of an input are of space or time; tokens have one and no channels."""
    spec = graph.node_by_id[input_id].outputs[0]
    if rank == 2 and spec.dtype.startswith(("int", "uint")):
        return 1
    return rank - 2 if rank in _RANKS and rank is not None else 0


class _Walk:
    """One pass from one input to everything that reads it."""

    def __init__(self, graph: Graph, flow: Flow, input_id: str, axes: int) -> None:
        self._graph = graph
        self._flow = flow
        self._input = input_id
        self._axes = axes
        self._known: dict[int, Fields | str] = {}

    def run(self, order: list[int]) -> list[ReceptiveField]:
        """Return the fields of all calls that the input reaches, in topological order."""
        start = self._flow.position[self._input]
        self._known[start] = tuple(Field() for _ in range(self._axes))
        found = []
        for position in order:
            sources = dict.fromkeys(
                source for source in self._flow.predecessors[position] if source in self._known
            )
            if sources and position != start:
                self._known[position] = self._step(position, list(sources))
                found.append(self._describe(position))
        return found

    def _step(self, position: int, sources: list[int]) -> Fields | str:
        arriving = [self._known[source] for source in sources]
        for each in arriving:
            if isinstance(each, str):
                return each
        fields = [each for each in arriving if isinstance(each, tuple)]
        if len(fields) < len(arriving):
            return None  # One of them sees everything.
        merged = merge_all(fields)
        return None if merged is None else self._apply(position, sources[0], merged)

    def _apply(self, position: int, source: int, fields: tuple[Field, ...]) -> Fields | str:
        call = self._find_layer_call(position)
        layer = self._graph.layer_by_id.get(call.layer or "")
        settings: Mapping[str, Any] = layer.config if layer else call.attributes
        taken = self._axes_of(source)
        made = self._axes_of(position)
        if made is not None and len(made) != len(fields):
            # The axes are gone (flattened, pooled): one place has all of them.
            return None
        if call.type in ("Dense", "EinsumDense") and made is None:
            return None
        return apply_rule(Step(call.type, settings, taken or (None,) * len(fields)), fields)

    def _call(self, position: int) -> Node | Scope:
        id_ = self._flow.ids[position]
        return self._graph.node_by_id.get(id_) or self._graph.scope_by_id[id_]

    def _find_layer_call(self, position: int) -> Node | Scope:
        """Return the call, or that of a layer of Keras which does nothing but this operation."""
        call = self._call(position)
        parent = call.scope if isinstance(call, Node) else call.parent
        around = self._graph.scope_by_id[parent or ROOT]
        if call.layer is not None or around.layer is None or around.type not in RULES:
            return call
        inside = [
            *self._graph.child_scopes.get(around.id, []),
            *(n for n in self._graph.child_nodes.get(around.id, []) if n.kind != "constant"),
        ]
        return around if len(inside) == 1 else call

    def _axes_of(self, position: int) -> Sizes | None:
        """Return the sizes of the axes of space and time of what a call makes."""
        call = self._call(position)
        if isinstance(call, Node):
            shape = call.outputs[0].shape if call.outputs else None
        else:
            shape = self._shape(call.outputs[0]) if call.outputs else None
        if shape is None:
            return None
        if position == self._flow.position[self._input] and len(shape) == self._axes + 1:
            return _numbers(shape[1:])
        if self._has_channels_first(call):
            return _numbers(shape[2:])
        return _numbers(shape[1:-1])

    def _shape(self, tensor: Port) -> tuple[Dimension, ...] | None:
        node = self._graph.node_by_id.get(tensor.node)
        return (
            node.outputs[tensor.output].shape
            if node and tensor.output < len(node.outputs)
            else None
        )

    def _has_channels_first(self, call: Node | Scope) -> bool:
        layer = self._graph.layer_by_id.get(call.layer or "")
        return layer is not None and layer.config.get("data_format") == "channels_first"

    def _describe(self, position: int) -> ReceptiveField:
        known, id_ = self._known[position], self._flow.ids[position]
        if isinstance(known, str):
            return ReceptiveField(id_, self._input, None, known)
        return ReceptiveField(id_, self._input, known)


def _rank(shape: tuple[Dimension, ...] | None) -> int | None:
    return None if shape is None else len(shape)


def _numbers(shape: tuple[Dimension, ...]) -> Sizes:
    return tuple(size if isinstance(size, int) else None for size in shape)


def _plain(number: Any) -> int | float:
    return int(number) if number == int(number) else float(number)
