"""Where a curve has no numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from graphscope.runs.run import Series

Kind = Literal["nan", "inf", "-inf", "mixed"]


@dataclass(frozen=True, slots=True)
class Gap:
    """Consecutive points that are no numbers.

    Attributes:
        first, last: steps of the first and of the last of them.
        points: how many there are.
        kind: what they are; `mixed` when they differ.
    """

    first: int
    last: int
    points: int
    kind: Kind


def find_gaps(series: Series) -> list[Gap]:
    """Return the runs of NaN and infinite values, in rising steps."""
    is_gap = ~np.isfinite(series.values)
    turns = np.diff(is_gap.astype(np.int8), prepend=0, append=0)
    bounds = zip(np.flatnonzero(turns == 1), np.flatnonzero(turns == -1), strict=True)
    return [_gap(series, int(begin), int(end)) for begin, end in bounds]


def _gap(series: Series, begin: int, end: int) -> Gap:
    values = series.values[begin:end]
    kind: Kind = "mixed"
    if np.isnan(values).all():
        kind = "nan"
    elif (values == values[0]).all():
        kind = "inf" if values[0] > 0 else "-inf"
    return Gap(int(series.steps[begin]), int(series.steps[end - 1]), end - begin, kind)
