"""Fewer points for the same picture.

The steps are split into as many buckets as the picture has room for, and of each bucket those
points stay that a line through all of them would touch: the first, the last, the lowest and the
highest (Jugel et al., M4, VLDB 2014), and one of each kind of number that is none. What stays are
points that were logged, in their order; nothing is averaged.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graphscope.runs.curves.windows import part, visible
from graphscope.runs.run import Series

_FINITE = 4
"""Points of a bucket: first, last, lowest, highest."""
_OTHER = 3
"""Points more where numbers are none: NaN, infinite, negative infinite."""

Indices = NDArray[np.intp]


def downsample(
    series: Series, points: int, *, first: int | None = None, last: int | None = None
) -> Series:
    """Return at most so many points of a window, extremes and whatever is no number among them.

    Args:
        series: whose steps rise.
        points: at most, at least 1; fewer where the window holds fewer.
        first: step at which the window begins; that of the series by default.
        last: step at which it ends, which is inside. One point beyond each end is returned, too.
    """
    window = visible(series, first, last)
    return part(window, keep(window.steps, window.values, points))


def keep(steps: NDArray[np.int64], values: NDArray[np.float64], points: int) -> Indices:
    """Return which points stay, as rising indices; at most `points` of them.

    Args:
        steps: shape (n,), rising.
        values: shape (n,); may hold NaN and infinities.
        points: at least 1.
    """
    count = len(values)
    if count <= points:
        return np.arange(count)
    is_finite = np.isfinite(values)
    all_finite = bool(is_finite.all())
    buckets = points // (_FINITE if all_finite else _FINITE + _OTHER)
    if not buckets:
        return np.unique(np.linspace(0, count - 1, points).astype(np.intp))
    starts = _starts(steps, buckets)
    ends = np.append(starts[1:], count)
    parts = [starts, ends - 1, *_extremes(values, None if all_finite else is_finite, starts, ends)]
    if not all_finite:
        parts += [_firsts(is_kind, ends) for is_kind in _kinds(values)]
    return np.unique(np.concatenate(parts))


def _starts(steps: NDArray[np.int64], buckets: int) -> Indices:
    """Return where the buckets begin that hold anything; all are equally many steps wide."""
    edges = np.linspace(float(steps[0]), float(steps[-1]), buckets, endpoint=False)
    # Whole numbers, or all steps would be made floats for the search.
    starts = np.searchsorted(steps, np.ceil(edges).astype(steps.dtype), side="left")
    starts[0] = 0
    starts = starts[starts < len(steps)]
    return np.unique(starts)


def _extremes(
    values: NDArray[np.float64], is_finite: NDArray[np.bool_] | None, starts: Indices, ends: Indices
) -> list[Indices]:
    """Return where each bucket is lowest and highest; nothing for those without a finite value.

    Args:
        values: shape (n,).
        is_finite: shape (n,); None when all are.
        starts, ends: of the buckets.
    """
    found: list[Indices] = []
    for least, replacement in ((np.minimum, np.inf), (np.maximum, -np.inf)):
        shown = values if is_finite is None else np.where(is_finite, values, replacement)
        is_extreme = shown == np.repeat(least.reduceat(shown, starts), ends - starts)
        found.append(_firsts(is_extreme if is_finite is None else is_extreme & is_finite, ends))
    return found


def _firsts(is_wanted: NDArray[np.bool_], ends: Indices) -> Indices:
    """Return the first wanted index of each bucket that has one."""
    wanted = np.flatnonzero(is_wanted)
    bucket = np.searchsorted(ends, wanted, side="right")
    return wanted[np.flatnonzero(np.diff(bucket, prepend=-1))]


def _kinds(values: NDArray[np.float64]) -> list[NDArray[np.bool_]]:
    return [np.isnan(values), values == np.inf, values == -np.inf]
