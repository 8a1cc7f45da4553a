"""A model as checks see it: its calls, what each is given, and how it was compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphscope.analysis import Unreachable, find_unreachable
from graphscope.analysis.flow import Flow, call_flow
from graphscope.doctor.findings import Place
from graphscope.doctor.static.compilation import Compilation
from graphscope.graph import Graph, Layer, NodeKind, SourceLine, TensorSpec

PASSING = frozenset(
    {"Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise", "Identity"}
)
"""Layers that hand on the values they receive, but for noise while training."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a layer or operation.

    Attributes:
        type: the class of a Keras layer; of a layer class of the user's own with the same name as
            one of Keras's, the name with its module.
        settings: the layer's config; for an operation its attributes.
        given: the calls whose tensors it takes, with the specs of those tensors.
    """

    id: str
    name: str
    type: str
    layer: Layer | None
    settings: Mapping[str, Any]
    given: tuple[tuple[str, TensorSpec], ...]
    made: tuple[TensorSpec, ...]
    source: SourceLine | None = None
    is_input: bool = False

    @property
    def label(self) -> str:
        """The call as messages name it: class and name."""
        return f"{self.type} {self.name!r}"

    @property
    def shape(self) -> tuple[Any, ...] | None:
        """The shape of its first output."""
        return self.made[0].shape if self.made else None

    @property
    def given_shape(self) -> tuple[Any, ...] | None:
        """The shape of its first input."""
        return self.given[0][1].shape if self.given else None


@dataclass(frozen=True, slots=True)
class Attribute:
    """The attribute that holds a layer: `forgotten` for `self.forgotten`, and where it is set."""

    name: str
    place: Place | None = None


@dataclass(frozen=True, eq=False)
class CheckedModel:
    """A graph with what is known of the model besides.

    Attributes:
        graph: the model.
        compilation: losses it was compiled with; None when it was not, or nothing is known.
        trains_itself: whether it has a training step or losses of its own, so that calls the
            graph does not show may use its layers.
        attributes: those that hold layers, by the names of owner and layer, where known.
    """

    graph: Graph
    compilation: Compilation | None = None
    trains_itself: bool = False
    attributes: Mapping[tuple[str, str], Attribute] = field(default_factory=dict)

    @cached_property
    def flow(self) -> Flow:
        """The data-flow graph."""
        return call_flow(self.graph)

    @cached_property
    def unreachable(self) -> Unreachable:
        """What takes no part in computing the outputs."""
        return find_unreachable(self.graph)

    @cached_property
    def calls(self) -> dict[str, Call]:
        """All calls by id, in program order."""
        return {id_: self._call(id_, position) for position, id_ in enumerate(self.flow.ids)}

    @cached_property
    def outputs(self) -> tuple[Call, ...]:
        """The calls that make the model's outputs, in the order of the outputs."""
        owners = self._owners
        found = (self.calls.get(owners.get(port.node, "")) for port in self.graph.outputs)
        return tuple(call for call in found if call is not None)

    def users(self, call: Call) -> list[Call]:
        """Return the calls that take what a call makes, each once."""
        after = self.flow.successors[self.flow.position[call.id]]
        return [self.calls[self.flow.ids[position]] for position in dict.fromkeys(after)]

    def before(self, call: Call) -> Call | None:
        """Return the call that made the first input."""
        return self.calls.get(call.given[0][0]) if call.given else None

    def source_of(self, call: Call) -> Call | None:
        """Return the call that made the first input, looking through dropout and the like."""
        found = self.before(call)
        while found is not None and found.type in PASSING:
            found = self.before(found)
        return found

    def head(self, call: Call) -> Call:
        """Return the call that computes an output, looking through dropout and the like."""
        found = self.source_of(call) if call.type in PASSING else call
        return found or call

    def of_type(self, *types: str) -> Iterator[Call]:
        """Yield the calls of some classes."""
        return (call for call in self.calls.values() if call.type in types)

    @cached_property
    def _owners(self) -> dict[str, str]:
        from graphscope.analysis.calls import Calls

        calls = Calls(self.graph)
        return {node.id: calls.of(node) for node in self.graph.nodes}

    @cached_property
    def _links(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for index, target in enumerate(self.flow.targets):
            found.setdefault(target, []).append(index)
        return found

    def _call(self, id_: str, position: int) -> Call:
        graph, flow = self.graph, self.flow
        links = sorted(self._links.get(position, []), key=lambda i: flow.links[i].target_port)
        given = tuple(
            (flow.ids[flow.sources[index]], graph.spec(flow.links[index].tensor)) for index in links
        )
        if id_ in graph.node_by_id:
            node = graph.node_by_id[id_]
            layer = graph.layer_by_id.get(node.layer or "")
            made, attributes, source = node.outputs, node.attributes, node.source
            name, type_ = node.name, node.type
            is_input = node.kind is NodeKind.INPUT
        else:
            scope = graph.scope_by_id[id_]
            layer = graph.layer_by_id.get(scope.layer or "")
            made = tuple(graph.spec(port) for port in scope.outputs)
            attributes, source = scope.attributes, scope.source
            name, type_, is_input = scope.name, scope.type, False
        settings = layer.config if layer is not None else attributes
        return Call(id_, name, _type(type_, layer), layer, settings, given, made, source, is_input)


def _type(type_: str, layer: Layer | None) -> str:
    if layer is None or not layer.module or layer.module.partition(".")[0] == "keras":
        return type_
    return f"{layer.module}.{type_}"
