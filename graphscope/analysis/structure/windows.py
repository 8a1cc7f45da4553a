"""What the layers of Keras do to receptive fields, by class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphscope.analysis.structure.fields import (
    Field,
    enlarge,
    merge,
    pad_same,
    shift,
    slide,
    spread,
)

Fields: TypeAlias = tuple[Field, ...] | None
"""A field for each axis of space or time; None: the whole input."""

Sizes: TypeAlias = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One call on the way from the input.

    Attributes:
        settings: config of the layer.
        taken: sizes of the axes of its input, None where not known.
        is_first: whether axes of channels come first.
    """

    type: str
    settings: Mapping[str, Any]
    taken: Sizes


Rule: TypeAlias = Callable[[Step, tuple[Field, ...]], Fields]


def apply_rule(step: Step, fields: tuple[Field, ...]) -> Fields | str:
    """Return the fields after a call; a text says why they are not known."""
    rule = RULES.get(step.type)
    if rule is None:
        return f"no rule for {step.type}"
    try:
        return rule(step, fields)
    except (KeyError, TypeError, ValueError) as error:
        return f"{step.type} has settings that cannot be read ({error})"


def merge_all(found: list[tuple[Field, ...]]) -> Fields:
    """Return the fields of what reads several tensors place by place; None if their axes differ."""
    if len({len(fields) for fields in found}) != 1:
        return None
    return tuple(merge(list(axis)) for axis in zip(*found, strict=True))


def _keep(_step: Step, fields: tuple[Field, ...]) -> Fields:
    return fields


def _see_all(_step: Step, _fields: tuple[Field, ...]) -> Fields:
    return None


def _window(step: Step, fields: tuple[Field, ...]) -> Fields:
    """Apply a convolution or a pooling."""
    settings, axes = step.settings, len(fields)
    kernels = _spread_over(settings.get("kernel_size", settings.get("pool_size")), axes)
    strides = _spread_over(settings.get("strides") or settings.get("pool_size") or 1, axes)
    dilations = _spread_over(settings.get("dilation_rate") or 1, axes)
    return tuple(
        slide(
            field,
            kernel=kernel,
            stride=stride,
            dilation=dilation,
            left=_pad(settings.get("padding"), size, kernel, stride, dilation),
        )
        for field, size, kernel, stride, dilation in zip(
            fields, step.taken, kernels, strides, dilations, strict=True
        )
    )


def _pad(padding: Any, size: int | None, kernel: int, stride: int, dilation: int) -> int:
    if padding == "same":
        return pad_same(size, kernel=kernel, stride=stride, dilation=dilation)
    return (kernel - 1) * dilation if padding == "causal" else 0


def _transposed(step: Step, fields: tuple[Field, ...]) -> Fields:
    settings, axes = step.settings, len(fields)
    kernels = _spread_over(settings["kernel_size"], axes)
    strides = _spread_over(settings.get("strides") or 1, axes)
    is_same = settings.get("padding") == "same"
    return tuple(
        spread(
            field,
            kernel=kernel,
            stride=stride,
            left=max(kernel - stride, 0) // 2 if is_same else 0,
        )
        for field, kernel, stride in zip(fields, kernels, strides, strict=True)
    )


def _upsample(step: Step, fields: tuple[Field, ...]) -> Fields:
    factors = _spread_over(step.settings.get("size", 2), len(fields))
    reads = {"nearest": 1, "bilinear": 2, "bicubic": 4}.get(
        str(step.settings.get("interpolation", "nearest")), 2
    )
    return tuple(
        enlarge(field, factor=factor, reads=reads if factor > 1 else 1)
        for field, factor in zip(fields, factors, strict=True)
    )


def _pad_zeros(step: Step, fields: tuple[Field, ...]) -> Fields:
    lefts = _read_lefts(step.settings.get("padding", 1), len(fields))
    return tuple(shift(field, left=left) for field, left in zip(fields, lefts, strict=True))


def _crop(step: Step, fields: tuple[Field, ...]) -> Fields:
    lefts = _read_lefts(step.settings.get("cropping", 1), len(fields))
    return tuple(shift(field, left=-left) for field, left in zip(fields, lefts, strict=True))


def _read_lefts(value: Any, axes: int) -> list[int]:
    """Read `1`, `(1, 1)` or `((1, 1), (2, 2))`: pairs of left and right for each axis."""
    if isinstance(value, int):
        return [value] * axes
    if axes == 1 and all(isinstance(each, int) for each in value):
        return [value[0]]
    return [each if isinstance(each, int) else int(each[0]) for each in value]


def _normalise(step: Step, fields: tuple[Field, ...]) -> Fields:
    # Of layers, as of groups, the mean may run over places too.
    axis = step.settings.get("axis", -1)
    axes = axis if isinstance(axis, list | tuple) else [axis]
    last = len(fields) + 1
    return fields if all(each in (-1, last) for each in axes) else None


def _spread_over(value: Any, axes: int) -> list[int]:
    if isinstance(value, int):
        return [value] * axes
    sizes = [int(each) for each in value]
    if len(sizes) != axes:
        raise ValueError(f"{len(sizes)} sizes for {axes} axes")
    return sizes


def _names(text: str) -> list[str]:
    return text.split()


RULES: dict[str, Rule] = {
    **dict.fromkeys(
        _names(
            "Conv1D Conv2D Conv3D DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConv2D "
            "MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D "
            "AveragePooling3D"
        ),
        _window,
    ),
    **dict.fromkeys(_names("Conv1DTranspose Conv2DTranspose Conv3DTranspose"), _transposed),
    **dict.fromkeys(_names("UpSampling1D UpSampling2D UpSampling3D"), _upsample),
    **dict.fromkeys(_names("ZeroPadding1D ZeroPadding2D ZeroPadding3D"), _pad_zeros),
    **dict.fromkeys(_names("Cropping1D Cropping2D Cropping3D"), _crop),
    **dict.fromkeys(_names("LayerNormalization RMSNormalization UnitNormalization"), _normalise),
    **dict.fromkeys(
        _names(
            "Activation ReLU LeakyReLU PReLU ELU Softmax BatchNormalization Dropout Rescaling "
            "SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianDropout GaussianNoise "
            "AlphaDropout ActivityRegularization Normalization Masking Embedding "
            "ReversibleEmbedding TokenAndPositionEmbedding PositionEmbedding Dense EinsumDense "
            "TimeDistributed Identity "
            # Operations of Keras and of backends that work place by place.
            "Relu Relu6 Elu Selu Gelu Silu Sigmoid Tanh Exp Log Sqrt Rsqrt Square Abs Neg Negative "
            "Softplus HardSigmoid HardSwish Swish Erf Cast Identity StopGradient BiasAdd Clip "
            "ClipByValue Minimum Maximum Add Multiply Subtract Average Divide TrueDivide Mul Sub "
            "AddV2 RealDiv Pow SquaredDifference Concatenate ConcatV2 LayerScale StochasticDepth "
            "Where SelectV2"
        ),
        _keep,
    ),
    **dict.fromkeys(
        _names(
            "GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D "
            "GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D Flatten Attention "
            "AdditiveAttention MultiHeadAttention GroupedQueryAttention CachedMultiHeadAttention "
            "GroupNormalization LSTM GRU SimpleRNN Bidirectional RNN ConvLSTM2D "
            "AdaptiveAveragePooling2D AdaptiveMaxPooling2D"
        ),
        _see_all,
    ),
}
