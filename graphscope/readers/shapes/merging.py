"""Shape rules of layers that merge several tensors, and of attention."""

from __future__ import annotations

from functools import reduce

from graphscope.graph import Dimension
from graphscope.readers.shapes.call import LayerCall, Rule
from graphscope.readers.shapes.dimensions import (
    IncompatibleError,
    Shape,
    axis_of,
    broadcast,
    total,
    unify,
)


def _merge(call: LayerCall) -> list[Shape]:
    # The batch is apart: tensors of different rank are aligned behind it.
    call.input(at_least=1)
    if any(not shape for shape in call.inputs):
        raise IncompatibleError("it takes no scalars")
    batches = {shape[0] for shape in call.inputs} - {None}
    inner = reduce(broadcast, [shape[1:] for shape in call.inputs])
    return [(batches.pop() if len(batches) == 1 else None, *inner)]


def _concatenate(call: LayerCall) -> list[Shape]:
    return [join(call.inputs, call.settings.whole("axis", -1))]


def join(shapes: object, axis: int) -> Shape:
    """Return the shape of tensors laid one behind the other along an axis.

    Raises:
        IncompatibleError: when ranks or other sizes differ.
    """
    tensors: list[Shape] = list(shapes) if isinstance(shapes, (list, tuple)) else []
    if not tensors:
        raise IncompatibleError("it is called without a tensor")
    rank = len(tensors[0])
    if any(len(shape) != rank for shape in tensors):
        raise IncompatibleError("its inputs have different ranks")
    position = axis_of(axis, rank)
    columns = list(zip(*tensors, strict=True))
    return tuple(
        total(column) if index == position else _common(column)
        for index, column in enumerate(columns)
    )


def _common(column: Shape) -> Dimension:
    return reduce(unify, column)


def _dot(call: LayerCall) -> list[Shape]:
    if len(call.inputs) != 2:
        raise IncompatibleError(f"it takes two tensors and receives {len(call.inputs)}")
    first, second = (list(shape) for shape in call.inputs)
    axes = call.settings.wholes("axes")
    left, right = (axes[0], axes[-1]) if axes else (-1, -1)
    first.pop(axis_of(left, len(first)))
    second.pop(axis_of(right, len(second)))
    result = (*first, *second[1:])
    return [result if len(result) > 1 else (*result, 1)]


def _attention(call: LayerCall) -> list[Shape]:
    query = call.input(at_least=2)
    value = call.inputs[1] if len(call.inputs) > 1 else query
    key = call.inputs[2] if len(call.inputs) > 2 else value
    if len(value) < 2 or len(key) < 2:
        raise IncompatibleError("it takes tensors of rank 2 or more")
    output = (*query[:-1], value[-1])
    return [output, (*query[:-1], key[-2])] if _wants_scores(call) else [output]


def _multi_head_attention(call: LayerCall) -> list[Shape] | None:
    query = call.input(at_least=3)
    output = query
    heads = call.settings.count("num_heads")
    call.settings.count("key_dim")
    if call.settings.get("output_shape"):
        output = (*query[:-1], *call.settings.wholes("output_shape"))
    if not _wants_scores(call):
        return [output]
    if len(query) != 3:
        return None
    # Keras takes the key for as long as the query here, and writes that into files.
    return [output, (query[0], heads, query[1], query[1])]


def _grouped_query_attention(call: LayerCall) -> list[Shape]:
    query = call.input(3)
    if not _wants_scores(call):
        return [query]
    return [query, _scores(call, query, call.settings.count("num_query_heads"))]


def _scores(call: LayerCall, query: Shape, heads: int) -> Shape:
    key = call.inputs[min(2, len(call.inputs) - 1)]
    if len(key) != len(query):
        raise IncompatibleError("its query and its key have different ranks")
    return (query[0], heads, query[1], key[1])


def _wants_scores(call: LayerCall) -> bool:
    return call.arguments.get("return_attention_scores") is True


RULES: dict[str, Rule] = {
    **dict.fromkeys(("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"), _merge),
    "Concatenate": _concatenate,
    "Dot": _dot,
    "Attention": _attention,
    "AdditiveAttention": _attention,
    "MultiHeadAttention": _multi_head_attention,
    "GroupQueryAttention": _grouped_query_attention,
    "GroupedQueryAttention": _grouped_query_attention,
}
