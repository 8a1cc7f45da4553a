"""The arithmetic of shapes that rules about arrays and reshapes share."""

from __future__ import annotations

import ast

import pytest

from graphscope.doctor.facts.arrays import broadcast, joined
from graphscope.doctor.facts.counting import compared, divisors_near, fitting_size, neighbours
from graphscope.doctor.fixes.reshape_fixes import factors_of
from graphscope.doctor.fixes.retuning import solve


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def test_a_size_that_no_integer_fits_is_none() -> None:
    assert fitting_size(1416, (12, 16), 0) is None
    assert fitting_size(1416, (12, 16), 1) == 118


def test_neighbours_are_positive_and_the_nearest_comes_first() -> None:
    assert neighbours(33, 16) == (32, 48)
    assert neighbours(3, 16) == (16,)
    assert neighbours(3, 0) == ()


def test_divisors_of_a_prime_are_one_and_itself() -> None:
    assert divisors_near(7, 5) == (7, 1)


def test_counts_are_compared_by_a_factor_where_there_is_one() -> None:
    assert compared(784, 21952) == "28 times too many"
    assert compared(100, 98) == "2 too few"


def test_factors_are_found_in_a_product_only() -> None:
    assert [ast.unparse(each) for each in factors_of(expression("a * (b + 1) * 3"))] == [
        "a",
        "b + 1",
        "3",
    ]
    assert len(factors_of(expression("a + b"))) == 1


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [((3, 1), (4,), (3, 4)), ((3, 4), (3,), None), ((), (2,), (2,)), ((2, 3), (2, 1), (2, 3))],
)
def test_broadcasting(
    left: tuple[int, ...], right: tuple[int, ...], result: tuple[int, ...] | None
) -> None:
    assert broadcast(left, right) == result


def test_joining_needs_equal_ranks_and_equal_other_axes() -> None:
    assert joined([(2, 3), (4, 3)], 0) == (6, 3)
    assert joined([(2, 3), (4, 2)], 0) is None
    assert joined([(2,), (2, 1)], 0) is None
    assert joined([(2, 3), (2, 3)], 5) is None


def test_an_operand_is_solved_for() -> None:
    assert solve(ast.Mult(), 48, 16, is_left=True) == 3
    assert solve(ast.Mult(), 50, 16, is_left=True) is None
    assert solve(ast.Sub(), 5, 8, is_left=False) == 3
    assert solve(ast.FloorDiv(), 3, 12, is_left=False) == 4
