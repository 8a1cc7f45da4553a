"""From a GraphDef to a graph: operations as nodes, name scopes as scopes."""

from __future__ import annotations

from graphscope.errors import ReadError
from graphscope.formats.wire import MalformedError
from graphscope.graph import (
    ROOT,
    EdgeKind,
    Graph,
    GraphBuilder,
    NodeKind,
    Port,
    ScopeKind,
    TensorSpec,
)
from graphscope.readers.tensorflow import attributes
from graphscope.readers.tensorflow.definitions import GraphDef, NodeDef
from graphscope.readers.text import quote, repair_text, shorten

MAX_NAME = 256
_REMEDY = "The file is damaged or no TensorFlow graph; copy or export it again."


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
            raise ReadError(f"{quote(name)} holds no operations.", _REMEDY)
        return _Assembly(definition, name).build(format_)
    except MalformedError as error:
        raise ReadError(f"{quote(name)} is damaged: {error}.", _REMEDY) from error


class _Assembly:
    def __init__(self, definition: GraphDef, name: str) -> None:
        self._definition = definition
        self._builder = GraphBuilder(shorten(repair_text(name), MAX_NAME), "GraphDef")
        self._scopes: dict[str, str] = {"": ROOT}
        self._ids: dict[str, str] = {}

    def build(self, format_: str) -> Graph:
        counts = self._count_outputs()
        for node in self._definition.nodes:
            if node.name not in self._ids:
                self._add(node, counts.get(node.name, 1))
        for node in self._definition.nodes:
            self._connect(node)
        return self._builder.build(metadata={"format": format_})

    def _count_outputs(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for node in self._definition.nodes:
            for reference in node.inputs:
                source, output = _split_reference(reference)
                counts[source] = max(counts.get(source, 1), output + 1)
        return counts

    def _add(self, node: NodeDef, outputs: int) -> None:
        path, _, _ = node.name.rpartition("/")
        shapes = (
            attributes.read_shapes(node.attributes["_output_shapes"])
            if "_output_shapes" in node.attributes
            else []
        )
        dtype = next(
            (
                attributes.read_dtype(node.attributes[key])
                for key in ("T", "dtype")
                if key in node.attributes
            ),
            "",
        )
        self._ids[node.name] = self._builder.add_node(
            shorten(repair_text(node.op), MAX_NAME),
            shorten(repair_text(node.op), MAX_NAME),
            NodeKind.INPUT if node.op == "Placeholder" else NodeKind.OP,
            scope=self._open(path),
            outputs=[
                TensorSpec(shapes[index] if index < len(shapes) else None, dtype)
                for index in range(max(outputs, len(shapes)))
            ],
        )

    def _open(self, path: str) -> str:
        missing = []
        while path not in self._scopes:
            missing.append(path)
            path = path.rpartition("/")[0]
        for inner in reversed(missing):
            name = shorten(repair_text(inner.rpartition("/")[2]), MAX_NAME)
            self._scopes[inner] = self._builder.open_scope(
                name, name, ScopeKind.OPERATION, parent=self._scopes[inner.rpartition("/")[0]]
            )
        return self._scopes[missing[0] if missing else path]

    def _connect(self, node: NodeDef) -> None:
        for port, reference in enumerate(node.inputs):
            source, output = _split_reference(reference)
            if source in self._ids:
                kind = EdgeKind.CONTROL if reference.startswith("^") else EdgeKind.DATA
                self._builder.add_edge(
                    Port(self._ids[source], output), self._ids[node.name], port, kind
                )


def _split_reference(reference: str) -> tuple[str, int]:
    name, colon, output = reference.removeprefix("^").rpartition(":")
    if not colon or not output.isdecimal():
        return reference.removeprefix("^"), 0
    return name, min(int(output[:6]), 65_535)
