"""Parts of a series."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graphscope.runs.run import Series


def after(series: Series, step: int) -> Series:
    """Return what was logged later than a step: what a page that knows the rest still lacks."""
    return part(series, slice(int(np.searchsorted(series.steps, step, side="right")), None))


def visible(series: Series, first: int | None = None, last: int | None = None) -> Series:
    """Return the points in a window, and one beyond each end so that the line leaves the picture.

    Args:
        series: whose steps rise.
        first: step at which the window begins; that of the series by default.
        last: step at which it ends, which is inside.
    """
    begin = 0 if first is None else int(np.searchsorted(series.steps, first, side="left")) - 1
    end = len(series)
    if last is not None:
        end = int(np.searchsorted(series.steps, last, side="right")) + 1
    return part(series, slice(max(begin, 0), max(end, 0)))


def part(series: Series, which: slice | NDArray[np.intp]) -> Series:
    """Return some points of a series, by slice or by their indices."""
    return Series(series.name, series.steps[which], series.values[which], series.times[which])
