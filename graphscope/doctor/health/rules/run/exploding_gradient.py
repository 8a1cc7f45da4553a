"""Gradients, activations or a loss that start far beyond what any initial weights should give."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.initial import find_oversized
from graphscope.doctor.health.places import label_of, layer_place
from graphscope.doctor.health.rates import calmer_fixes
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import (
    first_step,
    goes_well,
    is_long_enough,
    progress,
    trained_layers,
)
from graphscope.doctor.health.training import Training
from graphscope.runs import LayerInfo, Run, Series
from graphscope.runs.records import INPUT

ID = "exploding-gradient"
SYMPTOM = "exploding-gradient"

_LIMIT = 1e4
"""Of a layer's gradient norm: research of many trainings puts healthy ones far below."""
_GROWTH = 1e6
"""Times the inputs: layers that keep signals their size make them a few times larger at most."""
_SURE = 0.85


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Look for signals that grow on their first way, and for gradients beyond the limit."""
    run = training.run
    # Targets in the hundreds make gradients of thousands, and Adam does not mind.
    if goes_well(run) or not is_long_enough(run) or progress(run) > 0.1:
        return
    found = next(_grown(run), None)
    if found is not None:
        yield _tell_growth(training, *found)
        return
    worst, loudest = 0.0, None
    for layer in trained_layers(run):
        series = run.statistic(layer.key, "gradient_norm")
        if series is not None and len(series) and (peak := float(np.nanmax(series.values))) > worst:
            worst, loudest = peak, (layer, series)
    if loudest is not None and worst > _LIMIT:
        yield _tell(training, worst, *loudest)


def _grown(run: Run) -> Iterator[tuple[LayerInfo, float]]:
    """Yield layers whose activations are huge in the first step that was looked into."""
    inputs = _largest(run, INPUT, "min", "max")
    for layer in run.layers:
        outputs = _largest(run, layer.key, "activation_min", "activation_max")
        if outputs > _GROWTH * max(inputs, 1.0):
            yield layer, outputs


def _largest(run: Run, key: str, *names: str) -> float:
    """Return the largest number in the first sample, without its sign; 0 when it is not known."""
    found = [run.statistic(key, name) for name in names]
    return max((abs(float(each.values[0])) for each in found if each), default=0.0)


def _tell_growth(training: Training, layer: LayerInfo, size: float) -> Diagnosis:
    series = training.run.statistic(layer.key, "activation_max")
    large = find_oversized(training, training.run.layers)
    told = f"\n{large.told}." if large is not None else ""
    return tell(
        training,
        ID,
        SYMPTOM,
        f"Activations explode before anything is learned: {label_of(training, layer)} returns "
        f"numbers up to {size:.3g}, so the loss and its gradient overflow (NaN, inf).{told}\n"
        "Start with smaller weights (glorot_uniform, he_normal, orthogonal), use normalisation "
        "layers, and scale inputs to about 1.",
        confidence=_SURE,
        first_step=first_step(series),
        layer=(large.info if large is not None else layer).name,
        places=[large.place if large is not None else None, layer_place(training, layer)],
        evidence=[f"activations up to {size:.3g} in the first step"],
        fixes=large.fixes if large is not None else (),
    )


def _tell(training: Training, worst: float, layer: LayerInfo, series: Series) -> Diagnosis:
    large = find_oversized(training, training.run.layers)
    fixes = large.fixes if large is not None else calmer_fixes(training, likelihood=0.5)
    return tell(
        training,
        ID,
        SYMPTOM,
        f"Gradients explode: that of {label_of(training, layer)} reaches a norm of {worst:.3g}.\n"
        "Use smaller initial weights (he_normal, glorot_uniform), scale inputs and targets to "
        "about 1, lower the learning rate, or clip gradients (clipnorm=1.0).",
        confidence=0.75,
        first_step=first_step(series, series.values > _LIMIT),
        layer=layer.name,
        places=[large.place if large is not None else None, layer_place(training, layer)],
        evidence=[f"gradient norm {worst:.3g} (limit {_LIMIT:g})"],
        fixes=fixes,
    )
