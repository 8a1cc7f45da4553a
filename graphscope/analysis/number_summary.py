"""What many numbers look like: extremes, moments and a histogram."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

BINS = 40


@dataclass(frozen=True, slots=True)
class NumberSummary:
    """Statistics of the finite numbers among many.

    `bins` counts them in equal steps from `low` to `high`; extremes and moments are None where no
    number is finite.
    """

    count: int
    low: float | None
    high: float | None
    mean: float | None
    deviation: float | None
    zeros: int
    not_finite: int
    bins: tuple[int, ...]


def summarise(parts: Iterable[np.ndarray[Any, Any]]) -> NumberSummary:
    """Return the statistics of arrays of numbers taken together.

    >>> import numpy as np
    >>> summary = summarise([np.array([0.0, 1.0]), np.array([np.nan])])
    >>> summary.count, summary.low, summary.high, summary.mean, summary.not_finite
    (3, 0.0, 1.0, 0.5, 1)
    """
    import numpy as np

    arrays = [np.asarray(part, dtype=np.float64).ravel() for part in parts]
    values = np.concatenate(arrays) if arrays else np.empty(0)
    finite = values[np.isfinite(values)]
    bad = int(values.size - finite.size)
    if not finite.size:
        return NumberSummary(int(values.size), None, None, None, None, 0, bad, ())
    low, high = float(finite.min()), float(finite.max())
    return NumberSummary(
        count=int(values.size),
        low=low,
        high=high,
        mean=_moment(finite.mean),
        deviation=_moment(finite.std),
        zeros=int(np.count_nonzero(finite == 0)),
        not_finite=bad,
        bins=_count_bins(finite, low, high),
    )


def _moment(compute: Callable[[], Any]) -> float | None:
    """Return a mean or a deviation; None where squares or sums leave the range of doubles."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        value = float(compute())
    return value if math.isfinite(value) else None


def _count_bins(finite: np.ndarray[Any, Any], low: float, high: float) -> tuple[int, ...]:
    import numpy as np

    with np.errstate(over="ignore"):
        width = high - low
    # Equal numbers have no width; the greatest doubles have one that no double holds.
    if not (0 < width < float("inf")) or low + width / BINS == low:
        return (int(finite.size),)
    return tuple(int(each) for each in np.histogram(finite, bins=BINS, range=(low, high))[0])
