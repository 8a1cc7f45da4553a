"""Graphs and functions as TensorFlow writes them down, read as far as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from graphscope.formats import wire
from graphscope.formats.wire import MalformedError
from graphscope.readers.tensorflow.dtypes import dtype_name
from graphscope.readers.tensorflow.schema import (
    ArgDefField,
    FunctionField,
    GraphDefField,
    LibraryField,
    NodeDefField,
    OpDefField,
)

MAX_NODES = 1_000_000
"""Nodes that one graph or function may define."""

_NOTHING = [memoryview(b"")]


class NodeDef:
    """One operation as the file defines it.

    Attributes:
        name: with the name scopes around it, separated by `/`.
        op: the type of operation.
        inputs: references to tensors, those to operations that must run before (`^name`) last.
    """

    __slots__ = ("_attributes", "_entries", "inputs", "name", "op")

    def __init__(self, data: memoryview) -> None:
        """Read a serialized NodeDef.

        Raises:
            MalformedError: when it is damaged.
        """
        fields = wire.split(data)
        try:
            # Graphs have a hundred thousand of these; a number where text belongs has no bytes.
            texts: dict[int, list[memoryview]] = fields  # type: ignore[assignment]
            self.name = wire.decode(texts.get(NodeDefField.NAME, _NOTHING)[-1])
            self.op = wire.decode(texts.get(NodeDefField.OP, _NOTHING)[-1])
            self.inputs = tuple([wire.decode(each) for each in texts.get(NodeDefField.INPUT, ())])
        except TypeError:
            raise MalformedError("an operation has a number where text belongs") from None
        self._entries = fields.get(NodeDefField.ATTR)
        self._attributes: dict[str, memoryview] | None = None

    @classmethod
    def make(cls, name: str, op: str) -> NodeDef:
        """Return an operation that no file defines: one without inputs and attributes."""
        node = cls(memoryview(b""))
        node.name, node.op = name, op
        return node

    @property
    def attributes(self) -> dict[str, memoryview]:
        """The attributes by name, each an AttrValue that was not looked into.

        Raises:
            MalformedError: when they are damaged.
        """
        if self._attributes is None:
            entries = wire.messages({0: self._entries}, 0) if self._entries else ()
            self._attributes = dict(map(_read_entry, entries))
        return self._attributes

    def __repr__(self) -> str:
        return f"<NodeDef {self.op} {self.name!r}>"


def _read_entry(entry: memoryview) -> tuple[str, memoryview]:
    if len(entry) > _SHORT:
        return _split_entry(entry)
    return _split_short_entry(bytes(entry))


def _split_entry(entry: bytes | memoryview) -> tuple[str, memoryview]:
    parts = wire.split(memoryview(entry))
    return wire.text(parts, 1), wire.message(parts, 2) or _NOTHING[0]


# The attributes of operations are alike a thousand times over: `T` is `float32`.
_split_short_entry = lru_cache(maxsize=4096)(_split_entry)
_SHORT = 64


@dataclass(frozen=True, slots=True)
class Argument:
    """An input of a function."""

    name: str
    dtype: str


class FunctionDef:
    """A function of the graph's library; its nodes are read when they are asked for.

    Attributes:
        name: what calls refer to.
        arguments: its inputs in order.
        results: names of its outputs in order.
    """

    def __init__(self, data: memoryview) -> None:
        self._fields = wire.split(data)
        signature = wire.message(self._fields, FunctionField.SIGNATURE)
        parts = {} if signature is None else wire.split(signature)
        self.name = wire.text(parts, OpDefField.NAME)
        self.arguments = tuple(map(_argument, wire.messages(parts, OpDefField.INPUT_ARG)))
        outputs = map(_argument, wire.messages(parts, OpDefField.OUTPUT_ARG))
        self.results = tuple(output.name for output in outputs)

    @cached_property
    def nodes(self) -> Sequence[NodeDef]:
        """The operations of its body.

        Raises:
            MalformedError: when they are damaged or too many.
        """
        return _read_nodes(wire.messages(self._fields, FunctionField.NODE))

    @cached_property
    def by_name(self) -> dict[str, NodeDef]:
        """The operations of its body by name; of several that have the same name, the first."""
        found: dict[str, NodeDef] = {}
        for node in self.nodes:
            found.setdefault(node.name, node)
        return found

    @cached_property
    def returns(self) -> dict[str, str]:
        """What each output is: references to tensors by the names of outputs."""
        pairs = wire.entries(self._fields, FunctionField.RET)
        return {name: wire.decode(tensor) for name, tensor in pairs}

    @cached_property
    def control_returns(self) -> tuple[str, ...]:
        """Names of operations that run whenever the function is called."""
        pairs = wire.entries(self._fields, FunctionField.CONTROL_RET)
        return tuple(wire.decode(node) for _, node in pairs)

    @cached_property
    def argument_attributes(self) -> dict[int, dict[str, memoryview]]:
        """Attributes of its inputs, by their index."""
        found: dict[int, dict[str, memoryview]] = {}
        for entry in wire.messages(self._fields, FunctionField.ARG_ATTR):
            parts = wire.split(entry)
            value = wire.message(parts, 2)
            if value is not None:
                index = wire.number(parts, 1) or 0
                found[index] = dict(wire.entries(wire.split(value), 1))
        return found


class GraphDef:
    """A graph and its library of functions.

    Args:
        data: the serialized GraphDef.

    Raises:
        MalformedError: when it is damaged or has too many nodes.
    """

    def __init__(self, data: memoryview) -> None:
        fields = wire.split(data)
        self.nodes = _read_nodes(wire.messages(fields, GraphDefField.NODE))
        self.functions: dict[str, FunctionDef] = {}
        for library in wire.messages(fields, GraphDefField.LIBRARY):
            for function in _read_functions(library):
                self.functions.setdefault(function.name, function)

    @cached_property
    def by_name(self) -> dict[str, NodeDef]:
        """Its nodes by name; of several that have the same name, the first."""
        found: dict[str, NodeDef] = {}
        for node in self.nodes:
            found.setdefault(node.name, node)
        return found


def _read_nodes(found: list[memoryview]) -> list[NodeDef]:
    if len(found) > MAX_NODES:
        raise MalformedError(f"{len(found):,} nodes, of which at most {MAX_NODES:,} are read")
    return [NodeDef(data) for data in found]


def _read_functions(library: memoryview) -> Iterator[FunctionDef]:
    return map(FunctionDef, wire.messages(wire.split(library), LibraryField.FUNCTION))


def _argument(data: memoryview) -> Argument:
    fields = wire.split(data)
    dtype = wire.number(fields, ArgDefField.TYPE)
    return Argument(wire.text(fields, ArgDefField.NAME), dtype_name(dtype or 0))
