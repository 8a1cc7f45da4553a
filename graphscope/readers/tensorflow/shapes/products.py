"""Matrix products, Einstein sums, convolutions and other windows."""

from __future__ import annotations

from collections.abc import Sequence

from graphscope.analysis.shape_rules import SizedCall, propose_shape
from graphscope.graph import Dimension
from graphscope.readers.shapes.dimensions import broadcast, unify
from graphscope.readers.tensorflow.shapes.call import (
    OpCall,
    Rule,
    Shape,
    UnknownShapeError,
    first,
)


def _matmul(call: OpCall) -> Shape:
    left, right = call.shape(0), call.shape(1)
    if len(left) < 2 or len(right) < 2:
        raise UnknownShapeError
    if call.setting("transpose_a") or call.setting("adj_x"):
        left = (*left[:-2], left[-1], left[-2])
    if call.setting("transpose_b") or call.setting("adj_y"):
        right = (*right[:-2], right[-1], right[-2])
    unify(left[-1], right[-2])
    return (*broadcast(left[:-2], right[:-2]), left[-2], right[-1])


def _einsum(call: OpCall) -> Shape:
    equation = call.settings.get("equation")
    if not isinstance(equation, str) or equation.count("->") != 1:
        raise UnknownShapeError
    terms, _, result = equation.replace(" ", "").partition("->")
    sizes: dict[str, Dimension] = {}
    around: Shape = ()
    for port, term in enumerate(terms.split(",")):
        around = broadcast(around, _learn(term, call.shape(port), sizes))
    found: list[Dimension] = []
    for label in result.replace("...", "."):
        found += around if label == "." else [sizes[label] if label in sizes else _fail()]
    return tuple(found)


def _learn(term: str, shape: Shape, sizes: dict[str, Dimension]) -> Shape:
    """Take the sizes of a term's labels; return those that its ellipsis stands for."""
    before, dots, after = term.partition("...")
    named = len(before) + len(after)
    if len(shape) < named or (not dots and len(shape) != named):
        raise UnknownShapeError
    end = len(shape) - len(after)
    labelled = (*shape[: len(before)], *shape[end:])
    for label, size in zip(before + after, labelled, strict=True):
        sizes[label] = unify(sizes.get(label), size)
    return shape[len(before) : end]


def _fail() -> Dimension:
    raise UnknownShapeError


def _window(call: OpCall) -> Sequence[Shape | None]:
    constants = {
        port: list(content)
        for port, content in enumerate(call.contents)
        if isinstance(content, tuple) and all(isinstance(size, int) for size in content)
    }
    sized = SizedCall(call.type, tuple(call.shapes), call.settings, constants)
    return [propose_shape(sized)] * call.count


def _transposed_convolution(call: OpCall) -> Shape:
    return call.vector(0)


def _fused(call: OpCall) -> Sequence[Shape | None]:
    return [_matmul(call)]


RULES: dict[str, Rule] = {
    **dict.fromkeys(
        ("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "SparseMatMul"), first(_matmul)
    ),
    "_FusedMatMul": _fused,
    "Einsum": first(_einsum),
    **dict.fromkeys(
        (
            "AvgPool",
            "AvgPool3D",
            "Conv2D",
            "Conv3D",
            "DepthToSpace",
            "DepthwiseConv2dNative",
            "ExtractImagePatches",
            "MaxPool",
            "MaxPool3D",
            "MaxPoolWithArgmax",
            "SpaceToDepth",
        ),
        _window,
    ),
    **dict.fromkeys(
        ("Conv2DBackpropInput", "Conv3DBackpropInputV2"), first(_transposed_convolution)
    ),
}
