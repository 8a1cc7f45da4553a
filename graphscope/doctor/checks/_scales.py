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
