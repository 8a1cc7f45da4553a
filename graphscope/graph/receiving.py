"""The graph from the bytes that another process sent (`graph.sending`).

The process may have been taken over by a stranger's file, so nothing of what it sent is believed:
every number must lead to something, every value be of its type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Any, TypeAlias, TypeVar

import orjson

from graphscope.errors import GraphError
from graphscope.graph.collecting import pause_collecting
from graphscope.graph.graph import Graph
from graphscope.graph.making import make_all
from graphscope.graph.types import (
    NOTHING,
    DeclaredEdge,
    Dimension,
    Edge,
    EdgeKind,
    Layer,
    Node,
    NodeKind,
    Note,
    Port,
    Scope,
    ScopeKind,
    SourceLine,
    TensorSpec,
    Weight,
)

Column: TypeAlias = list[Any]
T = TypeVar("T")

_NODE_KINDS = {kind.value: kind for kind in NodeKind}
_EDGE_KINDS = {kind.value: kind for kind in EdgeKind}
_SCOPE_KINDS = {kind.value: kind for kind in ScopeKind}


def from_bytes(data: bytes) -> Graph:
    """Return the graph that `sending.to_bytes` wrote.

    Raises:
        GraphError: when it is anything else.
    """
    try:
        with pause_collecting():
            return _Reader(orjson.loads(data)).read()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise GraphError(f"What was sent is no graph ({error!r}).", "Read it again.") from error


class _Reader:
    """The tables of a graph, and what its parts are made of them."""

    def __init__(self, document: Any) -> None:
        self._parts: dict[str, Any] = document["parts"]
        # The first stands for no text.
        self._texts: list[Any] = document["texts"]
        if self._texts[0] is not None:
            raise ValueError("the first text")
        _check_types(self._texts[1:], str)
        tables = document["tables"]
        self._lists = [tuple(self._pick_texts(each)) for each in tables["lists"]]
        self._shapes = [tuple(_check_types(each, int)) for each in tables["shapes"]]
        specs = [TensorSpec(_read_shape(shape), dtype) for shape, dtype in tables["specs"]]
        _check_types([spec.dtype for spec in specs], str)
        self._outputs = [tuple(_pick(specs, each)) for each in tables["outputs"]]
        self._values: list[Mapping[str, Any]] = _check_types(tables["values"], dict)
        if self._values[0]:
            raise ValueError("the first value")
        self._values[0] = NOTHING
        self._sources = [_read_source(row) for row in tables["sources"]]

    def read(self) -> Graph:
        parts = self._parts
        name, metadata = parts["name"], parts["metadata"]
        _check_types([name], str)
        _check_types([metadata], dict)
        return Graph(
            name=name,
            nodes=self._nodes(_lengthen(parts["nodes"])),
            edges=self._edges(_lengthen(parts["edges"])),
            scopes=self._scopes(parts["scopes"]),
            layers=self._layers(_lengthen(parts["layers"])),
            weights=self._weights(_lengthen(parts["weights"])),
            outputs=self._ports(parts["outputs"]),
            declared=self._declared(parts["declared"]),
            notes=self._notes(parts["notes"]),
            metadata=metadata,
        )

    def _nodes(self, columns: list[Column]) -> tuple[Node, ...]:
        ids, names, types, kinds, scopes, outputs, layers, weights, attributes, sources = columns
        return make_all(
            Node,
            self._pick_texts(ids),
            self._pick_texts(names),
            self._pick_texts(types),
            self._pick_kinds(kinds, _NODE_KINDS),
            self._pick_texts(scopes),
            _pick(self._outputs, outputs),
            _pick(self._texts, layers),
            _pick(self._lists, weights),
            _pick(self._values, attributes),
            _pick(self._sources, sources),
        )

    def _edges(self, columns: list[Column]) -> tuple[Edge, ...]:
        sources, source_ports, targets, target_ports, kinds = columns
        return make_all(
            Edge,
            self._pick_texts(sources),
            _check_types(source_ports, int),
            self._pick_texts(targets),
            _check_types(target_ports, int),
            self._pick_kinds(kinds, _EDGE_KINDS),
        )

    def _scopes(self, columns: list[Column]) -> tuple[Scope, ...]:
        ids, names, types, kinds, parents, layers, inputs, outputs, attributes, sources = columns
        return make_all(
            Scope,
            self._pick_texts(ids),
            self._pick_texts(names),
            self._pick_texts(types),
            self._pick_kinds(kinds, _SCOPE_KINDS),
            _pick(self._texts, parents),
            _pick(self._texts, layers),
            [self._ports(ports) for ports in inputs],
            [self._ports(ports) for ports in outputs],
            _pick(self._values, attributes),
            _pick(self._sources, sources),
        )

    def _layers(self, columns: list[Column]) -> tuple[Layer, ...]:
        (
            ids,
            names,
            class_names,
            modules,
            trainable,
            weights,
            config_names,
            configs,
            parents,
            unknown,
        ) = columns
        return make_all(
            Layer,
            self._pick_texts(ids),
            self._pick_texts(names),
            self._pick_texts(class_names),
            self._pick_texts(modules),
            _check_types(trainable, bool),
            _pick(self._lists, weights),
            self._configs(config_names, configs),
            _pick(self._texts, parents),
            _check_types(unknown, bool),
        )

    def _configs(self, names: Column, rests: Column) -> list[Mapping[str, Any]]:
        return [
            rest if name is None else {"name": name, **rest}
            for name, rest in zip(
                _pick(self._texts, names), _pick(self._values, rests), strict=True
            )
        ]

    def _weights(self, columns: list[Column]) -> tuple[Weight, ...]:
        ids, names, layers, shapes, dtypes, trainable = columns
        return make_all(
            Weight,
            self._pick_texts(ids),
            self._pick_texts(names),
            self._pick_texts(layers),
            _pick(self._shapes, shapes),
            self._pick_texts(dtypes),
            _check_types(trainable, bool),
        )

    def _declared(self, columns: list[Column]) -> tuple[DeclaredEdge, ...]:
        sources, targets = columns
        return make_all(DeclaredEdge, self._pick_texts(sources), self._pick_texts(targets))

    def _notes(self, columns: list[Column]) -> tuple[Note, ...]:
        codes, messages, subjects = columns
        return make_all(
            Note, self._pick_texts(codes), self._pick_texts(messages), _pick(self._texts, subjects)
        )

    def _ports(self, columns: list[Column]) -> tuple[Port, ...]:
        nodes, outputs = columns
        pairs = zip(self._pick_texts(nodes), _check_types(outputs, int), strict=True)
        return tuple(Port(node, output) for node, output in pairs)

    def _pick_texts(self, column: Column) -> list[str]:
        if column and min(column) < 1:
            raise ValueError("a text that is missing")
        return list(map(self._texts.__getitem__, column))

    def _pick_kinds(self, column: Column, kinds: Mapping[str, T]) -> list[T]:
        return list(map(kinds.__getitem__, self._pick_texts(column)))


def _lengthen(columns: list[Any]) -> list[Column]:
    """Return columns of which one value stood for all."""
    first, *more = columns
    return [first, *(each if type(each) is list else [each] * len(first) for each in more)]


def _pick(table: Sequence[T], column: Column) -> list[T]:
    if column and min(column) < 0:
        raise ValueError("a negative number")
    return list(map(table.__getitem__, column))


def _check_types(values: list[Any], kind: type) -> list[Any]:
    """Return a list of which every member is of one type."""
    if type(values) is not list or not set(map(type, values)) <= {kind}:
        raise TypeError(f"no list of {kind.__name__}")
    return values


def _read_shape(shape: list[Any] | None) -> tuple[Dimension, ...] | None:
    if shape is None:
        return None
    if type(shape) is not list or not set(map(type, shape)) <= {int, str, NoneType}:
        raise TypeError("no shape")
    return tuple(shape)


def _read_source(row: list[Any] | None) -> SourceLine | None:
    if row is None:
        return None
    file, line, function = row
    _check_types([file, function], str)
    _check_types([line], int)
    return SourceLine(file, line, function)
