"""The graph as a JSON document and back, versioned.

The document is meant to be read by people and other programs: objects with the names of the
types, empty fields left out. Tensor specs are `["float32", ["B", 28, 28, 1]]`, tensors
`["node id", port]`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar

import orjson

from graphscope.errors import GraphError
from graphscope.formats.plain_json import load_plain
from graphscope.graph.collecting import pause_collecting
from graphscope.graph.graph import Graph
from graphscope.graph.types import (
    NOTHING,
    DeclaredEdge,
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

FORMAT = "graphscope-graph"
VERSION = 1

_NODE_KINDS = {kind.value: kind for kind in NodeKind}
_EDGE_KINDS = {kind.value: kind for kind in EdgeKind}

Row = dict[str, Any]
T = TypeVar("T")


def to_json(graph: Graph, *, indent: int | None = None) -> str:
    """Return the graph as JSON text; the same graph gives the same bytes."""
    with pause_collecting():
        document = _describe(graph)
        if indent is None:
            try:
                return orjson.dumps(document).decode()
            except TypeError:
                pass  # Whole numbers beyond 64 bits and broken text are for the standard library.
        return json.dumps(document, indent=indent, ensure_ascii=False, allow_nan=False)


def from_json(text: str) -> Graph:
    """Return the graph that `to_json` wrote.

    Raises:
        GraphError: when the text is no such document, or is of a newer version.
    """
    try:
        with pause_collecting():
            document = _parse(text)
    except (ValueError, RecursionError) as error:
        raise GraphError("The graph document is not JSON.", "Export it anew.") from error
    return from_document(document)


def from_document(document: Any) -> Graph:
    """Return the graph of a document that was parsed.

    Raises:
        GraphError: when it is no such document, or is of a newer version.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise GraphError(
            "The document is not a graphscope graph.", "Write one with `graphscope export`."
        )
    if document.get("version") != VERSION:
        raise GraphError(
            f"The graph document has version {document.get('version')!r}, this graphscope reads "
            f"version {VERSION}.",
            "Update graphscope, or export the graph anew.",
        )
    try:
        with pause_collecting():
            return _read_document(document)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise GraphError(
            f"The graph document is damaged ({error!r}).", "Export it anew."
        ) from error


def _parse(text: str) -> Any:
    with suppress(ValueError):  # The standard library takes more, and says what is wrong.
        return load_plain(text.encode("utf-8", "surrogatepass"))
    return json.loads(text)


def _describe(graph: Graph) -> Row:
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": graph.name,
        "metadata": dict(graph.metadata),
        "outputs": [list(port) for port in graph.outputs],
        "scopes": [_scope_row(scope) for scope in graph.scopes],
        "nodes": [_node_row(node) for node in graph.nodes],
        "edges": [_edge_row(edge) for edge in graph.edges],
        "layers": [_layer_row(layer) for layer in graph.layers],
        "weights": [_weight_row(weight) for weight in graph.weights],
        "declared": [[edge.source, edge.target] for edge in graph.declared],
        "notes": [_note_row(note) for note in graph.notes],
    }


def _read_document(document: Row) -> Graph:
    specs: dict[Any, TensorSpec] = {}
    return Graph(
        name=document["name"],
        nodes=_read_all(document["nodes"], lambda row: _read_node(row, specs)),
        edges=_read_all(document["edges"], _read_edge),
        scopes=_read_all(document["scopes"], _read_scope),
        layers=_read_all(document["layers"], _read_layer),
        weights=_read_all(document["weights"], _read_weight),
        outputs=_read_ports(document["outputs"]),
        declared=_read_all(document["declared"], lambda row: DeclaredEdge(*row)),
        notes=_read_all(document["notes"], lambda row: Note(**row)),
        metadata=document["metadata"],
    )


def _read_all(rows: Iterable[Any], read: Callable[[Any], T]) -> tuple[T, ...]:
    return tuple(read(row) for row in rows)


def _drop_empty(row: Row) -> Row:
    return {key: value for key, value in row.items() if value not in (None, [], {}, "")}


def _node_row(node: Node) -> Row:
    row: Row = {"id": node.id, "name": node.name, "type": node.type, "kind": node.kind}
    if node.scope:
        row["scope"] = node.scope
    if node.outputs:
        row["outputs"] = [_spec_row(spec) for spec in node.outputs]
    if node.layer:
        row["layer"] = node.layer
    if node.weights:
        row["weights"] = node.weights
    if node.attributes:
        row["attributes"] = dict(node.attributes)
    if node.source is not None:
        row["source"] = _source_row(node.source)
    return row


def _read_node(row: Row, specs: dict[Any, TensorSpec]) -> Node:
    get = row.get
    return Node(
        row["id"],
        row["name"],
        row["type"],
        _NODE_KINDS[row["kind"]],
        row["scope"],
        tuple([_read_spec(spec, specs) for spec in get("outputs", ())]),
        get("layer"),
        tuple(get("weights", ())),
        get("attributes", NOTHING),
        _read_source(get("source")),
    )


def _scope_row(scope: Scope) -> Row:
    return {
        "id": scope.id,
        "name": scope.name,
        "type": scope.type,
        "kind": scope.kind,
        "parent": scope.parent,
    } | _drop_empty(
        {
            "layer": scope.layer,
            "inputs": [list(port) for port in scope.inputs],
            "outputs": [list(port) for port in scope.outputs],
            "attributes": dict(scope.attributes),
            "source": _source_row(scope.source),
        }
    )


def _read_scope(row: Row) -> Scope:
    return Scope(
        id=row["id"],
        name=row["name"],
        type=row["type"],
        kind=ScopeKind(row["kind"]),
        parent=row["parent"],
        layer=row.get("layer"),
        inputs=_read_ports(row.get("inputs", ())),
        outputs=_read_ports(row.get("outputs", ())),
        attributes=row.get("attributes", NOTHING),
        source=_read_source(row.get("source")),
    )


def _edge_row(edge: Edge) -> list[Any]:
    row = [edge.source, edge.source_port, edge.target, edge.target_port]
    return row if edge.kind is EdgeKind.DATA else [*row, edge.kind]


def _read_edge(row: list[Any]) -> Edge:
    return Edge(row[0], row[1], row[2], row[3], _EDGE_KINDS[row[4]] if row[4:] else EdgeKind.DATA)


def _layer_row(layer: Layer) -> Row:
    row: Row = {
        "id": layer.id,
        "name": layer.name,
        "class_name": layer.class_name,
        "trainable": layer.trainable,
    }
    if layer.module:
        row["module"] = layer.module
    if layer.weights:
        row["weights"] = layer.weights
    if layer.config:
        row["config"] = dict(layer.config)
    if layer.parent:
        row["parent"] = layer.parent
    if layer.has_unknown_weights:
        row["has_unknown_weights"] = True
    return row


def _read_layer(row: Row) -> Layer:
    return Layer(**{**row, "weights": tuple(row.get("weights", ()))})


def _weight_row(weight: Weight) -> Row:
    return {
        "id": weight.id,
        "name": weight.name,
        "layer": weight.layer,
        "shape": weight.shape,
        "dtype": weight.dtype,
        "trainable": weight.trainable,
    }


def _read_weight(row: Row) -> Weight:
    return Weight(**{**row, "shape": tuple(row["shape"])})


def _note_row(note: Note) -> Row:
    row = {"code": note.code, "message": note.message}
    return row if note.subject is None else row | {"subject": note.subject}


def _spec_row(spec: TensorSpec) -> list[Any]:
    return [spec.dtype, spec.shape]


def _read_spec(row: list[Any], known: dict[Any, TensorSpec]) -> TensorSpec:
    # Large graphs repeat a few specs many times; one object for each keeps memory small.
    dtype, shape = row
    key = (dtype, None if shape is None else tuple(shape))
    found = known.get(key)
    if found is None:
        found = known[key] = TensorSpec(key[1], dtype)
    return found


def _source_row(source: SourceLine | None) -> list[Any] | None:
    return None if source is None else [source.file, source.line, source.function]


def _read_source(row: list[Any] | None) -> SourceLine | None:
    return None if row is None else SourceLine(*row)


def _read_ports(rows: Iterable[Any]) -> tuple[Port, ...]:
    return tuple(Port(node, output) for node, output in rows)
