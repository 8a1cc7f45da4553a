"""How noisy a series is, and whether it rises or swings beyond its noise."""

from __future__ import annotations

import numpy as np

from graphscope.doctor.health.signals.curves import loss_of, parts
from graphscope.runs import Run, Series

_EPOCHS, _STEPS = 3, 50
"""Below both of these a run is a demonstration: where it would go cannot be told."""


def noise(series: Series) -> float:
    """Return the standard deviation of a series around its own trend, from its differences.

    A median of differences is not moved by trends or single peaks; NaN below three values.
    """
    values = series.values[np.isfinite(series.values)]
    if len(values) < 3:
        return float("nan")
    changes = np.diff(values)
    spread = np.median(np.abs(changes - np.median(changes)))
    return float(1.4826 * spread / np.sqrt(2))  # From a median to sigma; a difference has two.


def is_signed(series: Series) -> bool:
    """Whether a series takes negative values: a likelihood, a metric, an adversary's loss.

    Such a loss may rise and cross 0 and be well; it is not measured by shares of itself.
    """
    return bool(np.any(series.values < 0))


def rise(series: Series) -> float:
    """Return how many times its beginning a series that is never negative has become; or NaN."""
    first, last = parts(series)
    if is_signed(series) or not np.isfinite(first) or first <= 0:
        return float("nan")
    return last / first


def swing(series: Series) -> float:
    """Return how far a series goes up and down in its second half, as a share of its median there.

    Only a change that the next one takes back is a swing; 0 for a curve that goes one way. NaN
    where there is too little, or where a share says nothing.
    """
    values = series.values[len(series) // 2 :]
    values = values[np.isfinite(values)]
    if len(values) < 4 or is_signed(series):
        return float("nan")
    changes = np.diff(values)
    back = np.where(
        changes[:-1] * changes[1:] < 0, np.minimum(np.abs(changes[:-1]), np.abs(changes[1:])), 0.0
    )
    middle = float(np.median(values))
    return float(np.mean(back)) / middle if middle > 0 else float("nan")


def has_many_epochs(run: Run) -> bool:
    """Whether a training is more than a demonstration: it saw its data three times, or went long.

    Without epochs (a loop by hand) ten times as many steps are asked for.
    """
    series = loss_of(run)
    if series is None:
        return False
    epochs = max((len(each) for each in run.epochs.values()), default=0)
    many = epochs >= _EPOCHS and len(series) >= _STEPS
    return many or len(series) >= 10 * _STEPS
