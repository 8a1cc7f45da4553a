"""A calmer line through a noisy one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graphscope.runs.run import Series

_NOTHING = 1e-17
"""A weight that no longer changes a float64."""


def smooth(series: Series, weight: float) -> Series:
    """Return the exponential moving average of a series, as TensorBoard's slider shows it.

    It is debiased: divided by the sum of its weights, so that it does not start at zero. Values
    that are no numbers stay where they are and weigh nothing.

    Args:
        series: shape (n,).
        weight: what the average before weighs against a new value, 0 (no smoothing) up to, and
            without, 1.

    Raises:
        ValueError: when the weight is none.
    """
    if not 0 <= weight < 1:
        raise ValueError(f"a weight is at least 0 and below 1; received {weight}")
    is_finite = np.isfinite(series.values)
    values = series.values.copy()
    values[is_finite] = _average(values[is_finite], weight)
    return Series(series.name, series.steps, values, series.times)


def _average(values: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """Return the average at each value of it and all before it.

    Sums of 2, 4, 8... weighted values come from two of half as many: numpy's loops instead of one
    over all values, and as exact.
    """
    if not weight or not len(values):
        return values
    # Around the first value rather than zero: a curve that does not move stays exactly so.
    origin = values[0]
    sums = values - origin
    reach, factor = 1, weight
    while reach < len(sums) and factor > _NOTHING:
        sums[reach:] += factor * sums[:-reach].copy()
        reach, factor = reach * 2, factor * factor
    with np.errstate(under="ignore"):
        weights = -np.expm1(np.log(weight) * np.arange(1, len(sums) + 1)) / (1 - weight)
    averaged: NDArray[np.float64] = origin + sums / weights
    return averaged
