"""From a GraphDef to a graph: operations as nodes, calls of layers and functions as scopes."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope.errors import ReadError
from graphscope.formats.wire import MalformedError
from graphscope.graph import Graph
from graphscope.readers.tensorflow.definitions import GraphDef, NodeDef
from graphscope.readers.tensorflow.document import Entry, Origin, locate_weights, read_entry
from graphscope.readers.tensorflow.unfolding.order import find_sinks
from graphscope.readers.tensorflow.variables import is_variable
from graphscope.readers.text import quote

REMEDY = "The file is damaged or no TensorFlow graph; copy or export it again."


def read_graph_def(data: memoryview, *, name: str, format_: str = "tensorflow graph") -> Graph:
    """Return a serialized GraphDef as a graph.

    Args:
        data: the message, which may be a window on a larger file.
        name: what the graph is called, also in messages.
        format_: what the metadata of the graph say of its origin.

    Raises:
        ReadError: when it is damaged, holds no operation, or is beyond the limits.
    """
    try:
        definition = GraphDef(data)
        if not definition.nodes:
            raise ReadError(f"{quote(name)} holds no operations.", REMEDY)
        return read_entry(definition, _find_entry(definition), Origin(name, {"format": format_}))
    except MalformedError as error:
        raise ReadError(f"{quote(name)} is damaged: {error}.", REMEDY) from error


def locate_constants(data: memoryview, *, name: str) -> dict[str, memoryview]:
    """Return the constants that stand for weights, by the ids that `read_graph_def` gives them.

    Args:
        data: the serialized GraphDef.
        name: what the graph is called.

    Returns:
        Their attributes `value`, as windows on the data.

    Raises:
        ReadError: when the graph is damaged.
    """
    try:
        definition = GraphDef(data)
        found = locate_weights(definition, _find_entry(definition), Origin(name, {}))
        nodes = {weight: variable.definition for weight, variable in found.items()}
        return {
            weight: node.attributes["value"]
            for weight, node in nodes.items()
            if node is not None and "value" in node.attributes
        }
    except MalformedError as error:
        raise ReadError(f"{quote(name)} is damaged: {error}.", REMEDY) from error


def _find_entry(definition: GraphDef) -> Entry:
    nodes = definition.by_name
    sinks = find_sinks(nodes)
    return Entry(
        results=sinks or list(nodes),
        is_frozen=not _has_variables(nodes),
        keeps_all=not sinks,
    )


def _has_variables(nodes: Mapping[str, NodeDef]) -> bool:
    return any(is_variable(node.op) for node in nodes.values())
