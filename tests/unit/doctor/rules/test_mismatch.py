"""How the shape of data differs from a declared one."""

from __future__ import annotations

import pytest

from graphscope.doctor.facts.mismatch import Mismatch, compare
from graphscope.doctor.records import Shape

FITTING: list[tuple[Shape, Shape]] = [
    ((None, 9), (40, 9)),
    ((None, 28, 28, 1), (40, 28, 28)),  # Keras adds the last axis
    ((None, 9), (40, 9, 1)),  # and takes it away
    ((None, None, 4), (40, 17, 4)),
    ((8, 20, 3), (None, 20, 3)),
]
DIFFERING: list[tuple[Shape, Shape, str]] = [
    ((None, 60, 4), (60, 4), "single-sample"),
    ((None, 28, 28, 1), (28, 28), "single-sample"),
    ((None, 128, 128, 3), (150, 150, 3), "single-sample"),
    ((None, 64, 64, 3), (64, 1, 64, 3), "misplaced-batch-axis"),
    ((None, 6), (None, 32, 6), "batched-twice"),
    ((None, 5), (1, 40, 5), "extra-axis"),
    ((None, 28, 28, 3), (64, 28, 28), "missing-channel"),
    ((None, 28, 28), (64, 28, 28, 3), "extra-channel"),
    ((None, 28, 28, 3), (64, 28, 28, 4), "channel-count"),
    ((None, 44, 44, 3), (None, 3, 44, 44), "order"),
    ((None, 30, 5), (10, 5, 30), "order"),
    ((None, 9), (40, 3, 3), "arrangement"),
    ((None, 8, 8, 1), (40, 64), "arrangement"),
    ((None, 51), (30, 59), "size"),
    ((None, 96, 96, 3), (1, 160, 160, 3), "size"),
    ((None, 20), (30, 7, 5), "rank"),
]


@pytest.mark.parametrize(("declared", "received"), FITTING)
def test_what_keras_takes_is_no_mismatch(declared: Shape, received: Shape) -> None:
    assert compare(declared, received) is None


@pytest.mark.parametrize(("declared", "received", "kind"), DIFFERING)
def test_tells_the_kind(declared: Shape, received: Shape, kind: str) -> None:
    assert _compared(declared, received).kind == kind


def test_channels_that_come_first_move_to_the_end() -> None:
    assert _compared((None, 44, 44, 3), (None, 3, 44, 44)).order == (0, 2, 3, 1)


def test_names_the_axes_that_differ() -> None:
    assert _compared((None, 96, 96, 3), (1, 160, 160, 3)).axes == (1, 2)


def _compared(declared: Shape, received: Shape) -> Mismatch:
    found = compare(declared, received)
    assert found is not None
    return found
