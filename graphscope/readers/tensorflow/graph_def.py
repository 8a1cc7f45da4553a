"""From a GraphDef to a graph: operations as nodes, calls of layers and functions as scopes."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope.errors import ReadError
from graphscope.formats.wire import MalformedError
from graphscope.graph import Graph
from graphscope.readers.tensorflow import attributes
from graphscope.readers.tensorflow.definitions import GraphDef, NodeDef
from graphscope.readers.tensorflow.document import Entry, Origin, locate_weights, read_entry
from graphscope.readers.tensorflow.unfolding.calls import BRANCH_TYPES, CALL_TYPES, LOOP_TYPES
from graphscope.readers.tensorflow.unfolding.handles import find_handles
from graphscope.readers.tensorflow.unfolding.order import find_sinks
from graphscope.readers.tensorflow.variables import is_variable
from graphscope.readers.text import quote

_RESULTS = frozenset({"_Retval", "_DeviceRetval"})
"""Operations that stand for a result, in a function that was written down as a graph."""
_ACTING = CALL_TYPES | LOOP_TYPES | BRANCH_TYPES
"""Operations that may do something though nothing takes what they return."""

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
    handles = find_handles(definition)
    returned = sorted(
        (nodes[name] for name in sinks if nodes[name].op in _RESULTS and nodes[name].inputs),
        key=_index,
    )
    results, names = [node.inputs[0] for node in returned], [node.name for node in returned]
    # Beside results, a function leaves sums that it needs no more.
    rest = [name for name in sinks if not returned or nodes[name].op in _ACTING]
    return Entry(
        results=[*results, *rest] or list(nodes),
        is_frozen=not handles and not _has_variables(nodes),
        keeps_all=not sinks,
        handles=handles,
        names=[*names, *rest],
    )


def _index(node: NodeDef) -> int:
    place = attributes.read_value(node.attributes["index"]) if "index" in node.attributes else 0
    return place if isinstance(place, int) else 0


def _has_variables(nodes: Mapping[str, NodeDef]) -> bool:
    return any(is_variable(node.op) for node in nodes.values())
