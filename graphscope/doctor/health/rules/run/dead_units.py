"""Layers whose units have all died: they return 0 for everything, and get no gradient."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.places import known, label_of, layer_place, optimizer_place
from graphscope.doctor.health.rates import calmer_fixes
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import first_step, goes_well
from graphscope.doctor.health.training import Training
from graphscope.runs import LayerInfo, Series

ID = "dead-layer"
SYMPTOM = "dead-relu"

_DEAD = 0.999
"""Of the units of a layer. Sparse codes leave nine of ten at 0 and learn well."""
_SAMPLES = 2


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Find the first layer that is dead at the end, where training does not go well."""
    run = training.run
    if goes_well(run):
        return
    for key in run.statistics:
        info = next((each for each in run.layers if each.key == key), None)
        series = run.statistic(key, "dead_share")
        if info is None or series is None or info.activation not in ("relu", "relu6"):
            continue
        if len(series) >= _SAMPLES and np.all(series.values[-_SAMPLES:] > _DEAD):
            yield _tell(training, info, series)
            return


def _tell(training: Training, info: LayerInfo, series: Series) -> Diagnosis:
    began = first_step(series, series.values > _DEAD)
    from_start = began == int(series.steps[0])
    rates = training.run.steps.get("learning_rate")
    rate = float(rates.values[0]) if rates is not None and len(rates) else None
    if from_start:
        why = (
            "They never fire: look at its initial bias and weights, and at the scale of its inputs."
        )
        places = [layer_place(training, info)]
        fixes = known()
    else:
        why = (
            f"They fired before: one large update killed them. The learning rate is {rate:g}; "
            "lower it, use Adam, or clip gradients; scale targets and inputs to about 1."
            if rate is not None
            else "They fired before: a large update killed them."
        )
        places = [optimizer_place(training), layer_place(training, info)]
        fixes = calmer_fixes(training, likelihood=0.7)
    return tell(
        training,
        ID,
        SYMPTOM,
        f"All units of {label_of(training, info)} are dead since step {began}: relu returns zero "
        f"for every sample, so no gradient reaches what lies before.\n{why}",
        confidence=0.8,
        first_step=began,
        layer=info.name if from_start else None,
        places=places,
        evidence=[f"{series.values[-1]:.1%} of its units are 0 for the whole batch"],
        fixes=fixes,
    )
