"""How the causes of different sizes are told."""

from __future__ import annotations

from graphscope.doctor.case import Case
from graphscope.doctor.facts.operands import history_of
from graphscope.doctor.facts.size_causes import Cause, Sizes, adds_border, stride_of
from graphscope.doctor.facts.size_odd import entry_size
from graphscope.doctor.facts.skip_order import order_told
from graphscope.doctor.origins import Stage, tell_sizes
from graphscope.doctor.wording import at, label, where


def told_sizes(case: Case, sizes: Sizes, cause: Cause) -> str:
    """Return the way of both sizes, why they differ, and what to do."""
    lines = [
        f"Sizes of {operand.text}: {tell_sizes(history_of(case, operand, sizes.axis))}."
        for operand in (sizes.larger, sizes.smaller)
    ]
    order = order_told(case, sizes.conflict, (sizes.larger, sizes.smaller))
    return "\n".join([*lines, order or _reason(case, sizes, cause)])


def _reason(case: Case, sizes: Sizes, cause: Cause) -> str:
    larger, smaller = sizes.larger.shape[sizes.axis], sizes.smaller.shape[sizes.axis]
    listed = ", ".join(_listed(case, stage) for stage in cause.stages[:3])
    if cause.kind == "stride":
        stride = stride_of(cause.stages[0].call.operation)
        if sizes.conflict.joining == "concatenate":
            return (
                f"The branch to {sizes.smaller.text} has stride {stride} in {listed}, the one to "
                f"{sizes.larger.text} has not: parallel branches must keep the same size. A "
                "pooling moves by its pool_size unless strides=1 is given; with padding='same' "
                "it then keeps the size."
            )
        return (
            f"The branch to {sizes.smaller.text} has stride {stride} in {listed}; the branch to "
            f"{sizes.larger.text} has stride 1: the stride halves only one path. Give the shortcut "
            "the same stride: a projection (1x1 convolution with that stride) is needed whenever "
            "the stride is not 1, not only when the number of channels changes."
        )
    if cause.kind == "valid":
        return (
            f"padding='valid' {_border(cause)} in every convolution ({listed}), and "
            f"{larger} - {smaller} = {(larger or 0) - (smaller or 0)} are missing at the merge. "
            "Use padding='same', or crop the larger one."
        )
    if cause.kind == "odd":
        return _odd(case, sizes, cause)
    if cause.kind == "scale":
        return (
            f"One way enlarges its map more than the other, by a factor of {sizes.ratio}, in "
            f"{listed}: what strides and pooling divide, upsampling must multiply again."
        )
    return "Both must have the same size: pool, crop or resize one of them."


def _border(cause: Cause) -> str:
    growing = any(adds_border(stage.call.operation) for stage in cause.stages)
    return "adds a border to the map" if growing else "shrinks the map"


def _odd(case: Case, sizes: Sizes, cause: Cause) -> str:
    found = entry_size(case, sizes, sizes.axis)
    start = found[0] if found else None
    factor = cause.factor
    size = f"The input size {start}" if start else "The input size"
    examples = [str(each) for each in _multiples(start, factor)]
    return (
        f"{_rounding(case, sizes, cause)} The two maps are then {sizes.larger.shape[sizes.axis]} "
        f"and {sizes.smaller.shape[sizes.axis]}.\n"
        f"{size} must be a multiple of {factor} (the product of all strides"
        f"{f', 2**{factor.bit_length() - 1}' if factor & (factor - 1) == 0 else ''}), for instance "
        f"{' or '.join(examples)}; or use one level less, or crop, pad or resize one of the maps."
    )


def _rounding(case: Case, sizes: Sizes, cause: Cause) -> str:
    stage = cause.stages[0]
    given = stage.call.input_specs[0].shape or ()
    size, stride = given[sizes.axis], stride_of(stage.call.operation)
    after = (stage.shape or given)[sizes.axis]
    dropped = (
        ""
        if after is not None and after * stride > (size or 0)
        else (", and the last row or step is dropped")
    )
    way = "up" if after is not None and after * stride > (size or 0) else "down"
    return (
        f"{label(stage.call.operation)}{at(case, stage.place)} rounds {way}: {size} / {stride} "
        f"becomes {after}, and {after} * {stride} = {(after or 0) * stride} is not {size}; "
        f"{size} is {'odd' if stride == 2 else f'no multiple of {stride}'}{dropped}."
    )


def _multiples(size: int | None, factor: int) -> list[int]:
    if not size:
        return [factor * 8]
    lower = size // factor * factor
    return [lower, lower + factor] if lower else [factor]


def _listed(case: Case, stage: Stage) -> str:
    return f"{stage.name} ({where(case, stage.place)})" if stage.place else stage.name
