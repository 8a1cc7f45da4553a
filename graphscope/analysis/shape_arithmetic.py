"""Operations that only compute sizes: the machinery around a reshape, not the model.

With an open batch a backend computes shapes at run time: Shape, StridedSlice, Prod and Pack stand
around every Reshape. They belong to the computation graph, and a picture is better without them.
"""

from __future__ import annotations

from graphscope.graph import Edge, Graph, Node, NodeKind, ScopeKind

SHAPE_SOURCES = frozenset({"Shape", "ShapeN", "Size", "Rank"})
"""Operations that read a size and not the values of their input."""

_WHOLE = ("int32", "int64")

SIZE_ARGUMENTS = {
    "BroadcastTo": {1},
    "EmptyTensorList": {0, 1},
    "ExpandDims": {1},
    "Fill": {0},
    "GatherV2": {2},
    "Pad": {1},
    "PadV2": {1},
    "Range": {0, 1, 2},
    "Reshape": {1},
    "ResizeBilinear": {1},
    "ResizeNearestNeighbor": {1},
    "Slice": {1, 2},
    "StatelessRandomNormalV2": {0},
    "StatelessRandomUniformV2": {0},
    "StridedSlice": {1, 2, 3},
    "TensorListFromTensor": {1},
    "TensorListReserve": {0, 1},
    "Tile": {1},
    "Transpose": {1},
}
"""Input ports that take a size, an axis or an index, by operation type (TensorFlow's op
definitions)."""


def find_shape_arithmetic(graph: Graph) -> frozenset[str]:
    """Return the nodes whose results are sizes and go nowhere but into other sizes.

    A node that a layer call returns is never among them.
    """
    candidates = _derived_from_shapes(graph)
    returned = {
        tensor.node
        for scope in graph.scopes
        if scope.kind is not ScopeKind.SUBGRAPH
        for tensor in scope.outputs
    } | {tensor.node for tensor in graph.outputs}
    hidden: set[str] = set()
    # Consumers come after producers in program order, so one pass from the end settles each node;
    # an edge that goes back around a loop meets a node that is not settled and keeps it visible.
    for node in reversed(graph.nodes):
        if node.id in candidates and node.id not in returned:
            edges = graph.outgoing.get(node.id, [])
            if edges and all(_takes_size(graph, edge, hidden) for edge in edges):
                hidden.add(node.id)
    return frozenset(hidden)


def _derived_from_shapes(graph: Graph) -> set[str]:
    derived: set[str] = set()
    operation, constant = NodeKind.OP, NodeKind.CONSTANT
    for node in graph.nodes:
        if node.kind is not operation or not _is_small_integer(node):
            continue
        sources = [graph.node_by_id[edge.source] for edge in graph.incoming.get(node.id, [])]
        known = [source.id in derived or source.kind is constant for source in sources]
        if node.type in SHAPE_SOURCES or (
            all(known) and any(source.id in derived for source in sources)
        ):
            derived.add(node.id)
    return derived


def _is_small_integer(node: Node) -> bool:
    for spec in node.outputs:
        if spec.dtype not in _WHOLE or spec.shape is None or len(spec.shape) > 1:
            return False
    return bool(node.outputs)


def _takes_size(graph: Graph, edge: Edge, hidden: set[str]) -> bool:
    if edge.target in hidden:
        return True
    target = graph.node_by_id[edge.target]
    return edge.target_port in SIZE_ARGUMENTS.get(target.type, ())
