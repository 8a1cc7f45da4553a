"""A classifier that stays near chance although everything moves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import (
    first_step,
    goes_well,
    has_many_epochs,
    is_no_better_than_constant,
    loss_of,
    noise,
    progress,
)
from graphscope.doctor.health.training import Training

ID = "underfitting"
SYMPTOM = "underfitting"

_EPOCHS = 8
_LEFT = 0.02
"""Of the loss, lost over the last third of the epochs: more says that it still learns."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Look for a loss that fell a little, and came to rest high above where it could be."""
    run = training.run
    loss = run.epochs.get("loss")
    if loss is None or len(loss) < _EPOCHS or goes_well(run) or not has_many_epochs(run):
        return
    if not 0.1 <= progress(run) < 0.5 or is_no_better_than_constant(run) is not True:
        return
    third = loss.values[-max(3, len(loss) // 3) :]
    gained = (third[0] - third[-1]) / max(abs(third[0]), 1e-12)
    if not np.isfinite(gained) or gained > max(_LEFT, 3 * noise(loss) / abs(third[0])):
        return
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"The model underfits: the loss came to rest at {loss.values[-1]:.4g}, no lower than "
        "where the same answer to every sample would bring it.\nUse a larger model, less "
        "regularisation or dropout, or inputs that tell more.",
        severity=Severity.WARNING,
        confidence=0.6,
        first_step=first_step(loss_of(run)),
        evidence=[f"the last third of the epochs lost {gained:.2%} of the loss"],
    )
