"""Rows as bytes, and the points that stand for them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as some

from graphscope.runs.index.packing import (
    COARSE,
    POINT,
    Rows,
    capacity,
    join,
    pack,
    pack_coarse,
    unpack,
    unpack_coarse,
)

NAN, INF = float("nan"), float("inf")


def rows(values: np.ndarray, steps: np.ndarray | None = None) -> Rows:
    steps = np.arange(1, len(values) + 1) if steps is None else steps
    return Rows(steps.astype(np.int64), steps * 2.0, values)


VALUES = some.arrays(
    np.float64,
    st.tuples(st.sampled_from([0, 1, 63, 64, 100, 128]), st.integers(1, 3)),
    elements=st.one_of(st.floats(-1e9, 1e9), st.sampled_from([NAN, INF, -INF])),
)


@given(VALUES)
def test_what_is_packed_is_unpacked(values: np.ndarray) -> None:
    given_rows = rows(values)
    found = unpack(pack(given_rows), len(given_rows)) if len(values) else given_rows
    np.testing.assert_array_equal(found.values, values)
    np.testing.assert_array_equal(found.steps, given_rows.steps)
    np.testing.assert_array_equal(found.times, given_rows.times)


@given(VALUES, st.booleans())
def test_coarse_points_hold_extremes_ends_and_what_is_no_number(
    values: np.ndarray, is_reversed: bool
) -> None:
    steps = np.arange(len(values), 0, -1) if is_reversed else None
    data = pack_coarse(rows(values, steps))
    if data is None:
        assert len(values) < 2 * COARSE
        return
    for index, column in enumerate(values.T):
        points = unpack_coarse(data[index * COARSE * POINT :][: COARSE * POINT])
        assert (np.diff(points["step"]) > 0).all()
        assert (points["time"] == points["step"] * 2.0).all()
        where = len(values) - points["step"] if is_reversed else points["step"] - 1
        np.testing.assert_array_equal(points["value"], column[where])
        assert {1, len(values)} <= set(points["step"].tolist())
        finite = column[np.isfinite(column)]
        shown = points["value"][np.isfinite(points["value"])]
        if len(finite):
            assert (shown.min(), shown.max()) == (finite.min(), finite.max())
        for is_kind in (np.isnan, np.isposinf, np.isneginf):
            assert is_kind(points["value"]).any() == is_kind(column).any()


def test_neighbours_that_only_look_alike_both_stay() -> None:
    values = np.zeros((64, 1))
    data = pack_coarse(rows(values, np.repeat(np.arange(32), 2)))
    assert data is not None
    assert len(unpack_coarse(data)) >= 16


@pytest.mark.parametrize(("width", "expected"), [(1, 1024), (10, 1024), (100, 160), (5_000, 16)])
def test_blocks_are_about_as_large_whatever_their_width(width: int, expected: int) -> None:
    assert capacity(width) == expected


def test_rows_are_joined_in_order() -> None:
    joined = join([rows(np.ones((2, 1))), rows(np.zeros((1, 1)))])
    assert joined.values[:, 0].tolist() == [1.0, 1.0, 0.0]
