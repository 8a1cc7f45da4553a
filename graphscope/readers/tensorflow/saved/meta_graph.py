"""One graph of a SavedModel with its entry points and objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.formats import wire
from graphscope.formats.wire import MalformedError
from graphscope.readers.tensorflow import attributes
from graphscope.readers.tensorflow.definitions import GraphDef, NodeDef
from graphscope.readers.tensorflow.effects.loading import Loading
from graphscope.readers.tensorflow.saved.assets import find_assets
from graphscope.readers.tensorflow.saved.objects import SavedObjects, SavedVariable, read_objects
from graphscope.readers.tensorflow.saved.signatures import (
    Signature,
    initializers,
    read_signatures,
)
from graphscope.readers.tensorflow.schema import (
    CollectionField,
    MetaGraphField,
    MetaInfoField,
    OpListField,
    VariableDefField,
)
from graphscope.readers.tensorflow.unfolding.calls import CALL_TYPES
from graphscope.readers.tensorflow.unfolding.references import is_control, referred_node

_TRAINED = "trainable_variables"


@dataclass(frozen=True, slots=True)
class MetaGraph:
    """What a SavedModel holds for one purpose, such as serving.

    Attributes:
        tags: what it is for.
        version: the TensorFlow that wrote it; empty where the file does not say.
        graph: its graph.
        described: OpDefs of the operations it uses.
        signatures: its entry points, the one that is meant first.
        objects: the tree of objects it was made of.
        loading: what runs when it is loaded.
        trained: names of the variables that training changes; None where it lists none.
    """

    tags: tuple[str, ...]
    version: str
    graph: GraphDef
    described: list[memoryview]
    signatures: list[Signature]
    objects: SavedObjects
    loading: Loading
    trained: frozenset[str] | None = None

    def variables_by_handle(self) -> dict[str, SavedVariable]:
        """Return the variables by the operations that stand for them in the graph.

        TensorFlow numbers the operations of variables that have the same name, so the captures of
        functions tell which is which.
        """
        found: dict[str, SavedVariable] = {}
        for node in self.graph.nodes:
            for handle, number in self._captures(node):
                variable = self.objects.variables.get(number)
                if variable is not None:
                    found.setdefault(handle, variable)
        return found

    def _captures(self, node: NodeDef) -> Iterator[tuple[str, int]]:
        if node.op not in CALL_TYPES or "f" not in node.attributes:
            return iter(())
        captured = self.objects.captures.get(attributes.read_function(node.attributes["f"]), [])
        inputs = [name for name in node.inputs if not is_control(name)]
        first = len(inputs) - len(captured)
        return zip(inputs[max(0, first) :], captured, strict=False)


def read_meta_graph(data: memoryview) -> MetaGraph:
    """Return a serialized MetaGraphDef.

    Raises:
        MalformedError: when it is damaged or holds no graph.
    """
    fields = wire.split(data)
    graph = wire.message(fields, MetaGraphField.GRAPH)
    if graph is None:
        raise MalformedError("it holds no graph")
    info = _info(fields)
    signatures = read_signatures(fields)
    operations = wire.message(info, MetaInfoField.OP_LIST)
    definition, objects = GraphDef(graph), read_objects(fields)
    return MetaGraph(
        read_tags(fields),
        wire.text(info, MetaInfoField.TENSORFLOW_VERSION)[:64],
        definition,
        [] if operations is None else wire.messages(wire.split(operations), OpListField.OP),
        signatures,
        objects,
        Loading(
            initializers(fields, signatures),
            objects.restoring,
            find_assets(definition, objects, fields),
        ),
        _read_trained(fields),
    )


def _read_trained(meta_graph: wire.Fields) -> frozenset[str] | None:
    """Return the variables that a graph of TensorFlow 1 lists as trainable; None without a list."""
    collections = dict(wire.entries(meta_graph, MetaGraphField.COLLECTION))
    listed = collections.get(_TRAINED)
    values = None if listed is None else wire.message(wire.split(listed), CollectionField.BYTES)
    if values is None:
        return None
    names = (
        wire.text(wire.split(each), VariableDefField.NAME)
        for each in wire.messages(wire.split(values), CollectionField.VALUE)
    )
    return frozenset(map(referred_node, names))


def read_tags(meta_graph: wire.Fields) -> tuple[str, ...]:
    """Return what a meta graph is for."""
    return tuple(map(wire.decode, wire.messages(_info(meta_graph), MetaInfoField.TAGS)))


def _info(fields: wire.Fields) -> wire.Fields:
    info = wire.message(fields, MetaGraphField.INFO)
    return {} if info is None else wire.split(info)
