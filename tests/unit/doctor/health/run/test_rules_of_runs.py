"""Rules of runs alone, on runs that are made of numbers: each is sick in one way, or well."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

import numpy as np
import pytest

from graphscope.doctor.findings import Severity
from graphscope.doctor.health.rules.run import (
    diverging_loss,
    heavy_penalty,
    learning_rate,
    oscillating_loss,
    oscillating_validation,
    overfitting,
    saturated_units,
    sorted_batches,
    stalled_loss,
    unchanged_weights,
    underfitting,
    update_ratio,
    validation_apart,
    vanishing_gradient,
)
from graphscope.doctor.health.training import Training
from graphscope.runs import LayerInfo, Run, Series
from graphscope.runs.records import Start

STEPS, EPOCHS = 200, 10
LAYERS = tuple(
    LayerInfo(f"d{index}", f"d{index}", "Dense", parameters=99, trainable_parameters=99,
              activation="tanh")
    for index in range(5)
)  # fmt: skip
USUAL = {"gradient_norm": 0.1, "weight_norm": 5.0, "update_norm": 5e-3, "update_ratio": 1e-3}
"""Statistics of each layer, of a training that is well."""
FELL = np.geomspace(2.3, 0.2, STEPS)
STAYED = np.full(STEPS, 2.3)


def series(name: str, values: np.ndarray | list[float], every: int = 1) -> Series:
    points = [(1 + index * every, float(value), float(index)) for index, value in enumerate(values)]
    return Series.of(name, points)


def training(
    loss: np.ndarray,
    *,
    layers: Mapping[str, Mapping[str, float]] = {},
    special: Mapping[str, Mapping[str, np.ndarray]] = {},
    rate: float = 0.01,
    **epochs: np.ndarray | list[float],
) -> Training:
    """Return a classifier's run of class numbers from 0 to 9.

    Args:
        loss: of each step.
        layers: statistics of layers that are not the usual ones.
        special: statistics by sample, of `@target` and the like.
        rate: learning rate.
        epochs: series of epochs besides the mean of the loss.
    """
    count = 20
    statistics = {
        info.key: {
            name: series(name, np.full(count, value), STEPS // count)
            for name, value in {**USUAL, **layers.get(info.key, {})}.items()
        }
        for info in LAYERS
    }
    target = {"max": np.full(count, 9.0), "mean": np.full(count, 4.5), "std": np.full(count, 2.9)}
    for key, numbers in {"@target": target, **special}.items():
        given = {**target, **numbers} if key == "@target" else numbers
        statistics[key] = {
            name: series(name, values, STEPS // count) for name, values in given.items()
        }
    means = loss.reshape(EPOCHS, -1).mean(axis=1)
    start = Start("r", "w", 0.0, config={"loss": "sparse_categorical_crossentropy",
                                         "fit": {"batch_size": 32}}, layers=LAYERS)  # fmt: skip
    run = Run(
        "r",
        "r",
        start,
        steps={"loss": series("loss", loss), "learning_rate": series("lr", np.full(STEPS, rate))},
        epochs={
            name: Series.of(name, [(i, float(v), 0.0) for i, v in enumerate(values)])
            for name, values in {"loss": means, **epochs}.items()
        },
        statistics=statistics,
    )
    return Training(run)


SWINGS = 2.3 + np.repeat(np.tile([0.0, 1.4], EPOCHS // 2), STEPS // EPOCHS)
SOON = np.concatenate([np.geomspace(2.3, 2.0, 40), np.full(STEPS - 40, 2.0)])
RARE = {"@target": {"std": np.r_[np.zeros(18), 0.4, 0.4], "mean": np.repeat([0.0, 3, 6, 9], 5)}}
FIRST_DEAD = {"d0": {"gradient_norm": 1e-7}, "d1": {"gradient_norm": 1e-5}}
SICK: dict[str, tuple[ModuleType, Training]] = {
    "overfitting": (
        overfitting,
        training(FELL, val_loss=[2.0, 1.2, 0.9, 0.8, 0.9, 1.1, 1.2, 1.3, 1.4, 1.5]),
    ),
    "oscillating-loss": (oscillating_loss, training(SWINGS)),
    "train-eval-gap": (
        oscillating_validation,
        training(FELL, val_loss=[1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0, 3.0]),
    ),
    "diverging-loss": (diverging_loss, training(FELL[::-1].copy())),
    "slow-or-stalled-loss": (stalled_loss, training(STAYED)),
    "underfitting by weights": (
        heavy_penalty,
        training(STAYED, special={"@loss": {"penalty_share": np.full(20, 0.95)}}),
    ),
    "underfitting": (underfitting, training(SOON, special={"@target": {"max": np.full(20, 6.0)}})),
    "no-learning": (
        unchanged_weights,
        training(STAYED, layers={"d2": {"update_norm": 0.0, "update_ratio": 0.0}}),
    ),
    "vanishing-gradient": (vanishing_gradient, training(STAYED, layers=FIRST_DEAD)),
    "saturated-activation": (
        saturated_units,
        training(
            STAYED,
            layers={info.key: {"saturated_share": 0.8, "activation_mean": 0.0} for info in LAYERS},
        ),
    ),
    "update-ratio-out-of-range small": (
        update_ratio,
        training(STAYED, layers={"d1": {"update_ratio": 1e-7}}),
    ),
    "update-ratio-out-of-range large": (
        update_ratio,
        training(STAYED, layers={"d1": {"update_ratio": 0.9}}),
    ),
    "learning-rate-too-high": (
        learning_rate,
        training(SWINGS, layers={info.key: {"update_ratio": 0.9} for info in LAYERS}),
    ),
    "learning-rate-too-low": (
        learning_rate,
        training(STAYED, layers={info.key: {"update_ratio": 1e-7} for info in LAYERS}, rate=1e-5),
    ),
    "oscillating-loss by order": (sorted_batches, training(SWINGS, special=RARE)),
    "validation-distribution-differs": (
        validation_apart,
        training(FELL, val_loss=[20.0 + index for index in range(EPOCHS)]),
    ),
}


@pytest.mark.parametrize("name", SICK)
def test_what_is_sick_is_named(name: str) -> None:
    rule, sick = SICK[name]
    found = list(rule.diagnose(sick))
    assert [each.symptom for each in found] == [name.split(maxsplit=1)[0]]
    assert found[0].rule == rule.ID
    assert found[0].evidence
    assert found[0].first_step is not None


def test_a_rate_is_not_too_low_where_only_one_beyond_reason_would_move_the_weights() -> None:
    layers = {info.key: {"update_ratio": 1e-10} for info in LAYERS}
    assert not list(learning_rate.diagnose(training(STAYED, layers=layers)))


WELL = {
    "it falls": training(FELL, val_loss=FELL.reshape(EPOCHS, -1).mean(axis=1)),
    "validation is somewhat worse": training(
        FELL, val_loss=1.15 * FELL.reshape(EPOCHS, -1).mean(axis=1)
    ),
    "it classifies": training(STAYED, accuracy=[0.97] * EPOCHS, layers=FIRST_DEAD),
    "small and large updates, and well": training(
        FELL, layers={"d1": {"update_ratio": 1e-7}, "d3": {"update_ratio": 0.9}}
    ),
}


@pytest.mark.parametrize("name", WELL)
@pytest.mark.parametrize("rule", sorted({rule.ID for rule, _ in SICK.values()}))
def test_what_is_well_brings_no_alert(rule: str, name: str) -> None:
    module = next(each for each, _ in SICK.values() if rule == each.ID)
    found = [each for each in module.diagnose(WELL[name]) if each.severity is not Severity.INFO]
    assert [each.message for each in found] == []


def test_a_range_of_rates_is_suggested_from_the_runs_own_updates() -> None:
    rule, sick = SICK["learning-rate-too-high"]
    message = next(iter(rule.diagnose(sick))).message
    # 0.01 changes weights by 0.9; 1e-4 to 1e-2 of them would be right.
    assert "1e-06 to 0.0001" in message


def test_the_epoch_at_which_to_stop_is_told() -> None:
    rule, sick = SICK["overfitting"]
    found = next(iter(rule.diagnose(sick)))
    assert "after epoch 4 nothing was gained" in found.message
    assert any("saved 6 epochs" in fact.text for fact in found.evidence)
    assert "Dropout" in found.message
    assert "weight decay" in found.message
