"""A discriminator that always wins, so that its generator learns nothing from it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.training import Training
from graphscope.runs import Run, Series

ID = "gan-collapse"
SYMPTOM = "gan-collapse"

_WON, _LOST = 0.1, 3.0
"""Losses in nats at which a discriminator errs in 1 of 20 cases, and a generator is believed in 1
of 20 (exp(-3))."""
_ROLES = {
    "discriminator": re.compile(r"(^|_)(d|disc\w*|critic)(_|$)"),
    "generator": re.compile(r"(^|_)(g|gen\w*)(_|$)"),
}


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Compare the last third of both losses."""
    pair = _losses(training.run)
    if pair is None:
        return
    judge, maker = pair
    third = max(3, len(judge) // 3)
    if len(judge) < 3 or len(maker) != len(judge):
        return
    won, lost = float(np.median(judge.values[-third:])), float(np.median(maker.values[-third:]))
    if not (won < _WON and lost > _LOST):
        return
    both = (judge.values < _WON) & (maker.values > _LOST)
    rates = [
        f"{name.partition('/')[2]}: {series.values[-1]:g}"
        for name, series in training.run.steps.items()
        if name.startswith("learning_rate/") and len(series)
    ]
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"The discriminator wins (its loss is {won:.3g}, the generator's {lost:.3g}): it is sure "
        "of every sample, so the gradient that the generator gets from it says nothing "
        "(collapse).\n"
        "Weaken it: a lower learning rate for the discriminator, a higher one for the generator, "
        "label smoothing, dropout or noise in the discriminator, fewer of its steps.",
        confidence=0.8,
        first_step=int(judge.steps[np.flatnonzero(both)[0]]),
        evidence=[f"losses {won:.3g} and {lost:.3g}", *(f"learning rate of {r}" for r in rates)],
    )


def _losses(run: Run) -> tuple[Series, Series] | None:
    """Return the losses of discriminator and generator, by their names in the logs."""
    found = {}
    for role, pattern in _ROLES.items():
        names = [name for name in run.steps if "loss" in name and pattern.search(name)]
        if len(names) != 1:
            return None
        found[role] = run.steps[names[0]]
    return found["discriminator"], found["generator"]
