"""How layers change the size of one axis: played through again with other settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.origins import Stage

Change = Callable[[int], int]


@dataclass(frozen=True, slots=True, eq=False)
class SizeStep:
    """What one layer does to the size of an axis.

    Attributes:
        stage: the layer's call.
        before, after: the sizes.
        change: from any size before to the size after.
        same: the change with padding="same", where the layer has no padding.
        valid: the change without padding, where the layer pads.
        factor: by which it multiplies the size (2, or 0.5), where it does.
        told: the arithmetic.
    """

    stage: Stage
    before: int
    after: int
    change: Change
    same: Change | None = None
    valid: Change | None = None
    factor: float = 1.0
    told: str = ""


def steps_along(stages: Sequence[Stage], axis: int) -> list[SizeStep]:
    """Return the steps since the axis began: at the input, or at a layer that made it anew.

    Args:
        stages: from the input to the output.
        axis: counted from 1, behind the batch axis.
    """
    steps: list[SizeStep] = []
    for stage in stages:
        before = stage.call.input_specs[0].shape if stage.call.input_specs else None
        after = stage.shape
        if before is None or after is None or len(before) != len(after) or axis >= len(after):
            steps = []
            continue
        sizes = before[axis], after[axis]
        if sizes[0] is None or sizes[1] is None:
            steps = []
            continue
        steps.append(_step(stage, axis, sizes[0], sizes[1]))
    return steps


def play(
    steps: Sequence[SizeStep], start: int, changed: Mapping[int, Change] | None = None
) -> int | None:
    """Return the size at the end for a size at the start; None when a layer would fail."""
    size = start
    for index, step in enumerate(steps):
        change = (changed or {}).get(index, step.change)
        size = change(size)
        if size < 1:
            return None
    return size


def _step(stage: Stage, axis: int, before: int, after: int) -> SizeStep:
    layer = stage.call.operation
    names = {base.__name__ for base in type(layer).__mro__}
    if "BaseConvTranspose" in names:
        return _transposed(stage, layer, axis, before, after)
    if names & {"BaseConv", "BaseSeparableConv", "BaseDepthwiseConv"}:
        return _window(stage, layer, axis, before, after, layer.kernel_size, layer.dilation_rate)
    if "BasePooling" in names:
        return _window(stage, layer, axis, before, after, layer.pool_size, 1)
    if stage.class_name.startswith("UpSampling"):
        factor = _at(layer.size, axis)
        return SizeStep(stage, before, after, lambda size: size * factor, factor=factor,
                        told=f"{before} * {factor} = {after}")  # fmt: skip
    return _other(stage, before, after)


def _other(stage: Stage, before: int, after: int) -> SizeStep:
    delta = after - before
    if delta == 0:
        return SizeStep(stage, before, after, lambda size: size)
    if stage.class_name.startswith(("ZeroPadding", "Cropping")):
        sign = "+" if delta > 0 else "-"
        return SizeStep(stage, before, after, lambda size: size + delta,
                        told=f"{before} {sign} {abs(delta)} = {after}")  # fmt: skip
    return SizeStep(stage, before, after, lambda _size: after)


def _window(
    stage: Stage, layer: Any, axis: int, before: int, after: int, kernel: Any, dilation: Any
) -> SizeStep:
    reach = (_at(kernel, axis) - 1) * _at(dilation, axis)
    stride = _at(layer.strides, axis)
    padded = layer.padding in ("same", "causal")

    def same(size: int) -> int:
        return -(-size // stride)

    def valid(size: int) -> int:
        return (size - reach - 1) // stride + 1

    if padded:
        told = f"ceil({before} / {stride}) = {after}" if stride > 1 else f"{before} stays"
    elif stride > 1:
        told = f"({before} - {reach + 1}) // {stride} + 1 = {after}"
    else:
        told = f"{before} - {reach} = {after}"
    other = reach > 0
    return SizeStep(
        stage,
        before,
        after,
        same if padded else valid,
        same=same if other and not padded else None,
        valid=valid if other and padded else None,
        factor=1 / stride,
        told=told,
    )


def _transposed(stage: Stage, layer: Any, axis: int, before: int, after: int) -> SizeStep:
    stride, kernel = _at(layer.strides, axis), _at(layer.kernel_size, axis)
    extra = after - (before * stride if layer.padding == "same" else 0)

    def same(size: int) -> int:
        return size * stride

    def valid(size: int) -> int:
        return size * stride + max(kernel - stride, 0)

    padded = layer.padding == "same"
    change: Change = same if padded else valid
    if padded and extra:
        change = lambda size: size * stride + extra  # noqa: E731 - as short as the other two
    told = (
        f"{before} * {stride} = {after}"
        if padded
        else f"{before} * {stride} + {max(kernel - stride, 0)} = {after}"
    )
    other = kernel > stride
    return SizeStep(
        stage,
        before,
        after,
        change,
        same=same if other and not padded else None,
        valid=valid if other and padded else None,
        factor=stride,
        told=told,
    )


def _at(value: Any, axis: int) -> int:
    if isinstance(value, tuple | list):
        return int(value[min(axis - 1, len(value) - 1)])
    return int(value)
