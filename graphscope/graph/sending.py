"""The graph as bytes for another process of this program: short, and read fast.

Unlike the JSON document of `graph.codec`, nobody else reads this form, and it has no versions.
Every text, tensor spec and set of attributes is written once and meant by its number from then on;
nodes, edges, layers and weights are columns of such numbers, of which one stands for all where they
are the same. Whoever reads it (`graph.receiving`) gets one object for all places that say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import orjson

from graphscope.graph.collecting import pause_collecting
from graphscope.graph.graph import Graph
from graphscope.graph.types import (
    DeclaredEdge,
    Edge,
    Layer,
    Node,
    Note,
    Port,
    Scope,
    SourceLine,
    Weight,
)

Columns: TypeAlias = list[list[Any]]
K = TypeVar("K")


def to_bytes(graph: Graph) -> bytes:
    """Return the graph for `receiving.from_bytes`.

    Raises:
        TypeError: when it holds whole numbers beyond 64 bits, broken text, or values that are not
            JSON's; `to_json` takes more.
    """
    with pause_collecting():
        return _Writer().write(graph)


class _Numbers(dict[K, int]):
    """Numbers for things, in the order in which they are first asked for."""

    def __init__(self, *known: K) -> None:
        super().__init__((key, number) for number, key in enumerate(known))

    def __missing__(self, key: K) -> int:
        number = self[key] = len(self)
        return number


class _Writer:
    """Tables that fill while columns are made of the parts of a graph."""

    def __init__(self) -> None:
        self._texts: _Numbers[str | None] = _Numbers(None)
        self._lists: _Numbers[tuple[str, ...]] = _Numbers(())
        self._shapes: _Numbers[tuple[int, ...]] = _Numbers()
        self._specs: _Numbers[tuple[Any, str]] = _Numbers()
        self._outputs: _Numbers[tuple[int, ...]] = _Numbers(())
        self._values: _Numbers[bytes] = _Numbers(b"{}")
        self._sources: _Numbers[SourceLine | None] = _Numbers(None)

    def write(self, graph: Graph) -> bytes:
        parts = {
            "nodes": _shorten(self._nodes(graph.nodes)),
            "edges": _shorten(self._edges(graph.edges)),
            "scopes": self._scopes(graph.scopes),
            "layers": _shorten(self._layers(graph.layers)),
            "weights": _shorten(self._weights(graph.weights)),
            "declared": self._declared(graph.declared),
            "notes": self._notes(graph.notes),
            "outputs": self._ports(graph.outputs),
            "name": graph.name,
            "metadata": dict(graph.metadata),
        }
        tables = {
            "lists": [self._number(each) for each in self._lists],
            "shapes": list(self._shapes),
            "specs": list(self._specs),
            "outputs": list(self._outputs),
            "values": orjson.Fragment(b"[" + b",".join(self._values) + b"]"),
            "sources": [each and [each.file, each.line, each.function] for each in self._sources],
        }
        return orjson.dumps({"texts": list(self._texts), "tables": tables, "parts": parts})

    def _nodes(self, nodes: Sequence[Node]) -> Columns:
        values, sources, lists = self._value, self._sources, self._lists
        return [
            self._number([node.id for node in nodes]),
            self._number([node.name for node in nodes]),
            self._number([node.type for node in nodes]),
            self._number([node.kind.value for node in nodes]),
            self._number([node.scope for node in nodes]),
            [self._output(node) for node in nodes],
            self._number([node.layer or None for node in nodes]),
            [lists[node.weights] for node in nodes],
            [values(node.attributes) if node.attributes else 0 for node in nodes],
            [sources[node.source] for node in nodes],
        ]

    def _edges(self, edges: Sequence[Edge]) -> Columns:
        return [
            self._number([edge.source for edge in edges]),
            [edge.source_port for edge in edges],
            self._number([edge.target for edge in edges]),
            [edge.target_port for edge in edges],
            self._number([edge.kind.value for edge in edges]),
        ]

    def _scopes(self, scopes: Sequence[Scope]) -> Columns:
        return [
            self._number([scope.id for scope in scopes]),
            self._number([scope.name for scope in scopes]),
            self._number([scope.type for scope in scopes]),
            self._number([scope.kind.value for scope in scopes]),
            self._number([scope.parent for scope in scopes]),
            self._number([scope.layer or None for scope in scopes]),
            [self._ports(scope.inputs) for scope in scopes],
            [self._ports(scope.outputs) for scope in scopes],
            [self._value(scope.attributes) for scope in scopes],
            [self._sources[scope.source] for scope in scopes],
        ]

    def _layers(self, layers: Sequence[Layer]) -> Columns:
        settings = [self._settings(layer.config) for layer in layers]
        return [
            self._number([layer.id for layer in layers]),
            self._number([layer.name for layer in layers]),
            self._number([layer.class_name for layer in layers]),
            self._number([layer.module for layer in layers]),
            [layer.trainable for layer in layers],
            [self._lists[layer.weights] for layer in layers],
            [name for name, _ in settings],
            [rest for _, rest in settings],
            self._number([layer.parent or None for layer in layers]),
            [layer.has_unknown_weights for layer in layers],
        ]

    def _weights(self, weights: Sequence[Weight]) -> Columns:
        shapes = self._shapes
        return [
            self._number([weight.id for weight in weights]),
            self._number([weight.name for weight in weights]),
            self._number([weight.layer for weight in weights]),
            [shapes[weight.shape] for weight in weights],
            self._number([weight.dtype for weight in weights]),
            [weight.trainable for weight in weights],
        ]

    def _declared(self, edges: Sequence[DeclaredEdge]) -> Columns:
        return [
            self._number([edge.source for edge in edges]),
            self._number([edge.target for edge in edges]),
        ]

    def _notes(self, notes: Sequence[Note]) -> Columns:
        return [
            self._number([note.code for note in notes]),
            self._number([note.message for note in notes]),
            self._number([note.subject for note in notes]),
        ]

    def _number(self, texts: Iterable[str | None]) -> list[int]:
        return list(map(self._texts.__getitem__, texts))

    def _output(self, node: Node) -> int:
        specs = self._specs
        return self._outputs[tuple([specs[spec.shape, spec.dtype] for spec in node.outputs])]

    def _ports(self, ports: Sequence[Port]) -> Columns:
        return [self._number([port.node for port in ports]), [port.output for port in ports]]

    def _value(self, value: Mapping[str, Any]) -> int:
        return self._values[orjson.dumps(dict(value))]

    def _settings(self, config: Mapping[str, Any]) -> tuple[int, int]:
        """Return numbers for the name in a config and for the rest, which other layers share."""
        if not config:
            return 0, 0
        name = config.get("name")
        if type(name) is not str or next(iter(config)) != "name":
            return 0, self._value(config)
        rest = dict(config)
        del rest["name"]
        return self._texts[name], self._value(rest)


def _shorten(columns: Columns) -> list[Any]:
    """Return columns of which those but the first are one value where all their values are it."""
    first, *more = columns
    return [
        first,
        *(each[0] if each and each.count(each[0]) == len(each) else each for each in more),
    ]
