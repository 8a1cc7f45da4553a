"""Shapes and dtypes of neighbours agree, as far as an operation fixes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from graphscope.analysis.consistency.findings import Violation
from graphscope.analysis.costs.operations import elementwise
from graphscope.graph import Dimension, EdgeKind, Graph, Node, NodeKind, TensorSpec

Problem = str | None

_ARRIVING = (EdgeKind.DATA, EdgeKind.MASK)
_ANY = ""
"""The dtype of a weight, which is not known where it is read."""

_SAME_SHAPE = frozenset(
    {
        *elementwise.UNARY,
        *("Softmax", "LogSoftmax", "Identity", "StopGradient", "ZerosLike", "OnesLike", "Cast"),
        *("Relu", "Relu6", "Elu", "Selu", "Tanh", "Sigmoid", "Erf", "Exp", "Log", "Neg", "Rsqrt"),
        *("Sqrt", "Square", "Abs", "Softplus", "LeakyRelu", "BiasAdd", "LogicalNot", "Floor"),
    }
)
_OTHER_DTYPE = frozenset(
    {"Cast", "IsNan", "IsInf", "IsFinite", "Complex", "ComplexAbs", "Real", "Imag"}
)
_BROADCAST = frozenset(elementwise.BINARY) | {"AddV2", "Mul", "Sub", "RealDiv", "SquaredDifference"}
_COMPARISONS = frozenset(
    ["Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual", "LogicalAnd", "LogicalOr"]
)
_PRODUCTS = frozenset({"MatMul", "BatchMatMul", "BatchMatMulV2", "Einsum", "Conv2D", "Conv3D"})
_PRODUCTS |= {"DepthwiseConv2dNative", "MaxPool", "AvgPool", "Mean", "Sum", "Max", "Min", "Prod"}
_PRODUCTS |= {"Reshape", "Transpose", "Squeeze", "ExpandDims", "Tile", "Pad", "BroadcastTo"}
_PRODUCTS |= {"StridedSlice", "Slice", "GatherV2"}


def check_specs(graph: Graph) -> Iterator[Violation]:
    """Yield operations whose result cannot have the shape or dtype that the graph tells.

    An elementwise operation keeps shape and dtype; one on two tensors broadcasts them; products,
    reductions and movements keep the dtype. Sizes that are not known contradict nothing. The rules
    are for TensorFlow's operations, whose types say what they compute.
    """
    if graph.metadata.get("backend") != "tensorflow":
        return
    for node in graph.nodes:
        if node.attributes.get("pass_through"):
            rule: Callable[[Node, dict[int, TensorSpec]], Problem] = _pass_through
        elif node.kind is not NodeKind.OP or not node.outputs:
            continue
        elif node.type in _SAME_SHAPE:
            rule = _same_shape
        elif node.type in _BROADCAST:
            rule = _broadcast
        elif node.type in _PRODUCTS:
            rule = _same_dtype
        else:
            continue
        problem = rule(node, _find_operands(graph, node))
        if problem is not None:
            yield Violation("impossible spec", f"{node.id!r} ({node.type}) {problem}.", node.id)


def _find_operands(graph: Graph, node: Node) -> dict[int, TensorSpec]:
    """Return the specs of what arrives, by ports; weights stand where no tensor arrives."""
    nodes = graph.node_by_id
    found = {
        edge.target_port: nodes[edge.source].outputs[edge.source_port]
        for edge in graph.incoming.get(node.id, ())
        if edge.kind in _ARRIVING and nodes[edge.source].outputs
    }
    port = 0
    for id_ in node.weights:
        weight = graph.weight_by_id.get(id_)
        while port in found:
            port += 1
        if weight is not None:
            # A policy of mixed precision casts weights where they are read.
            found[port] = TensorSpec(weight.shape, _ANY)
    return found


def _pass_through(node: Node, operands: dict[int, TensorSpec]) -> Problem:
    if len(operands) != len(node.outputs):
        return None
    for taken, made in zip(operands.values(), node.outputs, strict=True):
        if not _may_be_equal(taken.shape, made.shape) or taken.dtype != made.dtype:
            return f"hands {taken} on as {made}"
    return None


def _same_shape(node: Node, operands: dict[int, TensorSpec]) -> Problem:
    made, taken = node.outputs[0], operands.get(0)
    if taken is None:
        return None
    if not _may_be_equal(taken.shape, made.shape):
        return f"takes {taken} and makes {made}, but works element by element"
    if node.type in _OTHER_DTYPE:
        return None
    return _compare_dtypes(taken, made)


def _same_dtype(node: Node, operands: dict[int, TensorSpec]) -> Problem:
    return _compare_dtypes(operands[0], node.outputs[0]) if 0 in operands else None


def _compare_dtypes(taken: TensorSpec, made: TensorSpec) -> Problem:
    if taken.dtype in (made.dtype, _ANY):
        return None
    return f"takes {taken} and makes {made}"


def _broadcast(node: Node, operands: dict[int, TensorSpec]) -> Problem:
    made = node.outputs[0]
    if node.type in _COMPARISONS:
        if made.dtype != "bool":
            return f"compares and makes {made}"
    elif node.type not in _OTHER_DTYPE and any(
        spec.dtype not in (made.dtype, _ANY) for spec in operands.values()
    ):
        return f"takes {_list(operands)} and makes {made}"
    if operands.keys() == {0, 1} and not _may_be_broadcast(operands[0], operands[1], made):
        return f"takes {_list(operands)} and makes {made}"
    return None


def _may_be_broadcast(one: TensorSpec, other: TensorSpec, made: TensorSpec) -> bool:
    if one.shape is None or other.shape is None or made.shape is None:
        return True
    rank = max(len(one.shape), len(other.shape))
    first, second = ((1,) * (rank - len(shape)) + shape for shape in (one.shape, other.shape))
    return len(made.shape) == rank and all(
        _may_broadcast(*sizes) for sizes in zip(first, second, made.shape, strict=True)
    )


def _may_broadcast(one: Dimension, other: Dimension, made: Dimension) -> bool:
    if None in (one, other, made):
        return True
    if one == 1:
        return made == other
    if other in (1, one):
        return made == one
    # A name may stand for the same number as another name.
    return made in (one, other) and not (isinstance(one, int) and isinstance(other, int))


def _may_be_equal(one: tuple[Dimension, ...] | None, other: tuple[Dimension, ...] | None) -> bool:
    if one is None or other is None:
        return True
    return len(one) == len(other) and all(
        size == partner or None in (size, partner) for size, partner in zip(one, other, strict=True)
    )


def _list(operands: dict[int, TensorSpec]) -> str:
    return " and ".join(str(operands[port]) for port in sorted(operands))
