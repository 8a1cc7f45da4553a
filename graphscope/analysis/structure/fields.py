"""The arithmetic of receptive fields, along one axis.

The formulas are those of Araujo, Norris and Sim, "Computing receptive fields of convolutional
neural networks", Distill 2019 (https://distill.pub/2019/computing-receptive-fields), written for
one pass from the input to the output.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Field:
    """What one place of a tensor sees of the input, along one axis.

    Place i sees the input from `start + i * jump` to that plus `size - 1`; where that is outside
    of the input, it sees padding.

    Attributes:
        size: how many places of the input, its whole axis not considered.
        jump: how far the fields of neighbours lie apart: the product of all strides.
        start: where the field of place 0 begins.
        is_aligned: whether all places see fields of this size at this distance; after paths of
            different strides or shifts have met, only the largest is told.
    """

    size: Fraction = Fraction(1)
    jump: Fraction = Fraction(1)
    start: Fraction = Fraction(0)
    is_aligned: bool = True

    @property
    def center(self) -> Fraction:
        """The middle of the field of place 0."""
        return self.start + (self.size - 1) / 2


def slide(field: Field, *, kernel: int, stride: int = 1, dilation: int = 1, left: int = 0) -> Field:
    """Return the field after a window: a convolution or pooling with `left` places of padding.

    >>> slide(slide(Field(), kernel=3, stride=2), kernel=3).size
    Fraction(7, 1)
    """
    reach = (kernel - 1) * dilation
    return Field(
        field.size + reach * field.jump,
        field.jump * stride,
        field.start - left * field.jump,
        field.is_aligned,
    )


def spread(field: Field, *, kernel: int, stride: int, left: int = 0) -> Field:
    """Return the field after a transposed convolution, which puts `stride` places for one.

    A place of the result reads at most ceil(kernel / stride) neighbours; neighbours in the result
    may read one less, so the largest field is told.

    >>> spread(slide(Field(), kernel=3), kernel=4, stride=2).size
    Fraction(4, 1)
    """
    reads = -(-kernel // stride)
    # Place o of the result reads the places i of which i * stride + t - left is o, 0 <= t < kernel.
    first = -((kernel - 1 - left) // stride)
    return Field(
        field.size + (reads - 1) * field.jump,
        field.jump / stride,
        field.start + first * field.jump,
        field.is_aligned and kernel % stride == 0,
    )


def enlarge(field: Field, *, factor: int, reads: int = 1) -> Field:
    """Return the field after upsampling, which repeats places or mixes `reads` neighbours."""
    return Field(
        field.size + (reads - 1) * field.jump,
        field.jump / factor,
        field.start - (reads // 2) * field.jump,
        field.is_aligned and factor == 1,
    )


def shift(field: Field, *, left: int) -> Field:
    """Return the field after padding (cropping, if negative) on the left."""
    return Field(field.size, field.jump, field.start - left * field.jump, field.is_aligned)


def merge(fields: list[Field]) -> Field:
    """Return the field of what reads several tensors place by place: from the first to the last."""
    start = min(field.start for field in fields)
    end = max(field.start + field.size for field in fields)
    jumps = {field.jump for field in fields}
    are_alike = len(jumps) == 1 and all(field.is_aligned for field in fields)
    return Field(end - start, max(jumps), start, are_alike)


def pad_same(size: int | None, *, kernel: int, stride: int, dilation: int) -> int:
    """Return the padding on the left that `padding="same"` means, as TensorFlow reckons it.

    Where the size is not known it is taken for a multiple of the stride.

    >>> pad_same(224, kernel=7, stride=2, dilation=1)
    2
    """
    reach = (kernel - 1) * dilation + 1
    if size is None:
        return max(reach - stride, 0) // 2
    steps = -(-size // stride)
    return max((steps - 1) * stride + reach - size, 0) // 2
