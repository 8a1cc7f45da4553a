"""How targets and outputs differ, told from shapes alone."""

from __future__ import annotations

import pytest

from graphscope.doctor.facts.relation import elements, kind_of, relate, same


@pytest.mark.parametrize(
    ("kind", "target", "prediction", "relation"),
    [
        ("sparse", (), (5,), "fits"),
        ("sparse", (1,), (5,), "fits"),
        ("sparse", (5,), (5,), "one-hot"),
        ("sparse", (16,), (20, 4), "sizes"),
        ("sparse", (), (20, 4), "surplus-axes"),
        ("sparse", (20,), (4,), "missing-axes"),
        ("sparse", (32, 48), (32, 48, 4), "fits"),
        ("sparse", (32, 48, 4), (32, 48, 4), "one-hot"),
        ("categorical", (5,), (5,), "fits"),
        ("categorical", (), (5,), "indices"),
        ("categorical", (1,), (5,), "indices"),
        ("categorical", (32, 48), (32, 48, 4), "indices"),
        ("categorical", (6,), (10,), "width"),
        ("categorical", (6,), (2, 2, 6), "surplus-axes"),
        ("binary", (), (2,), "two-units"),
        ("binary", (1,), (2, 2, 1), "surplus-axes"),
        ("binary", (2,), (1,), "one-hot-single"),
        ("binary", (), (1,), "fits"),
        ("elementwise", (28, 28, 1), (784,), "flat-output"),
        ("elementwise", (15, 2), (2,), "missing-axes"),
        ("elementwise", (20,), (20, 1), "fits"),
        ("elementwise", (12,), (6,), "width"),
        ("elementwise", (None, 3), (7, 3), "fits"),
    ],
)
def test_relation_follows_from_kind_and_shapes(
    kind: str, target: tuple[int, ...], prediction: tuple[int, ...], relation: str
) -> None:
    assert relate(kind, target, prediction, is_whole=True) == relation  # type: ignore[arg-type]


def test_numbers_that_are_not_whole_are_no_class_indices() -> None:
    assert relate("categorical", (1,), (5,), is_whole=False) == "width"


def test_rows_of_another_width_are_told_from_steps_by_their_values() -> None:
    assert relate("sparse", (20,), (4,), is_whole=True, is_rows=True) == "one-hot"
    assert relate("sparse", (20,), (4,), is_whole=True, is_rows=False) == "missing-axes"


def test_kinds_are_told_by_keras_names() -> None:
    class F1Score:
        pass

    F1Score.__module__ = "keras.src.metrics.f_score_metrics"
    assert kind_of("sparse_categorical_crossentropy", None) == "sparse"
    assert kind_of("categorical_crossentropy", None) == "categorical"
    assert kind_of("binary_focal_crossentropy", None) == "binary"
    assert kind_of("mse", None) == "elementwise"
    assert kind_of("f1_score", F1Score()) == "categorical"
    assert kind_of("focal", test_kinds_are_told_by_keras_names) == "own"


def test_open_axes_fit_anything_and_count_once() -> None:
    assert same((None, 3), (7, 3))
    assert not same((7,), (7, 1))
    assert elements((None, 4, 5)) == 20
