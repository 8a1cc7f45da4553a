"""Operations that pick, count or place rows and boxes, and blocks of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphscope.graph import Dimension
from graphscope.graph.dimensions import add, divide, floor_divide, multiply, subtract
from graphscope.readers.shapes.dimensions import product
from graphscope.readers.tensorflow.shapes.call import (
    OpCall,
    Rule,
    Shape,
    UnknownShapeError,
    first,
)

_TABLES = frozenset({"HashTable", "HashTableV2", "MutableHashTable", "MutableHashTableV2"})
"""Tables that hold one value for each key."""


def _find_in_table(call: OpCall) -> Shape:
    keys = call.shape(1)
    stated = call.stated[0] if call.stated else None
    is_plain = (call.makers[0] if call.makers else "") in _TABLES
    if not is_plain and (stated is None or len(stated) != len(keys)):
        raise UnknownShapeError
    return keys


def _segments(call: OpCall) -> Shape:
    return (None, *call.shape(0)[1:])


def _counted_segments(call: OpCall) -> Shape:
    data, ids = call.shape(0), call.shape(1)
    return (call.number_or_name(2), *data[len(ids) :])


def _partition(call: OpCall) -> Sequence[Shape | None]:
    data, ids = call.shape(0), call.shape(1)
    return [(None, *data[len(ids) :])] * call.count


def _scatter(call: OpCall) -> Shape:
    return call.vector(2)


def _bincount(call: OpCall) -> Shape:
    shape = call.shape(0)
    return (*shape[:-1], call.number_or_name(1))


def _crop_and_resize(call: OpCall) -> Shape:
    image, boxes, size = call.shape(0), call.shape(1), call.vector(3)
    if len(image) != 4 or len(size) != 2 or not boxes:
        raise UnknownShapeError
    return (boxes[0], *size, image[3])


def _suppress(_call: OpCall) -> Sequence[Shape | None]:
    return [(None,)]


def _suppress_padded(call: OpCall) -> Sequence[Shape | None]:
    is_padded = call.setting("pad_to_max_output_size")
    return [(call.number_or_name(2) if is_padded else None,), ()]


def _suppress_scored(call: OpCall) -> Sequence[Shape | None]:
    count = _suppress_padded(call)[0]
    return [count, count, ()]


def _to_batch(call: OpCall) -> Shape:
    shape, block, margins = call.shape(0), call.numbers(1), call.numbers(2)
    if len(margins) != 2 * len(block) or len(shape) <= len(block):
        raise UnknownShapeError
    inner = [
        divide(add(size, *margins[2 * axis : 2 * axis + 2]), block[axis])
        for axis, size in enumerate(shape[1 : 1 + len(block)])
    ]
    return (multiply(shape[0], *block), *inner, *shape[1 + len(block) :])


def _from_batch(call: OpCall) -> Shape:
    shape, block, crops = call.shape(0), call.numbers(1), call.numbers(2)
    if len(crops) != 2 * len(block) or len(shape) <= len(block):
        raise UnknownShapeError
    inner = [
        subtract(multiply(size, block[axis]), sum(crops[2 * axis : 2 * axis + 2]))
        for axis, size in enumerate(shape[1 : 1 + len(block)])
    ]
    blocks = product(block)
    return (divide(shape[0], blocks), *inner, *shape[1 + len(block) :])


def _real_transform(call: OpCall) -> Shape:
    shape, lengths = call.shape(0), call.vector(1)
    halved = lengths[-1] if call.type.startswith("I") else add(floor_divide(lengths[-1], 2), 1)
    return (*shape[: len(shape) - len(lengths)], *lengths[:-1], halved)


def _reinterpret(call: OpCall) -> Shape:
    """The same bytes as numbers of another size: the last axis comes, goes or stays."""
    shape = call.shape(0)
    before, after = call.width_taken(0), call.width_made(0)
    if before == after:
        return shape
    if before > after:
        return (*shape, before // after)
    return shape[:-1]


def _cross_entropy(call: OpCall) -> Sequence[Shape | None]:
    shape = call.shape(0)
    return [shape[:1], shape]


def _parse_example(call: OpCall) -> Sequence[Shape | None]:
    batch, dense = call.shape(0), call.settings.get("dense_shapes")
    count = call.setting("num_sparse")
    if not isinstance(dense, list) or count > call.count:
        raise UnknownShapeError
    sparse = [(None, len(batch) + 1), (None,), (len(batch) + 1,)]
    shapes: list[Shape | None] = [shape for shape in sparse for _ in range(count)]
    return shapes + [_row(batch, sizes) for sizes in dense]


def _row(batch: Shape, sizes: Any) -> Shape | None:
    known = isinstance(sizes, list) and all(isinstance(size, int) for size in sizes)
    return (*batch, *(None if size < 0 else size for size in sizes)) if known else None


def _unique(call: OpCall) -> Sequence[Shape | None]:
    return [(None,), call.shape(0), (None,)][: call.count]


def _fixed(*shapes: Shape) -> Rule:
    return lambda _call: shapes


def _content(port: int) -> Rule:
    def rule(call: OpCall) -> Sequence[Shape | None]:
        return [call.vector(port)]

    return rule


def _bias_gradient(call: OpCall) -> Shape:
    shape = call.shape(0)
    is_first = call.settings.get("data_format") == "NCHW"
    channels: Dimension = shape[1] if is_first else shape[-1]
    return (channels,)


def _normalization_gradient(call: OpCall) -> Sequence[Shape | None]:
    return [call.shape(1), call.shape(2), call.shape(2), None, None]


RULES: dict[str, Rule] = {
    **dict.fromkeys(("LookupTableFind", "LookupTableFindV2"), first(_find_in_table)),
    **dict.fromkeys(
        ("SegmentSum", "SegmentMean", "SegmentMax", "SegmentMin", "SegmentProd"), first(_segments)
    ),
    **dict.fromkeys(
        ("UnsortedSegmentSum", "UnsortedSegmentMax", "UnsortedSegmentMin", "UnsortedSegmentProd"),
        first(_counted_segments),
    ),
    "DynamicPartition": _partition,
    "ScatterNd": first(_scatter),
    "DenseBincount": first(_bincount),
    "CropAndResize": first(_crop_and_resize),
    **dict.fromkeys(("NonMaxSuppression", "NonMaxSuppressionV2", "NonMaxSuppressionV3"), _suppress),
    "NonMaxSuppressionV4": _suppress_padded,
    "NonMaxSuppressionV5": _suppress_scored,
    "SpaceToBatchND": first(_to_batch),
    "BatchToSpaceND": first(_from_batch),
    **dict.fromkeys(
        ("RFFT", "IRFFT", "RFFT2D", "IRFFT2D", "RFFT3D", "IRFFT3D"), first(_real_transform)
    ),
    "Bitcast": first(_reinterpret),
    **dict.fromkeys(("Unique", "UniqueWithCounts"), _unique),
    "ParseExampleV2": _parse_example,
    "StringSplitV2": _fixed((None, 2), (None,), (2,)),
    "StatelessRandomGetKeyCounter": _fixed((1,), (2,)),
    "TensorArrayV3": _fixed((2,), ()),
    **dict.fromkeys(
        ("LookupTableSizeV2", "StatelessRandomGetAlg", "VarHandleOp", "IteratorToStringHandle"),
        _fixed(()),
    ),
    **dict.fromkeys(("HashTableV2", "MutableHashTableV2"), _fixed(())),
    **dict.fromkeys(
        ("TensorArrayScatterV3", "TensorArrayWriteV3", "TensorArraySizeV3"), _fixed(())
    ),
    **dict.fromkeys(
        ("SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits"), _cross_entropy
    ),
    **dict.fromkeys(
        ("StridedSliceGrad", "AvgPoolGrad", "DepthwiseConv2dNativeBackpropInput"), _content(0)
    ),
    **dict.fromkeys(
        ("Conv2DBackpropFilter", "DepthwiseConv2dNativeBackpropFilter", "SparseToDense"),
        _content(1),
    ),
    "BiasAddGrad": first(_bias_gradient),
    **dict.fromkeys(("FusedBatchNormGradV2", "FusedBatchNormGradV3"), _normalization_gradient),
}
