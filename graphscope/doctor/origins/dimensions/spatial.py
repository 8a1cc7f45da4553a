"""Convolutions, pooling, padding, cropping, upsampling: sizes by arithmetic."""

from __future__ import annotations

from typing import Any

from graphscope.doctor.origins.dimensions.simple import Rule
from graphscope.doctor.origins.dimensions.step import Step
from graphscope.doctor.origins.origin import Origin


def _channel_axis(step: Step) -> int:
    return 1 if step.setting("data_format") == "channels_first" else step.rank - 1


def _spatial(step: Step) -> int | None:
    """Which spatial axis is asked about, from 0; None for the batch and the channels."""
    if step.axis in {0, _channel_axis(step)}:
        return None
    return step.axis - (2 if _channel_axis(step) == 1 else 1)


def _of(value: Any, index: int, default: Any = 1) -> Any:
    if isinstance(value, tuple | list):
        return value[index] if index < len(value) else default
    return default if value is None else value


def _convolution(step: Step) -> Origin:
    index = _spatial(step)
    if index is None:
        return step.input(0) if step.axis == 0 else _channels(step)
    kernel = _of(step.setting("kernel_size"), index)
    return _window(step, index, kernel, "kernel_size", _of(step.setting("strides"), index))


def _channels(step: Step) -> Origin:
    if "BaseDepthwiseConv" in step.names or "DepthwiseConv2D" in step.names:
        factor = step.setting("depth_multiplier")
        axis = _channel_axis(step)
        if factor == 1:
            return step.input(axis)
        formula = f"{step.input_size(axis)} * {factor}"
        multiplier = step.argument("depth_multiplier", value=factor)
        return step.arithmetic(formula, step.input(axis), multiplier)
    return step.argument("filters")


def _window(step: Step, index: int, kernel: Any, name: str, stride: Any) -> Origin:
    before = step.input_size(step.axis)
    padding = step.setting("padding", "valid")
    dilation = _of(step.setting("dilation_rate"), index)
    if stride == 1 and (padding != "valid" or kernel == 1):
        return step.input(step.axis)
    if padding != "valid":
        formula = f"ceil({before} / {stride})"
    else:
        reach = (kernel - 1) * dilation + 1 if isinstance(kernel, int) else kernel
        formula = f"({before} - {reach}) / {stride} + 1"
        if isinstance(before, int) and (before - reach) % stride:
            formula = f"floor(({before} - {reach}) / {stride}) + 1"
        if dilation != 1:
            formula += f" [kernel {kernel}, dilation {dilation}: reach {reach}]"
    causes = [step.input(step.axis)]
    if padding == "valid":
        causes.append(step.argument(name, part=index, value=kernel))
    if stride != 1:
        causes.append(step.argument("strides", part=index, value=stride))
    if padding != "valid":
        causes.append(step.argument("padding", value=padding))
    return step.arithmetic(formula, *causes)


def _pooling(step: Step) -> Origin:
    index = _spatial(step)
    if index is None:
        return step.input(step.axis)
    size = _of(step.setting("pool_size"), index)
    return _window(step, index, size, "pool_size", _of(step.setting("strides"), index, size))


def _global_pooling(step: Step) -> Origin:
    if step.axis == 0:
        return step.input(0)
    if step.setting("keepdims") and step.axis != _channel_axis(step):
        return step.argument("keepdims", value=True)
    return step.input(1 if step.setting("data_format") == "channels_first" else -1)


def _transposed(step: Step) -> Origin:
    index = _spatial(step)
    if index is None:
        return step.input(0) if step.axis == 0 else step.argument("filters")
    before = step.input_size(step.axis)
    stride = _of(step.setting("strides"), index)
    kernel = _of(step.setting("kernel_size"), index)
    extra = step.setting("output_padding")
    if extra is not None:
        formula = f"({before} - 1) * {stride} + output padding"
    elif step.setting("padding") == "same":
        formula = f"{before} * {stride}"
    else:
        formula = f"{before} * {stride} + max({kernel} - {stride}, 0)"
    causes = [step.input(step.axis), step.argument("strides", part=index, value=stride)]
    if step.setting("padding") != "same":
        causes.append(step.argument("kernel_size", part=index, value=kernel))
    return step.arithmetic(formula, *causes)


def _upsampling(step: Step) -> Origin:
    index = _spatial(step)
    if index is None:
        return step.input(step.axis)
    factor = _of(step.setting("size"), index)
    before = step.input_size(step.axis)
    return step.arithmetic(
        f"{before} * {factor}",
        step.input(step.axis),
        step.argument("size", part=index, value=factor),
    )


def _margin(name: str, sign: str) -> Rule:
    def rule(step: Step) -> Origin:
        index = _spatial(step)
        if index is None:
            return step.input(step.axis)
        pairs = step.setting(name)
        one = isinstance(pairs, tuple | list) and not isinstance(pairs[0], tuple | list)
        first, last = pairs if one else _of(pairs, index, (0, 0))
        formula = f"{step.input_size(step.axis)} {sign} {first} {sign} {last}"
        margin = step.argument(name, value=(first, last))
        return step.arithmetic(formula, step.input(step.axis), margin)

    return rule


def _resizing(step: Step) -> Origin:
    index = _spatial(step)
    if index is None:
        return step.input(step.axis)
    return step.argument("height" if index == 0 else "width")


def _dims(stem: str) -> list[str]:
    return [f"{stem}{count}D" for count in (1, 2, 3)]


RULES: dict[str, Rule] = {
    **dict.fromkeys(
        ["BaseConv", "BaseDepthwiseConv", "BaseSeparableConv", *_dims("Conv")], _convolution
    ),
    **dict.fromkeys(["BaseConvTranspose"], _transposed),
    **dict.fromkeys(["BasePooling", *_dims("MaxPooling"), *_dims("AveragePooling")], _pooling),
    "BaseGlobalPooling": _global_pooling,
    **dict.fromkeys(_dims("UpSampling"), _upsampling),
    **dict.fromkeys(_dims("ZeroPadding"), _margin("padding", "+")),
    **dict.fromkeys(_dims("Cropping"), _margin("cropping", "-")),
    "Resizing": _resizing,
    "CenterCrop": _resizing,
    "RandomCrop": _resizing,
}
"""By the name of the layer's class, or of the nearest base class."""
