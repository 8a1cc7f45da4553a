"""Weights that get a gradient and that a step does not change."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.places import label_of, layer_place, optimizer_place
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import first_step, goes_well, is_long_enough, trained_layers
from graphscope.doctor.health.training import Training
from graphscope.doctor.wording import plural
from graphscope.runs import LayerInfo, Run

ID = "unchanged-weights"
SYMPTOM = "no-learning"

_GRADIENT = 1e-6
"""Of a layer: below this norm the gradient is as good as none, and another rule's matter."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Find layers with a gradient that no sampled step moved, in a training that goes badly."""
    run = training.run
    if goes_well(run) or not is_long_enough(run):
        return
    found = [info for info in trained_layers(run) if _is_unmoved(run, info)]
    if not found:
        return
    first = found[0]
    others = f" (and {plural(len(found) - 1, 'other layer')})" if len(found) > 1 else ""
    gradient = run.statistic(first.key, "gradient_norm")
    assert gradient is not None
    norm = float(np.median(gradient.values))
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"{label_of(training, first)}{others} gets a gradient (norm {norm:.3g}) and stays as it "
        "is: no step changes its weights.\nApply the gradients to all trainable variables, raise "
        "a learning rate or clipping of 0, and mind that float16 loses small updates.",
        confidence=0.8,
        first_step=first_step(gradient),
        layer=first.name,
        places=[optimizer_place(training), layer_place(training, first)],
        evidence=[f"update norm 0 in {len(gradient)} sampled steps, gradient norm {norm:.3g}"],
    )


def _is_unmoved(run: Run, info: LayerInfo) -> bool:
    gradient = run.statistic(info.key, "gradient_norm")
    update = run.statistic(info.key, "update_norm")
    if gradient is None or update is None or not len(update):
        return False
    return bool(np.all(update.values == 0) and np.median(gradient.values) > _GRADIENT)
