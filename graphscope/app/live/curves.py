"""Curves as the page draws them: few points, smoothed, on the axis that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphscope.app.live.axes import Axes, Floats, Ints, Per, Unit
from graphscope.runs import Series
from graphscope.runs.curves import Gap, best_point, find_gaps, keep, smooth
from graphscope.runs.curves.windows import part

_GAPS = 200
"""Stretches of NaN or infinity that are told of one curve."""
_WORDS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity", "mixed": "NaN"}


@dataclass(frozen=True, slots=True)
class Look:
    """What is asked for.

    Attributes:
        unit: of the axis.
        first, last: where the picture begins and ends on it; None for everything.
        points: at most so many of each curve.
        smoothing: weight of the moving average, 0 for none.
    """

    unit: Unit = "step"
    first: float | None = None
    last: float | None = None
    points: int = 1500
    smoothing: float = 0.0


def make_curve(
    series: Series, per: Per, axes: Axes, steps: Series | None, look: Look
) -> dict[str, Any]:
    """Return one curve as JSON values and arrays.

    Args:
        series: of steps or of epochs.
        per: which of both.
        axes: of its run.
        steps: any per-step series of the run, see `Axes.steps_of`.
        look: what is asked for.
    """
    at = axes.steps_of(series, per, steps)
    x = axes.place(series, per, at, look.unit)
    if x is None:
        return _empty(series, per, look)
    shown = _window(x, look)
    chosen = (
        shown[keep(series.steps[shown], series.values[shown], look.points)] if len(shown) else shown
    )
    values = series.values[chosen]
    calm = smooth(series, look.smoothing).values[chosen] if look.smoothing else None
    return {
        "per": per,
        "x": np.ascontiguousarray(x[chosen]),
        "y": values,
        "smooth": calm,
        "steps": at[chosen],
        "total": len(series),
        "best": _best(series, x, at),
        "nonfinite": _gaps(part(series, shown), x[shown], at[shown]),
    }


def _empty(series: Series, per: Per, look: Look) -> dict[str, Any]:
    """Return the curve of a run that has no place on the axis: steps without any epoch."""
    none: list[float] = []
    smooth = none if look.smoothing else None
    return {"per": per, "x": none, "y": none, "smooth": smooth, "steps": none,
            "total": len(series), "best": None, "nonfinite": []}  # fmt: skip


def _window(x: Floats | Ints, look: Look) -> NDArray[np.intp]:
    """Return the points in the picture, and one beyond each end so that the line leaves it."""
    is_inside = np.ones(len(x), np.bool_)
    if look.first is not None:
        is_inside &= x >= look.first
    if look.last is not None:
        is_inside &= x <= look.last
    inside = np.flatnonzero(is_inside)
    if len(inside):
        return np.arange(max(int(inside[0]) - 1, 0), min(int(inside[-1]) + 2, len(x)))
    if look.first is None:
        return inside
    beyond = int(np.searchsorted(x, look.first))  # A window between two points shows their line.
    return np.arange(max(beyond - 1, 0), min(beyond + 1, len(x)))


def _best(series: Series, x: Floats | Ints, at: Ints) -> dict[str, Any] | None:
    best = best_point(series)
    if best is None:
        return None
    where = int(np.searchsorted(series.steps, best[0]))
    # A step that comes twice, after training was taken up again, may be best the second time.
    where += int(np.argmax(series.values[where:] == best[1]))
    return {"x": x[where].item(), "y": best[1], "step": int(at[where])}


def _gaps(series: Series, x: Floats | Ints, at: Ints) -> list[dict[str, Any]]:
    if np.isfinite(series.values).all():
        return []
    return [_gap(each, series, x, at) for each in find_gaps(series)[:_GAPS]]


def _gap(gap: Gap, series: Series, x: Floats | Ints, at: Ints) -> dict[str, Any]:
    where = int(np.searchsorted(series.steps, gap.first))
    return {"x": x[where].item(), "step": int(at[where]), "value": _WORDS[gap.kind],
            "points": gap.points}  # fmt: skip
