"""Attributes of TensorFlow operations as JSON values, and how operations call functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from graphscope.graph.constants import MAX_CONSTANT, describe_constant
from graphscope.graph.types import NOTHING

NO_VALUES = ("type", "func", "tensor")
"""Kinds of attributes that are no attributes of a node: types are in the tensor specs already."""


class AttributeReader:
    """Reads strides, axes, equations, small constants and the like.

    Operations of a model are alike a thousand times over: those with the same attributes get the
    same mapping, which must not be changed.
    """

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}
        self._found: dict[str, Mapping[str, Any]] = {}
        self._constants: dict[bytes, Mapping[str, Any]] = {}

    def read(self, operation: Any) -> Mapping[str, Any]:
        """Return the attributes of an operation."""
        type_ = operation.type
        if type_ == "Const":
            return self._read_constant(operation)
        names = self._names.get(type_)
        if names is None:
            names = self._names[type_] = _readable_names(operation.op_def)
        if not names:
            return NOTHING
        values = operation.node_def.attr
        converted = {name: _convert(values[name]) for name in names if name in values}
        found = {name: value for name, value in converted.items() if value is not None}
        return self._found.setdefault(repr(found), found)

    def _read_constant(self, operation: Any) -> Mapping[str, Any]:
        count = operation.outputs[0].shape.num_elements()
        if count is None or count > MAX_CONSTANT:
            return NOTHING
        tensor = operation.node_def.attr["value"].tensor
        key = tensor.SerializeToString()
        if key not in self._constants:
            self._constants[key] = describe_constant(tf.make_ndarray(tensor))
        return self._constants[key]


def _readable_names(op_def: Any) -> list[str]:
    """Return the attributes of a type of operations that have values to show."""
    return sorted(
        attribute.name
        for attribute in op_def.attr
        # The token of a Python function counts those that the process has made.
        if not attribute.name.startswith("_")
        and attribute.name != "token"
        and attribute.type not in NO_VALUES
    )


def called_functions(operation: Any) -> dict[str, Any]:
    """Return the graphs that an operation runs (`body`, `cond`, `then_branch`, `f`, ...)."""
    found = {}
    for attribute in operation.op_def.attr:
        if attribute.type == "func":
            name = operation.get_attr(attribute.name).name
            found[attribute.name] = _function_graph(operation.graph, name)
        elif attribute.type == "list(func)":
            for index, function in enumerate(operation.get_attr(attribute.name)):
                graph = _function_graph(operation.graph, function.name)
                found[f"{attribute.name}_{index}"] = graph
    return {name: graph for name, graph in found.items() if graph is not None}


def _function_graph(graph: Any, name: str) -> Any:
    function = graph._get_function(name)
    return None if function is None else function.graph


def _convert(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind in ("i", "f", "b"):
        return getattr(value, kind)
    if kind == "s":
        return value.s.decode("utf-8", "replace")
    if kind == "shape":
        return [dim.size for dim in value.shape.dim]
    if kind == "list":
        numbers = [*value.list.i, *value.list.f, *value.list.b]
        return numbers or [text.decode("utf-8", "replace") for text in value.list.s]
    return None
