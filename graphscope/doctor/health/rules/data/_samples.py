"""The first rows that a model was trained on, as matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphscope.doctor.checks._trained import inputs_of, summaries, targets_of
from graphscope.doctor.health.training import Training

_FEWEST = 32


@dataclass(frozen=True, slots=True)
class Sample:
    """Some rows of the training data.

    Attributes:
        features: shape (n, numbers in a row).
        targets: shape (n,); classes as whole numbers where they are classes.
        classes: how many different ones there are; 0 for a regression.
    """

    features: NDArray[np.float64]
    targets: NDArray[np.float64]
    classes: int


def sample_of(training: Training) -> Sample | None:
    """Return rows of one input with one target; None where there are several, or no arrays."""
    if training.fit is None:
        return None
    x, y = list(summaries(inputs_of(training.fit))), list(summaries(targets_of(training.fit)))
    if len(x) != 1 or len(y) != 1 or x[0].sample is None or y[0].sample is None:
        return None
    features, targets = np.asarray(x[0].sample), np.asarray(y[0].sample)
    if len(features) != len(targets) or len(features) < _FEWEST:
        return None
    if features.dtype.kind not in "fiu" or targets.dtype.kind not in "fiub":
        return None
    return _make(features, targets)


def _make(features: Any, targets: Any) -> Sample | None:
    flat = features.reshape(len(features), -1).astype(np.float64)
    if targets.ndim > 1 and targets.shape[-1] > 1:
        if targets.ndim > 2 or not np.all(targets.sum(axis=-1) == 1):
            return None
        targets = targets.argmax(axis=-1)
    answers = targets.reshape(-1).astype(np.float64)
    if len(answers) != len(flat) or not (np.isfinite(flat).all() and np.isfinite(answers).all()):
        return None
    whole = bool(np.all(answers == np.round(answers)))
    distinct = len(np.unique(answers))
    return Sample(flat, answers, distinct if whole and distinct <= len(answers) // 4 else 0)
