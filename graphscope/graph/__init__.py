"""The graph document: types, builder and JSON form. Standard library, numpy and orjson only."""

from graphscope.graph.builder import GraphBuilder, escape_name
from graphscope.graph.codec import from_document, from_json, to_json
from graphscope.graph.graph import Graph, ViewName
from graphscope.graph.types import (
    BATCH,
    NOTHING,
    ROOT,
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
    format_shape,
)

__all__ = [
    "BATCH",
    "NOTHING",
    "ROOT",
    "DeclaredEdge",
    "Dimension",
    "Edge",
    "EdgeKind",
    "Graph",
    "GraphBuilder",
    "Layer",
    "Node",
    "NodeKind",
    "Note",
    "Port",
    "Scope",
    "ScopeKind",
    "SourceLine",
    "TensorSpec",
    "ViewName",
    "Weight",
    "escape_name",
    "format_shape",
    "from_document",
    "from_json",
    "to_json",
]
