"""Every operation has its operands, and was made by some call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from graphscope.analysis.consistency.arity import JAX, TORCH
from graphscope.analysis.consistency.findings import Violation
from graphscope.analysis.costs.operations import contractions, convolutions, elementwise
from graphscope.analysis.phases import PhaseMap
from graphscope.graph import EdgeKind, Graph, Node, NodeKind

# Operands that an operation of TensorFlow always has, weights included.
_OPERANDS: dict[str, int] = {
    **dict.fromkeys(elementwise.UNARY, 1),
    **dict.fromkeys(elementwise.BINARY, 2),
    **dict.fromkeys(["Rsqrt", "Softmax", "LogSoftmax", "Identity", "Cast", "Squeeze", "Shape"], 1),
    **dict.fromkeys(["AvgPool", "MaxPool", "AvgPool3D", "MaxPool3D", "Unpack"], 1),
    **dict.fromkeys(["StopGradient", "ZerosLike", "OnesLike"], 1),
    **dict.fromkeys(["Sum", "Mean", "Max", "Min", "Prod", "All", "Any", "ArgMax", "ArgMin"], 2),
    **dict.fromkeys(["Reshape", "ExpandDims", "Transpose", "Tile", "Pad", "BroadcastTo"], 2),
    **dict.fromkeys(["Fill", "Split", "ReverseV2", "Cumsum", "SquaredDifference"], 2),
    **dict.fromkeys(["TensorListFromTensor", "TensorListReserve", "TensorListStack"], 2),
    **dict.fromkeys(contractions.MATRIX_PRODUCTS, 2),
    **dict.fromkeys(convolutions.FORWARD, 2),
    **dict.fromkeys(["SelectV2", "Select", "GatherV2", "PadV2", "Slice", "Range", "SplitV"], 3),
    **dict.fromkeys(["TensorListGetItem", "TensorListSetItem"], 3),
    **dict.fromkeys(["Conv2DBackpropInput", "Conv3DBackpropInputV2"], 3),
    "StridedSlice": 4,
    **dict.fromkeys(["StatelessRandomNormalV2", "StatelessRandomUniformV2"], 4),
    **dict.fromkeys(["StatelessTruncatedNormalV2", "StatelessRandomUniformFullIntV2"], 4),
    "StatelessRandomUniformIntV2": 6,
    "StatelessRandomGetKeyCounter": 1,
}

# Operations on as many tensors as their attribute `N` says, and operands beside those.
_LISTS = {"Pack": 0, "AddN": 0, "ConcatV2": 1}


def check_operands(graph: Graph) -> Iterator[Violation]:
    """Yield operations and pass-through calls that lack an operand, or that no call made.

    How many operands an operation takes is known for operations of backends; those of a Keras
    operation read from a file may be plain numbers.
    """
    phases = PhaseMap(graph)
    kinds = _find_kinds(graph)
    tables = {"tensorflow": _OPERANDS, "jax": JAX, "torch": TORCH}
    table = tables.get(str(graph.metadata.get("backend")))
    for node in graph.nodes:
        if node.attributes and node.kind is NodeKind.OP and node.attributes.get("unowned"):
            yield _unowned(node)
        needed = None if table is None else _count_needed(node, table)
        found = _count_found(graph, phases, node, kinds) if needed else 0
        if needed is not None and found < needed:
            yield _missing(node, needed, found)


def _count_needed(node: Node, table: Mapping[str, int]) -> int | None:
    """Return the number of operands, None where it is not known."""
    if node.attributes.get("pass_through") or node.type == "IdentityN":
        return len(node.outputs)
    if node.kind is not NodeKind.OP:
        return None
    if node.type in _LISTS:
        length = node.attributes.get("N")
        return length + _LISTS[node.type] if isinstance(length, int) else None
    if node.type == "Einsum":
        return str(node.attributes.get("equation", "")).count(",") + 1
    return table.get(node.type)


def _find_kinds(graph: Graph) -> Set[EdgeKind]:
    """Return the kinds of edges by which operands come."""
    kinds = {EdgeKind.DATA, EdgeKind.MASK}
    if graph.metadata.get("step") and graph.metadata.get("backend") == "jax":
        # JAX moves work out of loops and branches that it differentiates: such operands come as
        # states. What a loop hands to its next trip cannot be told from them.
        kinds.add(EdgeKind.STATE)
    return kinds


def _count_found(graph: Graph, phases: PhaseMap, node: Node, kinds: Set[EdgeKind]) -> int:
    # What a loop hands to its next trip arrives at a port that must have a tensor from before.
    ports = {
        edge.target_port
        for edge in graph.incoming.get(node.id, ())
        if edge.kind in kinds
        or phases.is_between(edge)
        # A variable that was assigned before is read where it was assigned.
        or "assigns" in graph.node_by_id[edge.source].attributes
    }
    return len(node.weights) + len(ports)


def _unowned(node: Node) -> Violation:
    return Violation(
        "unowned operation", f"The operation {node.id!r} was made by no call.", node.id
    )


def _missing(node: Node, needed: int, found: int) -> Violation:
    return Violation(
        "missing operand",
        f"{node.id!r} ({node.type}) takes {needed} operands but has {found}.",
        node.id,
    )
