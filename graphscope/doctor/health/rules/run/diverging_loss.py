"""A loss that rises where it should fall."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.places import optimizer_place
from graphscope.doctor.health.rates import calmer_fixes
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import (
    constant_loss,
    first_step,
    is_long_enough,
    loss_of,
    parts,
    rise,
)
from graphscope.doctor.health.training import Training

ID = "diverging-loss"
SYMPTOM = "diverging-loss"

_RISE = 1.5
"""Times its beginning. Losses of batches differ by tens of percent; medians of tenths do not."""

_JUMP = 3.0
"""Times the loss of the first batch, which alone says less; and of a constant answer."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Compare the last tenth of the loss with the first, and with the best of ten parts."""
    run = training.run
    series = loss_of(run)
    if series is None or not is_long_enough(run):
        return
    times = rise(series)
    if np.isnan(times) or _has_adversary(training):
        return
    first, last = parts(series)
    if not times > _RISE:
        # It may have jumped up within the first tenth.
        first = float(series.values[np.isfinite(series.values)][0])
        times = last / max(first, 1e-12)
        if not (times > _JUMP and not last < _JUMP * constant_loss(run)):
            return
    rates = run.steps.get("learning_rate")
    rate = float(np.max(rates.values)) if rates is not None and len(rates) else None
    begun = first_step(series, series.values > _RISE * first)
    advice = f"The learning rate is {rate:g}; lower (reduce) it" if rate else "Lower the rate"
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"The loss diverges: it rises from {first:.4g} to {last:.4g}, {times:.3g} times its "
        f"beginning (limit {_RISE:g}), since step {begun}.\n{advice}, clip gradients "
        "(clipnorm=1.0), scale inputs and targets to about 1, and look at the sign of the loss.",
        confidence=0.75,
        first_step=begun,
        places=[optimizer_place(training)],
        evidence=[f"loss {times:.3g} times its beginning (limit {_RISE:g})"],
        fixes=calmer_fixes(training, likelihood=0.5),
    )


def _has_adversary(training: Training) -> bool:
    """Whether several losses are trained against each other: one of them rises and is well."""
    names = [name for name in training.run.epochs if not name.startswith("val_")]
    return sum("loss" in name.lower() and name != "reported_loss" for name in names) > 1
