"""What can be told of one operation from its definition: its outputs and its settings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphscope.formats import wire
from graphscope.graph import NOTHING
from graphscope.graph.constants import describe_constant
from graphscope.readers.tensorflow import attributes
from graphscope.readers.tensorflow.definitions import Argument, NodeDef
from graphscope.readers.tensorflow.operations import Operation, OperationBook, Output
from graphscope.readers.tensorflow.schema import AttrField
from graphscope.readers.tensorflow.tensors import Constant, read_constant, read_texts

MAX_OUTPUTS = 4_096
"""Outputs of one operation: the file may claim any number."""

Sizes: TypeAlias = tuple[int | None, ...] | None
"""A shape in the file; None for what is open."""

_SHAPES = "_output_shapes"
_SHAPED = frozenset({"Placeholder", "PlaceholderV2", "PlaceholderWithDefault"})
"""Operations whose attribute `shape` is that of their result."""
_LISTING = frozenset(
    {"IteratorGetNext", "IteratorGetNextSync", "OptionalGetValue"}
    | {"DatasetToSingleElement", "MapDefun", "ReduceDataset"}
)
"""Operations whose attribute `output_shapes` lists those of their results."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one operation computes, as its definition tells.

    Attributes:
        dtypes: of its outputs; empty where the file does not tell.
        shapes: of its outputs, as far as the file holds any.
        settings: attributes that have values to show.
        is_stateful: whether it has an effect beside its outputs.
        constant: the tensor it stands for, of a constant.
        is_known: whether anything is known of its type.
    """

    dtypes: tuple[str, ...]
    shapes: tuple[Sizes, ...]
    settings: Mapping[str, Any]
    is_stateful: bool
    constant: Constant | None = None
    is_known: bool = True


def read_argument(argument: Argument, given: Mapping[str, memoryview]) -> Facts:
    """Return what can be told of an input of a function.

    Args:
        argument: the input.
        given: its attributes.
    """
    shapes = given.get(_SHAPES)
    return Facts(
        (argument.dtype,),
        () if shapes is None else tuple(attributes.read_shapes(shapes)),
        NOTHING,
        is_stateful=False,
    )


class FactReader:
    """Reads operations once each, however often the functions around them are called.

    Args:
        book: what is known of types of operations.
    """

    def __init__(self, book: OperationBook) -> None:
        self._book = book
        self._facts: dict[NodeDef, Facts] = {}
        self._settings: dict[str, Mapping[str, Any]] = {}

    def read(self, node: NodeDef) -> Facts:
        """Return the facts of an operation.

        Raises:
            MalformedError: when its attributes are damaged.
        """
        facts = self._facts.get(node)
        if facts is None:
            facts = self._facts[node] = self._read(node)
        return facts

    def is_stateful(self, type_: str) -> bool:
        """Whether operations of a type have an effect beside their outputs."""
        operation = self._book.find(type_)
        return operation is not None and operation.is_stateful

    def flat_output(self, node: NodeDef, name: str, index: int) -> int:
        """Return the number of a tensor that a function names by output and place in it."""
        operation = self._book.find(node.op)
        position = 0
        for output in () if operation is None else operation.outputs:
            if output.name == name:
                return position + index
            position += len(_dtypes_of(node, operation, output))
        return index

    def _read(self, node: NodeDef) -> Facts:
        operation = self._book.find(node.op)
        constant = _read_constant(node)
        return Facts(
            _dtypes(node, operation),
            _read_shapes(node),
            self._read_settings(node, operation) if constant is None else _describe(constant, node),
            operation is not None and operation.is_stateful,
            constant,
            operation is not None,
        )

    def _read_settings(self, node: NodeDef, operation: Operation | None) -> Mapping[str, Any]:
        if operation is None:
            names = [name for name in node.attributes if not name.startswith("_")]
            defaults: Mapping[str, Any] = {}
        else:
            defaults = operation.defaults
            names = list(defaults)
        if not names:
            return NOTHING
        given = node.attributes
        found = {
            name: _plain(attributes.read_value(given[name])) if name in given else defaults[name]
            for name in sorted(names)
        }
        found = {name: value for name, value in found.items() if value is not None}
        # Operations of a model are alike a thousand times over.
        return self._settings.setdefault(repr(found), found)


def _read_shapes(node: NodeDef) -> tuple[Sizes, ...]:
    shapes = node.attributes.get(_SHAPES)
    if shapes is not None:
        return tuple(attributes.read_shapes(shapes))
    if node.op in _SHAPED and "shape" in node.attributes:
        return (attributes.read_shape_attribute(node.attributes["shape"]),)
    if node.op in _LISTING and "output_shapes" in node.attributes:
        return tuple(attributes.read_shapes(node.attributes["output_shapes"]))
    return ()


def _plain(value: Any) -> Any:
    # JSON has no infinities.
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _read_constant(node: NodeDef) -> Constant | None:
    if node.op not in ("Const", "HostConst") or "value" not in node.attributes:
        return None
    return read_constant(node.attributes["value"])


def _describe(constant: Constant, node: NodeDef) -> Mapping[str, Any]:
    if constant.dtype == "string":
        texts = read_texts(node.attributes["value"])
        return {"value": texts if constant.shape else texts[0]} if texts else NOTHING
    return NOTHING if constant.value is None else describe_constant(constant.value)


def _dtypes(node: NodeDef, operation: Operation | None) -> tuple[str, ...]:
    if operation is None:
        return ()
    found: list[str] = []
    for output in operation.outputs:
        found += _dtypes_of(node, operation, output)
    return tuple(found[:MAX_OUTPUTS])


def _dtypes_of(node: NodeDef, operation: Operation | None, output: Output) -> list[str]:
    given = node.attributes
    if output.list_attribute:
        listed = given.get(output.list_attribute)
        return [] if listed is None else attributes.read_dtypes(listed, MAX_OUTPUTS)
    return [_dtype(node, operation, output)] * _count(given.get(output.count_attribute))


def _dtype(node: NodeDef, operation: Operation | None, output: Output) -> str:
    if output.dtype:
        return output.dtype
    attribute = node.attributes.get(output.type_attribute)
    if attribute is not None:
        return attributes.read_dtype(attribute)
    return "" if operation is None else operation.dtypes.get(output.type_attribute, "")


def _count(attribute: memoryview | None) -> int:
    if attribute is None:
        return 1
    count = wire.signed(wire.number(wire.split(attribute), AttrField.I) or 0)
    return min(max(0, count), MAX_OUTPUTS)
