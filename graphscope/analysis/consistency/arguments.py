"""The converse: what a call was given must be used, and an operation must have its operands."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.analysis.consistency.findings import UnusedArgument, Violation
from graphscope.analysis.costs.operations import contractions, convolutions, elementwise
from graphscope.graph import EdgeKind, Graph, Node, NodeKind, ScopeKind

# Operands that an operation of TensorFlow always has, weights included.
_OPERANDS: dict[str, int] = {
    **dict.fromkeys(elementwise.UNARY, 1),
    **dict.fromkeys(elementwise.BINARY, 2),
    **dict.fromkeys(["Rsqrt", "Softmax", "LogSoftmax", "Identity", "Cast", "Squeeze", "Shape"], 1),
    **dict.fromkeys(["AvgPool", "MaxPool", "AvgPool3D", "MaxPool3D", "StopGradient"], 1),
    **dict.fromkeys(["Sum", "Mean", "Max", "Min", "Prod", "All", "Any", "ArgMax", "ArgMin"], 2),
    **dict.fromkeys(["Reshape", "ExpandDims", "Transpose", "Tile", "Pad", "BroadcastTo"], 2),
    **dict.fromkeys(contractions.MATRIX_PRODUCTS, 2),
    **dict.fromkeys(convolutions.FORWARD, 2),
    **dict.fromkeys(["SelectV2", "Select", "GatherV2", "PadV2", "Slice"], 3),
    **dict.fromkeys(["Conv2DBackpropInput", "Conv3DBackpropInputV2"], 3),
    "SquaredDifference": 2,
    "StridedSlice": 4,
}


def find_unused_arguments(graph: Graph) -> Iterator[UnusedArgument]:
    """Yield the tensors that a call took, that nothing inside consumes and that it does not return.

    A layer may ignore an argument (or read only its shape), so this is no violation.
    """
    taken = {scope.id: set(scope.inputs) - set(scope.outputs) for scope in graph.scopes}
    around: dict[str, tuple[str, ...]] = {}
    for edge in graph.edges:
        scope = graph.node_by_id[edge.target].scope
        if scope not in around:
            around[scope] = tuple(each for each in graph.ancestors(scope) if taken[each])
        for each in around[scope]:
            taken[each].discard(edge.tensor)
    for call in graph.scopes:
        if call.kind is not ScopeKind.SUBGRAPH:
            left = (tensor for tensor in dict.fromkeys(call.inputs) if tensor in taken[call.id])
            yield from (UnusedArgument(call.id, tensor.node, tensor.output) for tensor in left)


def check_operands(graph: Graph) -> Iterator[Violation]:
    """Yield operations that lack an operand, or that lie in no call.

    How many operands an operation takes is known for TensorFlow's operations; those of a Keras
    operation read from a file may be plain numbers.
    """
    is_complete = graph.metadata.get("backend") == "tensorflow"
    for node in graph.nodes:
        if node.kind is not NodeKind.OP:
            continue
        if node.attributes.get("unowned"):
            yield Violation(
                "unowned operation", f"The operation {node.id!r} was made by no call.", node.id
            )
        if is_complete and node.type in _OPERANDS:
            yield from _check_operands_of(graph, node)


def _check_operands_of(graph: Graph, node: Node) -> Iterator[Violation]:
    edges = graph.incoming.get(node.id, ())
    ports = {edge.target_port for edge in edges if edge.kind is not EdgeKind.CONTROL}
    found = len(node.weights) + len(ports)
    needed = _OPERANDS[node.type]
    if found < needed:
        yield Violation(
            "missing operand",
            f"The operation {node.id!r} ({node.type}) takes {needed} operands but has {found}.",
            node.id,
        )
