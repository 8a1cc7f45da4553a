"""Validation on samples that the model was trained on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graphscope.doctor.checks._arguments import given_argument
from graphscope.doctor.checks._trained import inputs_of, summaries
from graphscope.doctor.findings import Diagnosis, Place
from graphscope.doctor.health.places import fit_place
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import is_long_enough
from graphscope.doctor.health.training import Training
from graphscope.doctor.origins import trace_data
from graphscope.doctor.wording import distinct

ID = "seen-in-training"
SYMPTOM = "data-leakage"

_SHARE, _FEWEST = 0.05, 5
"""Of the validation rows, and rows, that are training rows too. Data sets with some rows twice
stay far below: of the 1797 digits of scikit-learn none is."""
_WIDE = 32
"""Columns from which on whole numbers, as of pixels, do not repeat by chance."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Look for the first rows of validation among the first rows of training."""
    pair = _rows(training)
    if pair is None or not is_long_enough(training.run):
        return
    once, validated = set(pair[0]), pair[1]
    both = sum(row in once for row in validated)
    if both < _FEWEST or both / len(validated) <= _SHARE:
        return
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"{both} of the first {len(validated)} validation rows are rows that the model is trained "
        f"on ({both / len(validated):.0%}, leakage, duplicates): validation measures what it knows "
        "by heart.\nSplit before samples are copied, augmented or oversampled, and validate on "
        "rows that training never sees.",
        confidence=0.8,
        places=distinct([*_made(training), fit_place(training)]),
        evidence=[f"{both} rows are in training and in validation"],
    )


def _rows(training: Training) -> tuple[list[bytes], list[bytes]] | None:
    """Return the first rows of both, as bytes; None where they are not at hand."""
    fit = training.fit
    trained = list(summaries(inputs_of(fit))) if fit is not None else []
    if fit is None or len(trained) != 1 or trained[0].sample is None:
        return None
    sample, given = np.asarray(trained[0].sample), fit.data.get("validation_data")
    if isinstance(given, list | tuple) and given:
        validated = list(summaries(given[0]))
        other = validated[0].sample if len(validated) == 1 else None
    else:
        sample, other = _divided(sample, trained[0].spec.shape, fit.arguments)
    one, two = _as_bytes(sample), _as_bytes(other)
    return (one, two) if one and two else None


def _divided(sample: Any, shape: Any, arguments: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return what `validation_split` leaves and takes, where all rows are at hand."""
    share = arguments.get("validation_split")
    if not isinstance(share, float) or not shape or shape[0] != len(sample):
        return sample, None
    at = math.floor(len(sample) * (1 - share))
    return sample[:at], sample[at:]


def _as_bytes(sample: Any) -> list[bytes]:
    """Return rows of numbers that do not repeat by chance: measurements, or many columns."""
    if sample is None or np.asarray(sample).dtype.kind not in "fiu" or not len(sample):
        return []
    rows = np.ascontiguousarray(np.asarray(sample, np.float32).reshape(len(sample), -1))
    measured = np.any(rows != np.round(rows), axis=1) & (rows.shape[1] > 1)
    varied = np.array([len(np.unique(row)) > 3 for row in rows])
    return [row.tobytes() for row in rows[varied & (measured | (rows.shape[1] >= _WIDE))]]


def _made(training: Training) -> list[Place]:
    """Return the lines that made the validation data."""
    case = training.case
    given = given_argument(case, training.fit, "validation_data", 99) if case is not None else None
    if case is None or given is None:
        return []
    node = given.node
    first = node.elts[0] if hasattr(node, "elts") and node.elts else node
    return list(trace_data(case, first, given.frame, file=given.file).places)
