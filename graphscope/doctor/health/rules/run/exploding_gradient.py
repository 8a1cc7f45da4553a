"""Gradients, activations or a loss that start far beyond what any initial weights should give."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.places import known, label_of, layer_fix, layer_place
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import (
    first_step,
    goes_well,
    is_long_enough,
    progress,
    trained_layers,
)
from graphscope.doctor.health.training import Training

ID = "exploding-gradient"
SYMPTOM = "exploding-gradient"

_LIMIT = 1e4
"""Of a layer's gradient norm: research of many trainings puts healthy ones far below."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Look for gradients beyond the limit in a training that does not go well."""
    run = training.run
    # Targets in the hundreds make gradients of thousands, and Adam does not mind.
    if goes_well(run) or not is_long_enough(run) or progress(run) > 0.1:
        return
    worst, found = 0.0, None
    for layer in trained_layers(run):
        series = run.statistic(layer.key, "gradient_norm")
        if series is not None and len(series) and (peak := float(np.nanmax(series.values))) > worst:
            worst, found = peak, (layer, series)
    if found is None or worst <= _LIMIT:
        return
    layer, series = found
    fix = layer_fix(
        training, layer, "kernel_initializer", '"he_normal"', "Start with he_normal weights", 0.4
    )
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"Gradients explode: that of {label_of(training, layer)} reaches a norm of {worst:.3g}.\n"
        "Use smaller initial weights (he_normal, glorot_uniform), scale inputs and targets to "
        "about 1, lower the learning rate, or clip gradients (clipnorm=1.0).",
        confidence=0.75,
        first_step=first_step(series, series.values > _LIMIT),
        layer=layer.name,
        places=[layer_place(training, layer)],
        evidence=[f"gradient norm {worst:.3g} (limit {_LIMIT:g})"],
        fixes=known(fix),
    )
