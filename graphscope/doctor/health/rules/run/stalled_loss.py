"""A loss that stays at what a model would reach that answers the same to every sample."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import (
    constant_loss,
    first_step,
    goes_well,
    has_many_epochs,
    is_no_better_than_constant,
    is_signed,
    loss_of,
    progress,
    typical,
)
from graphscope.doctor.health.training import Training
from graphscope.runs import Run
from graphscope.runs.records import OUTPUT, TARGET

ID = "stalled-loss"
SYMPTOM = "slow-or-stalled-loss"

_MOVED = 0.1
"""Of its beginning: a loss that lost less hardly moved."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Compare the end of the loss with its beginning, and with what a constant would reach."""
    run = training.run
    series = loss_of(run)
    if series is None or not has_many_epochs(run) or goes_well(run) or is_signed(series):
        return
    if not np.all(np.isfinite(series.values)) or not progress(run) < _MOVED:
        return
    worse = is_no_better_than_constant(run)
    if worse is False:
        return  # It stays, and has learned: training is done.
    constant = constant_loss(run)
    measured = (
        f"a model that answers the same to every sample would reach {constant:.4g}"
        if worse
        else "whether that is as low as it can be is not known"
    )
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"The loss is stalled: in {run.last_step} steps it lost {progress(run):.1%} of its "
        f"beginning; {measured}.\n{_reason(run)}",
        severity=Severity.WARNING if worse else Severity.INFO,
        confidence=0.7 if worse else 0.4,
        first_step=first_step(series),
        evidence=[f"loss of a constant answer {constant:.4g}"] if worse else [],
    )


def _reason(run: Run) -> str:
    spread, wanted = typical(run, OUTPUT, "std"), typical(run, TARGET, "std")
    low, high = typical(run, OUTPUT, "min"), typical(run, OUTPUT, "max")
    if np.isfinite(spread) and np.isfinite(wanted) and spread < 1e-3 * wanted:
        return (
            f"The output hardly depends on the input: it lies between {low:.4g} and {high:.4g}, "
            f"targets spread by {wanted:.4g}. Look at the range of its activation, and at layers "
            "that are dead or saturated."
        )
    return (
        "Look at whether inputs and targets belong together and are scaled to about 1, at the "
        "learning rate, and at whether loss and last activation fit."
    )
