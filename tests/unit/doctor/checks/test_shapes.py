"""Shapes as losses and hand-written steps combine them."""

from __future__ import annotations

import ast

import pytest

from graphscope.doctor.checks._axes import _order
from graphscope.doctor.checks._shapes import broadcast, reduced, subscripted
from graphscope.doctor.checks.batch_broadcast import crosses
from graphscope.doctor.checks.loss_broadcast import same_rank, stretches
from graphscope.doctor.checks.reshape_moves_axes import _one_move
from graphscope.doctor.records import Shape


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((None,), (None, 1), True),
        ((32, 1), (32,), True),
        ((None, 1), (None, 1), False),
        ((), (None, 1), False),
        ((4,), (None, 4), False),  # a bias
        ((1,), (None, 1), False),
        ((None,), (None, 3), False),  # an error of its own
    ],
)
def test_a_batch_meets_an_axis_of_one(first: Shape, second: Shape, expected: bool) -> None:
    assert crosses(first, second) is expected


@pytest.mark.parametrize(
    ("target", "made", "expected"),
    [
        ((None,), (None, 1), False),
        ((None, 1), (None, 1), False),
        ((None, 6), (None, 6, 1), False),
        ((None, 1), (None, 30, 1), True),
        ((None, 1), (None, 8, 8, 1), True),
        ((None, 3), (None, 1), True),
        ((32, 4), (None, 4), False),
        ((None, 1), (None, None, 1), False),  # nothing is known of the steps
    ],
)
def test_what_a_loss_stretches(target: Shape, made: Shape, expected: bool) -> None:
    assert stretches(*same_rank(target, made)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[:, 0]", (None,)),
        ("[..., None]", (None, 1, 1)),
        ("[:, None]", (None, 1, 1)),
        ("[:, tf.newaxis, :]", (None, 1, 1)),
        ("[2:]", (None, 1)),
        ("[mask]", None),
    ],
)
def test_indices(text: str, expected: Shape | None) -> None:
    node = ast.parse(f"x{text}", mode="eval").body
    assert isinstance(node, ast.Subscript)

    assert subscripted((None, 1), node.slice) == expected


def test_broadcasting_and_means() -> None:
    assert broadcast((None, 1), (None,)) == (None, None)
    assert broadcast((8, 3), (3,)) == (8, 3)
    assert broadcast((8, 3), (2,)) is None
    assert reduced((None, 4), -1) == (None,)
    assert reduced((None, 4), None) == ()


def test_permutations() -> None:
    assert _order((4, 3, 16, 16), [4, 16, 16, 3]) == (0, 2, 3, 1)
    assert _order((4, 1, 9), [4, 9, 1]) is None
    assert _one_move((0, 2, 3, 1)) == (1, 3)
    assert _one_move((3, 2, 1, 0)) is None
