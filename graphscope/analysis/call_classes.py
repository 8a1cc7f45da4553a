"""Classes of calls: large models consist of few different ones, so what the calls of a class have
in common is worked out once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphscope.analysis.once import once_for_each_graph
from graphscope.analysis.settings import Interner, Settings
from graphscope.graph import Graph, Node, TensorSpec

UNKNOWN_SPEC = 1
"""The number of the spec of which nothing is known."""


@dataclass(slots=True)
class CallClasses:
    """The calls of one graph in classes: of a class are calls of one type, kind, layer config and
    attributes that make equal tensors, whatever they are named and whatever they read.

    Attributes:
        by_node: number of the class by id of node, in the order of the graph.
        made: for each class the numbers of the specs of its outputs; equal specs, equal numbers.
        computing: for each class a number that classes share which compute the same: a layer that
            the graph does not know is as good as none.
    """

    by_node: dict[str, int] = field(default_factory=dict)
    made: list[tuple[int, ...]] = field(default_factory=list)
    computing: list[int] = field(default_factory=list)


@once_for_each_graph
def classify_calls(graph: Graph) -> CallClasses:
    """Return the classes of the nodes of a graph."""
    return _Classifier(graph).classify()


class _Classifier:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._settings = Settings()
        self._configs: dict[str, int] = {}
        self._specs = Interner()
        self._specs.number((None, ""))  # UNKNOWN_SPEC
        # By identity first, which spares hashing what is inside: many nodes share a few specs and
        # settings. The graph holds on to them, so that their identities stay their own.
        self._known_specs: dict[int, int] = {}
        self._known_settings: dict[int, int] = {}

    def classify(self) -> CallClasses:
        found = CallClasses()
        classes: dict[tuple[object, ...], int] = {}
        computing = Interner()
        for node in self._graph.nodes:
            made = self._number_specs(node.outputs)
            attributes = self._number_settings(node.attributes) if node.attributes else 0
            # A call with a layer that is not known is none of an operation.
            config = None if node.layer is None else self._number_config(node)
            key = (node.type, node.kind, attributes, config, made)
            number = classes.setdefault(key, len(classes))
            if number == len(found.made):
                found.made.append(made)
                found.computing.append(computing.number((*key[:3], config or 0, made)))
            found.by_node[node.id] = number
        return found

    def _number_config(self, node: Node) -> int:
        layer = node.layer or ""
        found = self._configs.get(layer)
        if found is None:
            known = self._graph.layer_by_id.get(layer)
            found = 0 if known is None else self._number_settings(known.config)
            self._configs[layer] = found
        return found

    def _number_settings(self, settings: Mapping[str, Any]) -> int:
        found = self._known_settings.get(id(settings))
        if found is None:
            found = self._known_settings[id(settings)] = self._settings.number(settings)
        return found

    def _number_specs(self, specs: Iterable[TensorSpec]) -> tuple[int, ...]:
        known, numbers = self._known_specs, []
        for spec in specs:
            number = known.get(id(spec))
            if number is None:
                number = known[id(spec)] = self._specs.number((spec.shape, spec.dtype))
            numbers.append(number)
        return tuple(numbers)
