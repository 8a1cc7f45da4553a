"""A loss that goes up and down from epoch to epoch instead of down."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.places import optimizer_place
from graphscope.doctor.health.rates import calmer_fixes
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import first_step, goes_well, swing
from graphscope.doctor.health.training import Training

ID = "oscillating-loss"
SYMPTOM = "oscillating-loss"

_SWING = 0.2
"""Of the loss, on average, taken back in the next epoch. AutoTrainer
(doi 10.1109/ICSE43902.2021.00043) asks for swings of .03 of accuracy in a fifth of the epochs."""
_EPOCHS = 6


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Look at the means of epochs: single batches swing in every training."""
    run = training.run
    series = run.epochs.get("loss")
    if series is None or len(series) < _EPOCHS or goes_well(run):
        return
    swings = swing(series)
    if not swings > _SWING or not np.all(np.isfinite(series.values)):
        return
    rates = run.steps.get("learning_rate")
    rate = float(np.median(rates.values)) if rates is not None and len(rates) else None
    lower = f"Lower (reduce) the learning rate, {rate:g}" if rate else "Lower the learning rate"
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"The loss oscillates: from one epoch to the next it goes up and down by {swings:.0%} of "
        f"itself (limit {_SWING:.0%}).\n{lower}, or use larger batches.",
        confidence=0.7,
        first_step=first_step(run.steps.get("loss")),
        places=[optimizer_place(training)],
        evidence=[f"swings of {swings:.0%} of the loss over {len(series)} epochs"],
        fixes=calmer_fixes(training, likelihood=0.5),
    )
