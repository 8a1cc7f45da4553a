"""One layer that steps change far less, or far more, than they change the others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.places import label_of, layer_place
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import (
    first_step,
    goes_well,
    is_long_enough,
    trained_layers,
    typical,
)
from graphscope.doctor.health.training import Training
from graphscope.runs import LayerInfo, Run

ID = "update-ratio"
SYMPTOM = "update-ratio-out-of-range"

_SMALL, _LARGE = 3e-6, 0.3
"""Of an update to its weight: below it nothing moves, beyond it a step replaces the weight."""
_GOOD = (1e-4, 1e-2)
"""Between these the other layers are, or the learning rate is the matter of another rule."""
_WEIGHT = 0.1
"""Norm of weights, below which (biases, what starts at 0) a ratio says nothing."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Compare the median update ratio of each layer with the limits, and with the other layers'."""
    run = training.run
    if goes_well(run) or not is_long_enough(run):
        return
    ratios = {layer: ratio for layer in trained_layers(run) if (ratio := _ratio(run, layer)) > 0}
    for layer, ratio in ratios.items():
        others = [each for one, each in ratios.items() if one is not layer]
        if not others or not _GOOD[0] <= float(np.median(others)) <= _GOOD[1]:
            continue
        if ratio < _SMALL or ratio > _LARGE:
            yield _tell(training, layer, ratio, float(np.median(others)))
            return


def _ratio(run: Run, layer: LayerInfo) -> float:
    """Return the median ratio of a layer that has weights and a gradient; 0 for others."""
    weight, gradient = (typical(run, layer.key, of) for of in ("weight_norm", "gradient_norm"))
    ratio = typical(run, layer.key, "update_ratio")
    return ratio if weight > _WEIGHT and gradient > 0 and np.isfinite(ratio) else 0.0


def _tell(training: Training, layer: LayerInfo, ratio: float, others: float) -> Diagnosis:
    series = training.run.statistic(layer.key, "update_ratio")
    assert series is not None
    bad = series.values < _SMALL if ratio < _SMALL else series.values > _LARGE
    outcome = (
        "it stays as it was initialised, while the others learn. Its weights are too large for "
        "these steps, or its gradient is nearly 0: start with smaller weights (glorot_uniform), "
        "normalise what it receives, or give it a higher rate"
        if ratio < _SMALL
        else "each step replaces what the last one made. Its weights are too small for these "
        "steps: start with larger weights, clip gradients, or give it a lower rate"
    )
    return tell(
        training,
        ID,
        SYMPTOM,
        f"Steps change {label_of(training, layer)} by {ratio:.1g} of its weights, and the other "
        f"layers by {others:.1g}: {outcome}.",
        confidence=0.65,
        first_step=first_step(series, bad),
        layer=layer.name,
        places=[layer_place(training, layer)],
        evidence=[
            f"update to weight ratio {ratio:.2g} (limits {_SMALL:g} and {_LARGE:g}), "
            f"other layers {others:.2g}"
        ],
    )
