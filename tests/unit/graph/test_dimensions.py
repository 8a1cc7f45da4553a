"""Dimensions in open sizes: one text for each size, and calculations that agree with numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphscope.graph import Dimension, format_shape
from graphscope.graph.dimensions import (
    add,
    canonical,
    ceil_divide,
    divide,
    evaluate,
    floor_divide,
    multiply,
    names_in,
    substitute,
    subtract,
)

SIZES = {"B": 5, "T": 97, "T2": 31, "H": 193, "W": 64}


class Grown(NamedTuple):
    """A dimension and the number that it must come to."""

    dimension: Dimension
    number: int


def _leaves() -> st.SearchStrategy[Grown]:
    names = st.sampled_from(sorted(SIZES)).map(lambda name: Grown(name, SIZES[name]))
    return names | st.integers(0, 9).map(lambda number: Grown(number, number))


def _grow(inner: st.SearchStrategy[Grown]) -> st.SearchStrategy[Grown]:
    def both(
        combine: Callable[..., Dimension], count: Callable[[int, int], int]
    ) -> st.SearchStrategy[Grown]:
        return st.builds(
            lambda one, two: Grown(
                combine(one.dimension, two.dimension), count(one.number, two.number)
            ),
            inner,
            inner,
        )

    def rounded(
        divide_by: Callable[[Dimension, int], Dimension], count: Callable[[int, int], int]
    ) -> st.SearchStrategy[Grown]:
        return st.builds(
            lambda one, by: Grown(divide_by(one.dimension, by), count(one.number, by)),
            inner,
            st.integers(1, 7),
        )

    return (
        both(add, lambda a, b: a + b)
        | both(subtract, lambda a, b: a - b)
        | both(multiply, lambda a, b: a * b)
        | rounded(floor_divide, lambda a, k: a // k)
        | rounded(ceil_divide, lambda a, k: -(-a // k))
    )


GROWN = st.recursive(_leaves(), _grow, max_leaves=8)


@given(GROWN)
def test_calculations_agree_with_numbers(grown: Grown) -> None:
    if grown.dimension is not None and grown.number >= 0:
        assert evaluate(grown.dimension, SIZES) == grown.number


@given(GROWN)
def test_what_is_written_is_canonical(grown: Grown) -> None:
    assert canonical(grown.dimension) == grown.dimension


@given(GROWN, GROWN)
def test_order_and_grouping_do_not_show(one: Grown, two: Grown) -> None:
    assert add(one.dimension, two.dimension) == add(two.dimension, one.dimension)
    assert multiply(one.dimension, two.dimension) == multiply(two.dimension, one.dimension)


@given(GROWN, st.sampled_from(["B", "8B", "T+1", "4BT", "ceil(H/2)"]))
def test_a_product_divided_by_a_factor_leaves_the_other(grown: Grown, factor: str) -> None:
    product = multiply(grown.dimension, factor)
    if product is not None:
        assert divide(product, factor) == grown.dimension


@given(_leaves(), st.integers(1, 9), st.integers(1, 9))
def test_nested_rounding_is_one(leaf: Grown, first: int, second: int) -> None:
    at_once = ceil_divide(leaf.dimension, first * second)
    assert ceil_divide(ceil_divide(leaf.dimension, first), second) == at_once
    at_once = floor_divide(leaf.dimension, first * second)
    assert floor_divide(floor_divide(leaf.dimension, first), second) == at_once


@given(st.text(alphabet="BTHW0123456789+-*/^()floorceil ", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    written = canonical(text)
    assert canonical(written) == written


@pytest.mark.parametrize(
    "text", ["", "words", "b", "B+", "(B", "2//0", "T^99", "floor(H/", "(" * 100, "T" * 999, "B C"]
)
def test_what_is_no_dimension_has_no_value(text: str) -> None:
    assert canonical(text) is None
    assert evaluate(text, SIZES) is None
    assert names_in(text) == frozenset()


def test_products_that_nobody_would_read_are_unknown() -> None:
    many = "+".join(f"T{number}" for number in range(2, 12))
    assert canonical("*".join([f"({many})"] * 4)) is None


def test_sizes_that_no_tensor_has_are_unknown() -> None:
    assert evaluate("T-9", {"T": 4}) is None
    assert evaluate("H/2", {"H": 7}) is None
    assert evaluate("H/2", {"H": 8}) == 4


def test_windows_over_a_height() -> None:
    # "same" and "valid" windows of 3 with steps of 2, and back up again.
    same = ceil_divide("H", 2)
    valid = add(floor_divide(subtract("H", 3), 2), 1)
    assert [same, valid, multiply(2, same)] == ["ceil(H/2)", "ceil(H/2)-1", "2ceil(H/2)"]


def test_names_are_replaced() -> None:
    assert substitute("ceil((H+1)/2)+T", {"H": "2T+1"}) == "2T+1"
    assert substitute("96H+W", {"H": Fraction(1, 64)}) == "3H/2+W"
    assert substitute("T", {"T": None}) is None
    assert substitute("B", {"T": None}) == "B"


def test_shapes_show_brackets_and_powers() -> None:
    shape = ("B", "ceil(H/2)", "floor((W+1)/4)", "T^2", "T+T2", None)
    assert format_shape(shape) == "B×⌈H/2⌉×⌊(W+1)/4⌋×T²×(T+T2)×?"
