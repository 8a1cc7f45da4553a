"""Layers of several inputs: merges and attention."""

from __future__ import annotations

from graphscope.doctor.origins.dimensions.simple import Rule
from graphscope.doctor.origins.dimensions.step import Step
from graphscope.doctor.origins.origin import Origin


def broadcast(step: Step) -> Origin | None:
    """The input whose size an elementwise operation of several took over."""
    back = step.axis - step.rank
    present = [i for i in range(len(step.call.inputs)) if len(step.input_shape(i)) >= -back]
    deciding = [i for i in present if step.input_size(back, i) == step.size] or present
    if not deciding:
        return None
    return step.input(back, deciding[0])


def concatenated(step: Step, axis: int) -> Origin:
    """The sum along one axis; along the others all inputs agree."""
    if step.axis != axis % step.rank:
        return step.input(step.axis)
    count = len(step.call.inputs)
    sizes = " + ".join(str(step.input_size(step.axis, index)) for index in range(count))
    return step.arithmetic(sizes, *(step.input(step.axis, index) for index in range(count)))


def _concatenate(step: Step) -> Origin:
    return concatenated(step, int(step.setting("axis", -1)))


def _dot(step: Step) -> Origin:
    axes = step.setting("axes")
    first, second = (axes, axes) if isinstance(axes, int) else tuple(axes)
    kept: list[tuple[int, int]] = []
    for index, gone in ((0, first), (1, second)):
        rank = len(step.input_shape(index))
        start = 0 if index == 0 else 1
        kept += [(axis, index) for axis in range(start, rank) if axis != gone % max(rank, 1)]
    if step.axis < len(kept):
        return step.input(*kept[step.axis])
    return step.whole()


def _attention(step: Step) -> Origin:
    # query, value(, key): steps of the query, width of the value.
    if step.axis == step.rank - 1:
        return step.input(step.axis, 1)
    return step.input(step.axis, 0)


def _multi_head(step: Step) -> Origin:
    if step.axis == step.rank - 1 and step.setting("_output_shape") is not None:
        return step.argument("output_shape", part=-1, value=step.size)
    return step.input(step.axis, 0)


RULES: dict[str, Rule] = {
    "Merge": broadcast,
    "Concatenate": _concatenate,
    "Dot": _dot,
    "MultiHeadAttention": _multi_head,
    "GroupedQueryAttention": _multi_head,
    "GroupQueryAttention": _multi_head,
    "Attention": _attention,
    "AdditiveAttention": _attention,
}
"""By the name of the layer's class, or of the nearest base class."""
