"""A validation loss that jumps from epoch to epoch while the training loss is calm."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import step_of_epoch, swing
from graphscope.doctor.health.training import Training

ID = "oscillating-validation"
SYMPTOM = "train-eval-gap"

_SWING, _CALM = 0.3, 0.1
_EPOCHS = 6


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Compare how the two losses swing; small validation sets do, so it is only told."""
    loss, validation = (training.run.epochs.get(name) for name in ("loss", "val_loss"))
    if loss is None or validation is None or len(validation) < _EPOCHS:
        return
    if not np.all(np.isfinite(validation.values)):
        return
    jumps, calm = swing(validation), swing(loss)
    if not (jumps > _SWING and calm < _CALM):
        return
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"The validation loss jumps by {jumps:.0%} of itself from one epoch to the next (limit "
        f"{_SWING:.0%}), the training loss by {calm:.0%}.\nA small validation set, a high "
        "learning rate, or BatchNormalization whose moving averages lag behind do that: validate "
        "on more samples, or lower the rate or the momentum.",
        severity=Severity.INFO,
        confidence=0.5,
        first_step=step_of_epoch(training.run, int(validation.steps[len(validation) // 2])),
        evidence=[f"swings: validation {jumps:.0%}, training {calm:.0%}"],
    )
