"""The moving average, its gaps, and the best values."""

from __future__ import annotations

import numpy as np
import pytest

from graphscope.runs import Series
from graphscope.runs.curves import Gap, best_point, direction_of, find_gaps, is_share, smooth

NAN, INF = float("nan"), float("inf")


def series(values: list[float], name: str = "loss") -> Series:
    return Series.of(name, [(step, value, 0.0) for step, value in enumerate(values, start=1)])


def one_by_one(values: list[float], weight: float) -> list[float]:
    """The definition, in a loop: a debiased exponential moving average of the finite values."""
    average, seen, found = 0.0, 0, []
    for value in values:
        if np.isfinite(value):
            average, seen = average * weight + (1 - weight) * value, seen + 1
            found.append(average / (1 - weight**seen))
        else:
            found.append(value)
    return found


@pytest.mark.parametrize("weight", [0.0, 0.1, 0.6, 0.9, 0.99, 0.9999])
def test_it_is_the_loop_that_defines_it(weight: float) -> None:
    values = np.random.default_rng(2).normal(3, 1, 3_000).tolist()
    values[7], values[8], values[100], values[-1] = NAN, INF, -INF, NAN
    smoothed = smooth(series(values), weight).values
    np.testing.assert_allclose(smoothed, one_by_one(values, weight), rtol=1e-9)


def test_it_begins_at_the_first_value_and_stays_on_a_constant() -> None:
    assert smooth(series([4.0, 4.0, 4.0]), 0.99).values.tolist() == [4.0, 4.0, 4.0]
    assert smooth(series([4.0, 2.0]), 0.5).values[0] == 4.0
    assert len(smooth(series([]), 0.5)) == 0
    assert np.isnan(smooth(series([NAN, NAN]), 0.5).values).all()


@pytest.mark.parametrize("weight", [-0.1, 1.0, NAN])
def test_a_weight_that_is_none_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="at least 0 and below 1"):
        smooth(series([1.0]), weight)


def test_gaps_say_where_and_of_what_kind() -> None:
    values = [NAN, 1.0, INF, INF, 2.0, NAN, -INF, 3.0, -INF]
    assert find_gaps(series(values)) == [
        Gap(1, 1, 1, "nan"),
        Gap(3, 4, 2, "inf"),
        Gap(6, 7, 2, "mixed"),
        Gap(9, 9, 1, "-inf"),
    ]
    assert find_gaps(series([1.0])) == []


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("loss", "lower"),
        ("val_loss", "lower"),
        ("decoder/reconstruction_loss", "lower"),
        ("accuracy_loss", "lower"),
        ("mean_absolute_error_2", "lower"),
        ("val_mse", "lower"),
        ("false_positives", "lower"),
        ("val_sparse_top_k_categorical_accuracy", "higher"),
        ("acc", "higher"),
        ("auc_1", "higher"),
        ("mean_io_u", "higher"),
        ("Val Accuracy", "higher"),
        ("f1_score", "higher"),
        ("learning_rate", None),
        ("time/wait", None),
        ("memory/process", None),
        ("acceleration", None),
        ("roadmap", None),
    ],
)
def test_the_name_says_which_way_is_better(name: str, direction: str | None) -> None:
    assert direction_of(name) == direction


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("val_binary_accuracy", True),
        ("AUC_1", True),
        ("mean_io_u", True),
        ("precision", True),
        ("psnr", False),  # Higher is better, and there is no best value.
        ("r2_score", False),
        ("accuracy_loss", False),
        ("loss", False),
        ("distance", False),
    ],
)
def test_the_name_says_what_is_a_share_of_right_answers(name: str, share: bool) -> None:
    assert is_share(name) is share


def test_the_best_point_is_the_first_of_the_best() -> None:
    assert best_point(series([NAN, 3.0, 1.0, 1.0, INF, -INF])) == (3, 1.0)
    assert best_point(series([0.1, 0.9, 0.3], "val_accuracy")) == (2, 0.9)
    assert best_point(series([0.1, 0.9], "learning_rate")) is None
    assert best_point(series([NAN])) is None
