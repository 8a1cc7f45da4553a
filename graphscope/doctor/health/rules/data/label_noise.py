"""Labels that have nothing to do with the inputs: guessed, or brought out of order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.checks._arguments import given_argument
from graphscope.doctor.findings import Diagnosis, Place
from graphscope.doctor.health.places import fit_place, known
from graphscope.doctor.health.rules.data._parting import parting
from graphscope.doctor.health.rules.data._samples import Sample, sample_of
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import has_many_epochs
from graphscope.doctor.health.training import Training
from graphscope.doctor.origins import trace_data
from graphscope.doctor.wording import distinct
from graphscope.runs.curves import is_share

ID = "label-noise"
SYMPTOM = "label-noise"

_CLASSES = 3
"""Between two classes a neighbour agrees by chance half of the time, which says little."""
_CHANCE = 1.6
"""Times what chance gives: with 512 rows and ten classes, chance stays below."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Ask each row's nearest neighbour for its label, where validation is no better than chance."""
    sample = sample_of(training)
    if sample is None or sample.classes < _CLASSES or _learns(training, sample.classes):
        return
    if not has_many_epochs(training.run):
        return  # Made-up data are good enough to show that a model runs.
    agreement, chance = _agreement(sample), _chance(sample)
    if agreement > _CHANCE * chance:
        return
    apart = parting(training.case, training.fit) if training.case and training.fit else None
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"The labels do not go with the inputs: a row's nearest neighbour has its label in "
        f"{agreement:.0%} of the cases, and chance gives {chance:.0%} (noise, or labels that were "
        "shuffled apart from the inputs). A model can only learn such rows by heart.\n"
        "Keep inputs and labels together when they are shuffled, sorted or filtered: use one order "
        "(index) for both.",
        confidence=0.75,
        places=distinct([apart.place if apart else None, *_made(training), fit_place(training)]),
        evidence=[
            f"nearest neighbour agrees in {agreement:.1%}, chance {chance:.1%}",
            *([apart.told] if apart else []),
        ],
        fixes=known(apart.fix() if apart else None),
    )


def _learns(training: Training, classes: int) -> bool:
    """Whether the model does better than chance on data it was not trained on."""
    for name, series in training.run.epochs.items():
        if _is_accuracy(name) and name.startswith("val_") and len(series):
            return float(np.max(series.values)) > 2.0 / classes
    for name, series in training.run.epochs.items():
        if _is_accuracy(name) and len(series):
            return float(series.values[-1]) > 4.0 / classes
    return True


def _is_accuracy(name: str) -> bool:
    # Of the shares only this one is 1 / classes for guesses.
    return is_share(name) and "acc" in name.lower()


def _agreement(sample: Sample) -> float:
    spread = sample.features.std(axis=0)
    rows = sample.features[:, spread > 0] / spread[spread > 0]
    squares = (rows**2).sum(axis=1)
    distances = squares[:, None] + squares[None] - 2 * rows @ rows.T
    np.fill_diagonal(distances, np.inf)
    return float(np.mean(sample.targets[distances.argmin(axis=1)] == sample.targets))


def _chance(sample: Sample) -> float:
    _, counts = np.unique(sample.targets, return_counts=True)
    return float(np.sum((counts / counts.sum()) ** 2))


def _made(training: Training) -> list[Place]:
    """Return the lines that made the labels."""
    case = training.case
    given = given_argument(case, training.fit, "y", 1) if case is not None else None
    if case is None or given is None:
        return []
    return list(trace_data(case, given.node, given.frame, file=given.file).places)
