"""What a trained model answers to the first rows that it was trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphscope.doctor.checks._trained import inputs_of, summaries
from graphscope.doctor.health.rules.data._samples import sample_of
from graphscope.doctor.health.training import Training


@dataclass(frozen=True, slots=True)
class Answers:
    """Outputs of a model with one input and one output, and what they should be.

    Attributes:
        outputs: shape (n, units), finite.
        targets: shape (n,); classes as whole numbers where they are classes.
        classes: how many different ones there are; 0 for a regression.
    """

    outputs: NDArray[np.float64]
    targets: NDArray[np.float64]
    classes: int


def answers_of(training: Training) -> Answers | None:
    """Ask the trained model about the first rows; None where its answers cannot be compared."""
    sample = sample_of(training)
    if sample is None or training.fit is None:
        return None
    rows: Any = next(iter(summaries(inputs_of(training.fit)))).sample
    import keras

    outputs = np.asarray(keras.ops.convert_to_numpy(training.fit.model(rows, training=False)))
    if outputs.ndim != 2 or len(outputs) != len(sample.targets) or not np.isfinite(outputs).all():
        return None
    if sample.classes > 2 and outputs.shape[1] < sample.classes and outputs.shape[1] != 1:
        return None
    classes = sample.classes if outputs.shape[1] > 1 else 0
    return Answers(outputs.astype(np.float64), sample.targets, classes)
