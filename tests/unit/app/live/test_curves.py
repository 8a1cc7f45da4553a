"""Curves on each axis."""

from __future__ import annotations

import numpy as np
import pytest

from graphscope.app.live.axes import Axes
from graphscope.app.live.curves import Look, make_curve
from graphscope.runs import Series
from graphscope.runs.records import Epoch

STEPS = Series.of("loss", [(step, 1 / step, 100 + step / 10) for step in range(1, 1001)])
ENDS = [
    Epoch(epoch, 200 * (epoch + 1), 100.05 + 20 * (epoch + 1), {"val_loss": 1.0})
    for epoch in range(4)
]
EPOCHS = Series.of("val_loss", [(end.epoch, 1.0 - end.epoch, end.time) for end in ENDS])
AXES = Axes.of(100.0, ENDS)


def test_steps_lie_between_the_ends_of_epochs() -> None:
    curve = make_curve(STEPS, "step", AXES, None, Look("epoch", points=5000))
    x = dict(zip(curve["steps"].tolist(), curve["x"].tolist(), strict=True))
    assert [x[step] for step in (100, 200, 300, 800, 1000)] == [0.5, 1, 1.5, 4, 5]


def test_epochs_lie_where_they_end() -> None:
    by_epoch = make_curve(EPOCHS, "epoch", AXES, None, Look("epoch"))
    assert by_epoch["x"].tolist() == [1, 2, 3, 4]
    by_step = make_curve(EPOCHS, "epoch", AXES, None, Look("step"))
    assert by_step["x"].tolist() == [200, 400, 600, 800]
    assert by_step["best"] == {"x": 800, "y": -2.0, "step": 800}
    by_time = make_curve(EPOCHS, "epoch", AXES, None, Look("time"))
    assert by_time["x"].tolist() == pytest.approx([20.05, 40.05, 60.05, 80.05])


def test_epochs_whose_step_is_not_known_are_placed_by_their_time() -> None:
    unknown = Axes.of(100.0, [Epoch(end.epoch, 0, end.time, {}) for end in ENDS])
    curve = make_curve(EPOCHS, "epoch", unknown, STEPS, Look("step"))
    assert curve["x"].tolist() == [200, 400, 600, 800]
    alone = make_curve(EPOCHS, "epoch", unknown, None, Look("step"))
    assert alone["x"].tolist() == [1, 2, 3, 4]


def test_without_epochs_there_is_no_axis_of_them() -> None:
    curve = make_curve(STEPS, "step", Axes.of(0.0, []), None, Look("epoch", smoothing=0.5))
    assert (curve["x"], curve["y"], curve["smooth"], curve["total"]) == ([], [], [], 1000)
    known = make_curve(STEPS, "step", Axes.of(0.0, [], 100), None, Look("epoch"))
    assert known["x"][-1] == 10


def test_a_window_keeps_a_point_beyond_each_end() -> None:
    curve = make_curve(STEPS, "step", AXES, None, Look("epoch", first=1.0, last=1.1))
    assert (curve["steps"][0], curve["steps"][-1]) == (199, 221)
    between = make_curve(EPOCHS, "epoch", AXES, None, Look("epoch", first=1.2, last=1.4))
    assert between["x"].tolist() == [1, 2]
    beyond = make_curve(EPOCHS, "epoch", AXES, None, Look("epoch", first=9.0, last=10.0))
    assert beyond["x"].tolist() == [4]


def test_few_points_keep_the_extremes() -> None:
    values = np.zeros(100_000)
    values[[12_345, 77_777]] = 50.0, -50.0
    steps = np.arange(1, 100_001)
    series = Series("loss", steps, values, steps / 10)
    curve = make_curve(series, "step", AXES, None, Look(points=400, smoothing=0.9))
    assert len(curve["x"]) == len(curve["smooth"]) <= 400
    assert {50.0, -50.0} <= set(curve["y"].tolist())
    assert curve["best"] == {"x": 77_778, "y": -50.0, "step": 77_778}


@pytest.mark.parametrize(
    ("step", "epoch"), [(1, 1), (200, 1), (201, 2), (800, 4), (801, 5), (1000, 5)]
)
def test_a_step_is_in_an_epoch(step: int, epoch: int) -> None:
    assert AXES.epoch_of(step) == epoch


def test_a_training_that_was_taken_up_again_begins_in_its_epoch() -> None:
    later = Axes.of(0.0, [Epoch(5, 1200, 1.0, {}), Epoch(6, 1400, 2.0, {})], 200)
    series = Series.of("loss", [(1001, 1.0, 0.1), (1200, 1.0, 1.0), (1300, 1.0, 1.5)])
    curve = make_curve(series, "step", later, None, Look("epoch"))
    assert curve["x"].tolist() == pytest.approx([5.005, 6, 6.5])
