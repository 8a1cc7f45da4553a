"""How the shape of data differs from what an input declares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

from graphscope.doctor.records import Shape

Kind = Literal[
    "single-sample", "misplaced-batch-axis", "batched-twice", "extra-axis", "missing-channel",
    "extra-channel", "channel-count", "order", "arrangement", "size", "rank",
]  # fmt: skip
"""Ways to differ: one sample without the batch axis; the axis of one sample in the wrong place;
two batch axes; a needless axis of 1; no channel axis; a channel axis too many; 1 against 3
channels; the same axes in another order; the same numbers in another shape; other sizes of some
axes; anything else."""

_CHANNELS = (1, 3, 4)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """How received and declared shapes differ.

    Attributes:
        kind: which way.
        declared, received: the shapes with the batch axis (which a single sample lacks).
        axis: the axis that is surplus or misplaced, in the received shape.
        order: how to transpose the received axes, batch included.
        axes: which axes have other sizes, in the declared shape.
    """

    kind: Kind
    declared: Shape
    received: Shape
    axis: int | None = None
    order: tuple[int, ...] = ()
    axes: tuple[int, ...] = ()

    @property
    def sample(self) -> Shape:
        """The declared shape of one sample."""
        return self.declared[1:]


def fits(declared: Shape, received: Shape) -> bool:
    """Whether Keras takes a shape for an input: it adds or removes a last axis of 1 by itself."""
    if len(received) == len(declared) + 1 and received[-1] == 1:
        received = received[:-1]
    elif len(received) == len(declared) - 1 and declared[-1] == 1:
        declared = declared[:-1]
    return same_sizes(declared, received)


def same_sizes(declared: Shape, received: Shape) -> bool:
    """Whether sizes agree, open ones with any."""
    return len(declared) == len(received) and all(
        a is None or b is None or a == b for a, b in zip(declared, received, strict=True)
    )


def compare(declared: Shape, received: Shape) -> Mismatch | None:
    """Return how the shape of data differs from that of an input, batch axis included.

    >>> compare((None, 60, 4), (60, 4)).kind, compare((None, 9), (40, 3, 3)).kind
    ('single-sample', 'arrangement')
    """
    if fits(declared, received):
        return None
    if len(received) < len(declared):
        sample, row = _without_ones(declared[1:]), _without_ones(received)
        # An open first axis is a batch, unless the sample's first axis is open too.
        is_batch = received[:1] == (None,) and declared[1] is not None
        if is_batch:
            return _by_rank(declared, received)
        if same_sizes(declared[1:], received) or same_sizes(sample, row):
            return Mismatch("single-sample", declared, received)
    return _by_rank(declared, received)


def _without_ones(shape: Shape) -> Shape:
    while shape and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def _by_rank(declared: Shape, received: Shape) -> Mismatch:
    more = len(received) - len(declared)
    if more == 0:
        return _same_rank(declared, received)
    found = {-1: _axis_less, 1: _axis_more}.get(more, _no_other)(declared, received)
    if found is not None:
        return found
    count = _count(declared[1:])
    if count is not None and count == _count(received[1:]):
        return Mismatch("arrangement", declared, received)
    return Mismatch("rank", declared, received)


def _no_other(_declared: Shape, _received: Shape) -> None:
    return None


def _axis_less(declared: Shape, received: Shape) -> Mismatch | None:
    sample = declared[1:]
    if len(sample) > 1 and sample[-1] in _CHANNELS and same_sizes(sample[:-1], received[1:]):
        return Mismatch("missing-channel", declared, received)
    if len(sample) > 2 and received[-1] == sample[-1]:
        # One picture of another size.
        return Mismatch("single-sample", declared, received)
    return None


def _axis_more(declared: Shape, received: Shape) -> Mismatch | None:
    sample = declared[1:]
    if same_sizes(sample, received[2:]):
        kind: Kind = "extra-axis" if 1 in received[:2] else "batched-twice"
        return Mismatch(kind, declared, received, axis=1 if received[0] != 1 else 0)
    if same_sizes(sample, received[1:-1]) and received[-1] in _CHANNELS:
        return Mismatch("extra-channel", declared, received, axis=len(received) - 1)
    for axis in range(1, len(received)):
        if received[axis] == 1 and same_sizes(sample, _dropped(received, axis)[1:]):
            return Mismatch("extra-axis", declared, received, axis=axis)
    return None


def _same_rank(declared: Shape, received: Shape) -> Mismatch:
    sample, row = declared[1:], received[1:]
    for axis in range(1, len(received)):
        if received[axis] == 1 and same_sizes(sample, _dropped(received, axis)):
            return Mismatch("misplaced-batch-axis", declared, received, axis=axis)
    axes = tuple(
        i for i, (a, b) in enumerate(zip(declared, received, strict=True)) if _differ(a, b)
    )
    only_last = axes == (len(declared) - 1,) and len(sample) > 1
    if only_last and {sample[-1], row[-1]} <= set(_CHANNELS):
        return Mismatch("channel-count", declared, received, axes=axes)
    order = _order(sample, row)
    if order is not None and len(axes) > 1:
        return Mismatch("order", declared, received, order=(0, *(each + 1 for each in order)))
    if len(axes) > 1 and _count(sample) is not None and _count(sample) == _count(row):
        return Mismatch("arrangement", declared, received)
    return Mismatch("size", declared, received, axes=axes)


def _differ(first: int | None, second: int | None) -> bool:
    return first is not None and second is not None and first != second


def _order(sample: Shape, row: Shape) -> tuple[int, ...] | None:
    """Return the permutation of axes that makes a row a sample, the most likely one first."""
    if len(sample) < 2 or len(sample) > 4 or None in row:
        return None
    rotated = (*range(1, len(sample)), 0)
    for order in (rotated, *permutations(range(len(sample)))):
        if same_sizes(sample, tuple(row[i] for i in order)):
            return tuple(order)
    return None


def _dropped(shape: Shape, axis: int) -> Shape:
    return (*shape[:axis], *shape[axis + 1 :])


def _count(shape: Shape) -> int | None:
    return None if None in shape else math.prod(each or 0 for each in shape)
