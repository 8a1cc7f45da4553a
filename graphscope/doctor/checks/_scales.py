"""How large the values of arrays are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphscope.doctor.records import DataSummary


@dataclass(frozen=True, slots=True)
class Scale:
    """Facts about the values of a sample.

    Attributes:
        typical: what nine of ten values do not exceed, without sign.
        spread: the standard deviation.
    """

    low: float
    high: float
    typical: float
    mean: float
    spread: float

    def __str__(self) -> str:
        return (
            f"{self.low:.4g} to {self.high:.4g}, mean {self.mean:.3g}, standard deviation "
            f"{self.spread:.3g}"
        )


def scale_of(summary: DataSummary) -> Scale | None:
    """Return the scale of an array's values; None for few values and for no numbers."""
    import numpy

    sample: Any = summary.sample
    if sample is None or sample.dtype.kind not in "biuf" or sample.size < 16:
        return None
    values = numpy.asarray(sample, "float64").reshape(-1)
    values = values[numpy.isfinite(values)]
    if values.size < 16:
        return None
    return Scale(
        float(values.min() if summary.minimum is None else summary.minimum),
        float(values.max() if summary.maximum is None else summary.maximum),
        float(numpy.quantile(numpy.abs(values), 0.9)),
        float(values.mean()),
        float(values.std()),
    )


_STANDARD = 0.3
"""How far means and deviations of a standardised sample lie from 0 and 1, in most columns."""
_APART = 3.0
"""Times the deviation, or deviations between the means: random halves of a table stay below."""


def is_scaled_otherwise(trained: DataSummary, tested: DataSummary) -> bool:
    """Whether a table was standardised column by column, and another one was not."""
    import numpy

    one, other = _columns(trained), _columns(tested)
    if one is None or other is None or one.shape[1] != other.shape[1]:
        return False
    mean, spread = one.mean(axis=0), one.std(axis=0)
    varied = (spread > 0) & (other.std(axis=0) > 0)
    standard = (numpy.abs(mean) < _STANDARD) & (numpy.abs(spread - 1) < _STANDARD)
    if varied.sum() < 2 or standard[varied].mean() < 0.8:
        return False
    ratio = other.std(axis=0)[varied] / spread[varied]
    shift = numpy.abs(other.mean(axis=0) - mean)[varied] / spread[varied]
    apart = (ratio > _APART) | (ratio < 1 / _APART) | (shift > _APART)
    return bool(apart.sum() >= max(2, varied.sum() / 4))


def _columns(summary: DataSummary) -> Any:
    """Return the rows of a table of floats, finite ones; None for anything else."""
    import numpy

    sample: Any = summary.sample
    if sample is None or sample.dtype.kind != "f" or sample.ndim != 2 or len(sample) < 16:
        return None
    rows = numpy.asarray(sample, "float64")
    return rows if numpy.isfinite(rows).all() else None
