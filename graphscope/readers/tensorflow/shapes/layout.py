"""Operations that move elements without changing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graphscope.analysis.shape_rules import SizedCall, propose_shape
from graphscope.graph import Dimension
from graphscope.graph.dimensions import add, divide, multiply, subtract
from graphscope.readers.shapes.dimensions import axis_of, product, total, unify
from graphscope.readers.tensorflow.shapes.call import (
    OpCall,
    Rule,
    Shape,
    UnknownShapeError,
    first,
)


def _reshape(call: OpCall) -> Shape:
    target = call.vector(1)
    if target.count(-1) != 1 or call.shapes[0] is None:
        return tuple(None if size == -1 else size for size in target)
    rest = product(size for size in target if size != -1)
    left = divide(product(call.shape(0)), rest) if rest != 0 else None
    return tuple(left if size == -1 else size for size in target)


def _transpose(call: OpCall) -> Shape:
    shape, order = call.shape(0), call.numbers(1)
    if len(order) != len(shape):
        raise UnknownShapeError
    return tuple(shape[axis_of(axis, len(shape))] for axis in order)


def _expand(call: OpCall) -> Shape:
    shape = call.shape(0)
    axis = call.axis(1, len(shape) + 1)
    return (*shape[:axis], 1, *shape[axis:])


def _squeeze(call: OpCall) -> Shape:
    shape = call.shape(0)
    axes = call.settings.get("squeeze_dims") or call.settings.get("axis")
    if not axes:
        if None in shape:
            raise UnknownShapeError
        return tuple(size for size in shape if size != 1)
    gone = {axis_of(axis, len(shape)) for axis in axes if isinstance(axis, int)}
    return tuple(size for axis, size in enumerate(shape) if axis not in gone)


def _concat(call: OpCall) -> Shape:
    is_first = call.type == "Concat"
    axis_port = 0 if is_first else len(call.shapes) - 1
    shapes = [call.shape(port) for port in range(len(call.shapes)) if port != axis_port]
    if not shapes or len({len(shape) for shape in shapes}) != 1:
        raise UnknownShapeError
    axis = call.axis(axis_port, len(shapes[0]))
    joined = list(shapes[0])
    for shape in shapes[1:]:
        joined = [unify(a, b) for a, b in zip(joined, _but(shape, axis, joined[axis]), strict=True)]
    joined[axis] = total(shape[axis] for shape in shapes)
    return tuple(joined)


def _but(shape: Shape, axis: int, size: Dimension) -> Shape:
    return (*shape[:axis], size, *shape[axis + 1 :])


def _pack(call: OpCall) -> Shape:
    shape = next((each for each in call.shapes if each is not None), None)
    if shape is None:
        raise UnknownShapeError
    axis = axis_of(call.setting("axis"), len(shape) + 1)
    return (*shape[:axis], len(call.shapes), *shape[axis:])


def _unpack(call: OpCall) -> Sequence[Shape | None]:
    shape = call.shape(0)
    axis = axis_of(call.setting("axis"), len(shape))
    return [(*shape[:axis], *shape[axis + 1 :])] * call.count


def _split(call: OpCall) -> Sequence[Shape | None]:
    shape = call.shape(1)
    axis = call.axis(0, len(shape))
    return [_but(shape, axis, divide(shape[axis], call.count))] * call.count if call.count else []


def _split_unevenly(call: OpCall) -> Sequence[Shape | None]:
    shape, sizes = call.shape(0), call.numbers(1)
    axis = call.axis(2, len(shape))
    rest = subtract(shape[axis], sum(size for size in sizes if size >= 0))
    return [_but(shape, axis, rest if size < 0 else size) for size in sizes]


def _slice(call: OpCall) -> Shape:
    shape, sizes = call.shape(0), call.vector(2)
    if len(sizes) != len(shape):
        raise UnknownShapeError
    if -1 not in sizes:
        return sizes
    begins = call.vector(1)
    return tuple(
        subtract(extent, begin) if size == -1 else size
        for extent, begin, size in zip(shape, begins, sizes, strict=True)
    )


def _strided_slice(call: OpCall) -> Shape:
    constants = {
        port: list(content)
        for port, content in enumerate(call.contents)
        if port and isinstance(content, tuple) and all(isinstance(size, int) for size in content)
    }
    found = propose_shape(SizedCall(call.type, tuple(call.shapes), call.settings, constants))
    if found is None:
        raise UnknownShapeError
    return found


def _tile(call: OpCall) -> Shape:
    shape, times = call.shape(0), call.vector(1)
    if len(times) != len(shape):
        raise UnknownShapeError
    return tuple(multiply(size, count) for size, count in zip(shape, times, strict=True))


def _pad(call: OpCall) -> Shape:
    shape, margins = call.shape(0), call.vector(1)
    if len(margins) != 2 * len(shape):
        raise UnknownShapeError
    pairs = zip(margins[::2], margins[1::2], strict=True)
    return tuple(add(size, *pair) for size, pair in zip(shape, pairs, strict=True))


def _vector_as_shape(port: int) -> Rule:
    def rule(call: OpCall) -> Sequence[Shape | None]:
        return [call.vector(port)]

    return rule


def _gather(call: OpCall) -> Shape:
    table, indices = call.shape(0), call.shape(1)
    axis = call.axis(2, len(table)) if len(call.shapes) > 2 else 0
    batch = call.setting("batch_dims")
    return (*table[:axis], *indices[batch:], *table[axis + 1 :])


def _gather_nd(call: OpCall) -> Shape:
    table, indices = call.shape(0), call.shape(1)
    depth = indices[-1] if indices else None
    if not isinstance(depth, int) or depth > len(table):
        raise UnknownShapeError
    return (*indices[:-1], *table[depth:])


def _one_hot(call: OpCall) -> Shape:
    shape = call.shape(0)
    axis = axis_of(call.setting("axis", -1), len(shape) + 1)
    return (*shape[:axis], call.vector(1)[0], *shape[axis:])


def _shape_of(call: OpCall) -> Shape:
    return (len(call.shape(0)),)


def _shapes_of(call: OpCall) -> Sequence[Shape | None]:
    return [None if shape is None else (len(shape),) for shape in call.shapes]


def _scalar(_call: OpCall) -> Shape:
    return ()


def _range(call: OpCall) -> Shape:
    start, limit, step = (call.vector(port)[0] for port in range(3))
    if start == 0 and step == 1:
        return (limit,)
    if isinstance(start, int) and isinstance(limit, int) and isinstance(step, int) and step:
        return (max(0, -(-(limit - start) // step)),)
    raise UnknownShapeError


def _resize(call: OpCall) -> Shape:
    image = call.shape(0)
    if len(image) != 4:
        raise UnknownShapeError
    size = call.vector(1)
    return (image[0], *size, image[3])


def _where(call: OpCall) -> Shape:
    return (None, len(call.shape(0)))


def _reduce(call: OpCall) -> Shape:
    shape = call.shape(0)
    axes = {axis_of(axis, len(shape)) for axis in call.numbers(1)}
    if call.setting("keep_dims"):
        return tuple(1 if axis in axes else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(shape) if axis not in axes)


def _find_extreme(call: OpCall) -> Shape:
    return _reduce(replace(call, settings={}))


def _top(call: OpCall) -> Sequence[Shape | None]:
    shape = call.shape(0)
    return [(*shape[:-1], call.vector(1)[0])] * 2 if shape else []


RULES: dict[str, Rule] = {
    "Reshape": first(_reshape),
    **dict.fromkeys(("Transpose", "ConjugateTranspose"), first(_transpose)),
    "ExpandDims": first(_expand),
    "Squeeze": first(_squeeze),
    **dict.fromkeys(("Concat", "ConcatV2"), first(_concat)),
    "Pack": first(_pack),
    "Unpack": _unpack,
    "Split": _split,
    "SplitV": _split_unevenly,
    "Slice": first(_slice),
    "StridedSlice": first(_strided_slice),
    "Tile": first(_tile),
    **dict.fromkeys(("Pad", "PadV2", "MirrorPad"), first(_pad)),
    **dict.fromkeys(
        ("Fill", "Empty", "RandomUniform", "RandomStandardNormal"), _vector_as_shape(0)
    ),
    **dict.fromkeys(("TruncatedNormal", "StatelessRandomUniformV2"), _vector_as_shape(0)),
    **dict.fromkeys(
        ("RandomUniformInt", "StatelessRandomUniform", "StatelessRandomNormal"),
        _vector_as_shape(0),
    ),
    **dict.fromkeys(
        ("StatelessTruncatedNormal", "StatelessRandomUniformInt", "StatelessRandomUniformIntV2"),
        _vector_as_shape(0),
    ),
    **dict.fromkeys(("StatelessRandomNormalV2", "StatelessTruncatedNormalV2"), _vector_as_shape(0)),
    "BroadcastTo": _vector_as_shape(1),
    **dict.fromkeys(("GatherV2", "Gather", "ResourceGather"), first(_gather)),
    "GatherNd": first(_gather_nd),
    "OneHot": first(_one_hot),
    "Shape": first(_shape_of),
    "ShapeN": _shapes_of,
    **dict.fromkeys(("Size", "Rank", "L2Loss"), first(_scalar)),
    "Range": first(_range),
    **dict.fromkeys(("ResizeBilinear", "ResizeNearestNeighbor", "ResizeBicubic"), first(_resize)),
    **dict.fromkeys(("ResizeArea", "ScaleAndTranslate"), first(_resize)),
    "Where": first(_where),
    **dict.fromkeys(
        ("Mean", "Sum", "Max", "Min", "Prod", "All", "Any", "EuclideanNorm"), first(_reduce)
    ),
    **dict.fromkeys(("ArgMax", "ArgMin"), first(_find_extreme)),
    **dict.fromkeys(("TopKV2", "TopK"), _top),
}
