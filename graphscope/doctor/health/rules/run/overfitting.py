"""A model that learns its examples by heart: validation gets worse while training gets better."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.places import dropout_fix, early_stopping_fix, fit_place, known
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import step_of_epoch
from graphscope.doctor.health.training import Training
from graphscope.runs import Series

ID = "overfitting"
SYMPTOM = "overfitting"

_RISE = 1.25
"""Of the validation loss over its minimum, for at least `_EPOCHS` epochs, while the training loss
fell below `_FALL` of what it was at that minimum."""
_FALL = 0.7
_EPOCHS = 3


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Compare the losses of training and of validation, epoch by epoch."""
    loss = training.run.epochs.get("loss")
    validation = training.run.epochs.get("val_loss")
    if loss is None or validation is None or len(validation) < _EPOCHS + 1:
        return
    if len(loss) != len(validation) or not np.all(np.isfinite(validation.values)):
        return
    best = int(np.argmin(validation.values))
    smallest = float(validation.values[best])
    rises = validation.values[best:] > _RISE * smallest
    falls = loss.values[-1] < _FALL * loss.values[best]
    if smallest > 0 and rises.sum() >= _EPOCHS and rises[-1] and falls:
        yield _tell(training, loss, validation, best)


def _tell(training: Training, loss: Series, validation: Series, best: int) -> Diagnosis:
    run = training.run
    epoch = int(validation.steps[best])
    smallest, final = float(validation.values[best]), float(validation.values[-1])
    parameters = sum(info.trainable_parameters for info in run.layers)
    samples = _samples(training)
    few = (
        f" It has {parameters:,} weights for {samples:,} samples." if samples and parameters else ""
    )
    return tell(
        training,
        ID,
        SYMPTOM,
        f"The model overfits: val_loss was smallest, {smallest:.4g}, in epoch {epoch + 1} and is "
        f"{final:.4g} now, while the training loss fell from {loss.values[best]:.4g} to "
        f"{loss.values[-1]:.4g}.{few}\nStop early: after epoch {epoch + 1} nothing was gained. "
        "Dropout, weight decay (regularisation), a smaller model or more data keep it from "
        "learning its few samples by heart.",
        confidence=0.9,
        first_step=step_of_epoch(run, epoch + 1),
        places=[fit_place(training)],
        evidence=[
            f"val_loss {smallest:.4g} in epoch {epoch + 1}, {final:.4g} in epoch "
            f"{int(validation.steps[-1]) + 1}: {final / smallest:.2f} times its minimum",
            f"early stopping would have saved {int(validation.steps[-1]) - epoch} epochs",
        ],
        fixes=known(
            early_stopping_fix(training, likelihood=0.9), dropout_fix(training, likelihood=0.6)
        ),
    )


def _samples(training: Training) -> int | None:
    """Return how many samples the model is trained on, where that is known."""
    start = training.run.start
    fit = start.config.get("fit", {}) if start is not None else {}
    counted = fit.get("samples")
    if isinstance(counted, int):
        return counted
    steps, size = fit.get("steps_per_epoch"), fit.get("batch_size")
    return steps * size if isinstance(steps, int) and isinstance(size, int) else None
