"""Fewer points, the same picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as some

from graphscope.runs import Series
from graphscope.runs.curves import after, downsample, find_gaps, keep, visible

NAN, INF = float("nan"), float("inf")


def series(values: list[float], steps: list[int] | None = None) -> Series:
    steps = steps or list(range(1, len(values) + 1))
    return Series.of("loss", [(s, v, float(s)) for s, v in zip(steps, values, strict=True)])


def test_the_spike_of_one_step_in_a_hundred_thousand_stays() -> None:
    values = [0.5] * 100_000
    values[70_123], values[12_345] = 9.0, -9.0
    few = downsample(series(values), 500)
    assert len(few) <= 500
    assert (few.values.max(), few.values.min()) == (9.0, -9.0)
    assert few.steps[few.values == 9.0].tolist() == [70_124]


def test_first_and_last_point_stay_and_nothing_is_invented() -> None:
    given_values = np.random.default_rng(1).normal(size=5_000).tolist()
    whole = series(given_values)
    few = downsample(whole, 100)
    assert (few.steps[0], few.steps[-1]) == (1, 5_000)
    assert few.values.tolist() == whole.values[few.steps - 1].tolist()
    assert few.times.tolist() == whole.times[few.steps - 1].tolist()


def test_a_short_series_stays_as_it_is() -> None:
    assert downsample(series([3.0, 2.0, 1.0]), 3).values.tolist() == [3.0, 2.0, 1.0]
    assert len(downsample(series([]), 10)) == 0


@pytest.mark.parametrize("other", [NAN, INF, -INF])
def test_a_single_number_that_is_none_stays(other: float) -> None:
    values = [1.0] * 10_000
    values[4_321] = other
    few = downsample(series(values), 100)
    assert [gap.first for gap in find_gaps(few)] == [4_322]
    assert len(few) <= 100


def test_a_curve_that_ends_in_nan_still_ends_in_nan() -> None:
    few = downsample(series([1.0] * 600 + [NAN] * 400), 70)
    (gap,) = find_gaps(few)
    assert (gap.first, gap.last, gap.kind) == (601, 1_000, "nan")


def test_buckets_are_as_wide_as_the_picture_not_as_the_data() -> None:
    dense_then_sparse = series([0.0] * 9_000 + [1.0, 2.0], [*range(9_000), 50_000, 100_000])
    assert downsample(dense_then_sparse, 40).steps[-2:].tolist() == [50_000, 100_000]


def test_a_window_keeps_one_neighbour_on_each_side() -> None:
    few = downsample(series([float(i) for i in range(1, 1_001)]), 50, first=400, last=500)
    assert (few.steps[0], few.steps[-1]) == (399, 501)
    assert len(few) <= 50
    assert visible(series([1.0, 2.0, 3.0]), first=3).steps.tolist() == [2, 3]
    assert len(visible(series([1.0, 2.0], [5, 6]), first=1, last=3)) == 1
    assert len(visible(series([]), first=1, last=3)) == 0


def test_more_is_what_came_after() -> None:
    assert after(series([1.0, 2.0, 3.0]), 2).steps.tolist() == [3]
    assert len(after(series([1.0]), 1)) == 0


VALUES = some.arrays(
    np.float64,
    st.integers(1, 300),
    elements=st.one_of(
        st.floats(-1e6, 1e6, allow_subnormal=False), st.sampled_from([NAN, INF, -INF])
    ),
)
STEPS = st.randoms(use_true_random=False)


@given(VALUES, st.integers(1, 60), STEPS)
def test_extremes_and_what_is_no_number_always_stay(
    values: np.ndarray, points: int, chance: object
) -> None:
    steps = np.sort(np.array([chance.randint(0, 1_000) for _ in values], np.int64))  # type: ignore[attr-defined]
    kept = keep(steps, values, points)
    assert len(kept) <= points
    assert (np.diff(kept) > 0).all()
    if points < 7:
        return
    assert {0, len(values) - 1} <= set(kept.tolist())
    finite, few = values[np.isfinite(values)], values[kept]
    if len(finite):
        shown = few[np.isfinite(few)]
        assert (shown.min(), shown.max()) == (finite.min(), finite.max())
    for is_kind in (np.isnan, np.isposinf, np.isneginf):
        assert is_kind(values).any() == is_kind(few).any()
