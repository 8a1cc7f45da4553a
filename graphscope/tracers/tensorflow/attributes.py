"""Attributes of TensorFlow operations as JSON values, and how operations call functions."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from graphscope.tracers.constants import MAX_CONSTANT, describe_constant


def read_attributes(node_def: Any) -> dict[str, Any]:
    """Return strides, axes, equations and the like; types are in the tensor specs already."""
    found = {}
    for name in sorted(node_def.attr):
        value = node_def.attr[name]
        kind = value.WhichOneof("value")
        # The token of a Python function counts those that the process has made.
        if name.startswith("_") or name == "token" or kind in ("type", "func", "tensor", None):
            continue
        converted = _convert(kind, value)
        if converted is not None:
            found[name] = converted
    return found


def read_constant(operation: Any) -> dict[str, Any]:
    """Return the value of a constant if it is small."""
    output = operation.outputs[0]
    count = output.shape.num_elements()
    if count is None or count > MAX_CONSTANT:
        return {}
    value = tf.get_static_value(output)
    return {} if value is None else describe_constant(value)


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


def _convert(kind: str, value: Any) -> Any:
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
