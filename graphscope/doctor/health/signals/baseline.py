"""What a model would reach that answers the same to every sample, from what targets look like."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graphscope.doctor.health.signals.curves import loss_of, parts, typical
from graphscope.runs import Run
from graphscope.runs.records import LOSS, TARGET

_MARGIN = 0.9
"""A loss above this share of the constant's is no better: batches differ from the whole data."""
_SQUARED = ("mse", "mean_squared_error")
_ABSOLUTE = ("mae", "mean_absolute_error")
_BINARY = ("binary_crossentropy",)
_CLASSES = ("sparse_categorical_crossentropy",)


def constant_loss(run: Run) -> float:
    """Return the loss of the best constant answer; NaN where targets or loss do not tell.

    Of squares it is the variance of the targets; of absolute errors, 0.8 of their spread, as of a
    bell curve; of two classes, the entropy of their share; of class numbers, the logarithm of how
    many there are, which is most for classes of one size.
    """
    name = _loss_name(run)
    mean, spread = typical(run, TARGET, "mean"), typical(run, TARGET, "std")
    if name in _SQUARED:
        return spread**2
    if name in _ABSOLUTE:
        return 0.8 * spread
    if name in _BINARY and 0 < mean < 1:
        return float(-mean * np.log(mean) - (1 - mean) * np.log(1 - mean))
    if name in _CLASSES:
        largest = run.statistic(TARGET, "max")
        if largest is not None and len(largest) and np.nanmax(largest.values) >= 1:
            return float(np.log(np.nanmax(largest.values) + 1))
    return float("nan")


def is_no_better_than_constant(run: Run) -> bool | None:
    """Whether the loss, without penalties, ends no lower than a constant answer's.

    Returns:
        None where that is not known.
    """
    series, constant = loss_of(run), constant_loss(run)
    if series is None or not np.isfinite(constant) or constant <= 0:
        return None
    end = parts(series)[1]
    penalty = typical(run, LOSS, "penalty_share")
    if np.isfinite(penalty):
        end *= 1 - min(max(penalty, 0.0), 1.0)
    return bool(end > _MARGIN * constant)


def _loss_name(run: Run) -> str | None:
    given = run.start.config.get("loss") if run.start is not None else None
    if isinstance(given, Mapping):
        config = given.get("config")
        given = config.get("name") if isinstance(config, Mapping) else None
    return given.lower() if isinstance(given, str) else None
