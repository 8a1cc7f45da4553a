"""Statistics as columns that grow."""

from __future__ import annotations

import math

import numpy as np

from graphscope.app.painted.samples import Samples
from graphscope.runs import Histogram, Statistics


def sample(step: int, **layers: dict[str, float]) -> Statistics:
    return Statistics(step, float(step), layers)


def test_rows_are_steps_and_columns_are_layers() -> None:
    samples = Samples()
    samples.add(sample(1, a={"gradient_norm": 1.0}, b={"gradient_norm": 2.0}))
    samples.add(sample(5, b={"gradient_norm": 4.0}))
    matrix = samples.matrix(["gradient_norm"], ["b", "a"])
    np.testing.assert_array_equal(matrix, [[2.0, 1.0], [4.0, np.nan]])
    assert matrix.dtype == np.float32
    assert samples.steps == [1, 5]


def test_what_is_not_finite_is_told_apart_from_what_was_not_logged() -> None:
    samples = Samples()
    samples.add(sample(1, a={"x": math.nan}, b={"x": -math.inf}, c={"y": 1.0}, d={"x": 1e300}))
    row = samples.matrix(["x"], ["a", "b", "c", "d"])[0]
    assert np.isinf(row[:2]).all()
    assert np.isnan(row[2])
    assert np.isfinite(row[3])


def test_counts_are_added_up_over_what_was_logged() -> None:
    samples = Samples()
    samples.add(sample(1, a={"nan_count": 2.0, "inf_count": 3.0}, b={"inf_count": 4.0}))
    matrix = samples.matrix(["nan_count", "inf_count"], ["a", "b", "none"])
    np.testing.assert_array_equal(matrix, [[5.0, 4.0, np.nan]])


def test_only_new_rows_can_be_asked_for() -> None:
    samples = Samples()
    for step in range(40):
        samples.add(sample(step, a={"x": float(step)}))
    np.testing.assert_array_equal(samples.matrix(["x"], ["a"], 38), [[38.0], [39.0]])
    assert samples.matrix(["x"], ["a"], 40).shape == (0, 1)
    assert samples.generation == 0


def test_a_late_sample_takes_its_place_and_makes_what_was_read_old() -> None:
    samples = Samples()
    samples.add(sample(1, a={"x": 1.0}))
    samples.add(sample(9, a={"x": 9.0}))
    samples.add(sample(5, a={"x": 5.0}))
    assert samples.steps == [1, 5, 9]
    np.testing.assert_array_equal(samples.matrix(["x"], ["a"])[:, 0], [1.0, 5.0, 9.0])
    assert samples.generation == 1


def test_two_writers_of_one_step_share_its_row() -> None:
    samples = Samples()
    samples.add(sample(1, a={"x": 1.0}))
    samples.add(sample(1, b={"x": 2.0}))
    np.testing.assert_array_equal(samples.matrix(["x"], ["a", "b"]), [[1.0, 2.0]])


def test_series_hold_what_was_logged_also_what_is_not_finite() -> None:
    samples = Samples()
    samples.add(sample(1, a={"x": math.nan}))
    samples.add(sample(2, a={"y": 1.0}))
    samples.add(sample(3, a={"x": 0.5}))
    series = samples.series()["a"]["x"]
    assert series.steps.tolist() == [1, 3]
    assert math.isnan(series.values[0])
    assert series.values[1] == 0.5


def test_histograms_of_long_runs_are_thinned_and_stay_within_bounds() -> None:
    samples = Samples()
    histogram = Histogram((0.0, 1.0), (1,))
    layers = [f"layer{number}" for number in range(1000)]
    for step in range(0, 300):
        spreads = {layer: {"gradient": histogram} for layer in layers}
        samples.add(Statistics(step, 0.0, {}, spreads))
    steps = [step for step, _ in samples.histograms("layer7")["gradient"]]
    assert len(layers) * len(steps) <= 200_000
    assert steps[0] == 0
    assert steps[-1] >= 296
    assert len(set(np.diff(steps))) == 1
