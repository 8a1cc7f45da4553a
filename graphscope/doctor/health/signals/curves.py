"""What curves say: plain questions about the series of a run, each answered by one number."""

from __future__ import annotations

import numpy as np

from graphscope.runs import LayerInfo, Run, Series
from graphscope.runs.curves import is_share

ENOUGH = 20
"""Steps below which nothing is said about where a training goes: demonstrations are short."""


def loss_of(run: Run) -> Series | None:
    """Return the loss of each step; None when there is none."""
    series = run.steps.get("loss")
    return series if series is not None and len(series) else None


def parts(series: Series, share: float = 0.1) -> tuple[float, float]:
    """Return the median of the first and of the last part of a series, finite values only.

    Args:
        series: at least one value.
        share: of the series that each part is; at least three values where there are so many.
    """
    values = series.values[np.isfinite(series.values)]
    if not len(values):
        return float("nan"), float("nan")
    count = max(min(3, len(values)), int(len(values) * share))
    return float(np.median(values[:count])), float(np.median(values[-count:]))


def progress(run: Run) -> float:
    """Return how much of its beginning the loss has lost: 1 for all of it, 0 for nothing.

    Negative when it rose; NaN when it is not known. A loss that may be negative is compared with
    the distance it covers.
    """
    series = loss_of(run)
    if series is None:
        return float("nan")
    first, last = parts(series)
    return (first - last) / max(abs(first), abs(last), 1e-12)


def is_long_enough(run: Run) -> bool:
    """Whether there is enough of a training to say where it goes."""
    series = loss_of(run)
    return series is not None and len(series) >= ENOUGH


def score_of(run: Run, *, validation: bool = False) -> float | None:
    """Return the last value of a metric of classification that is best at 1; None without one."""
    for name, series in run.epochs.items():
        if name.startswith("val_") == validation and len(series) and is_share(name):
            return float(series.values[-1])
    return None


def typical(run: Run, layer: str, statistic: str) -> float:
    """Return the median of a statistic of a layer over the run; NaN when it was not logged."""
    series = run.statistic(layer, statistic)
    if series is None:
        return float("nan")
    finite = series.values[np.isfinite(series.values)]
    return float(np.median(finite)) if len(finite) else float("nan")


def last(run: Run, layer: str, statistic: str) -> float:
    """Return the last value of a statistic of a layer; NaN when it was not logged."""
    series = run.statistic(layer, statistic)
    return float(series.values[-1]) if series is not None and len(series) else float("nan")


def first_step(series: Series | None, bad: np.ndarray | None = None) -> int:
    """Return the first step of a series, or the first where something holds; 0 without one."""
    if series is None or not len(series):
        return 0
    if bad is None:
        return int(series.steps[0])
    where = np.flatnonzero(bad)
    return int(series.steps[where[0]]) if len(where) else 0


def trained_layers(run: Run) -> list[LayerInfo]:
    """Return the layers whose weights get a gradient, in the order of their calls."""
    with_gradient = {key for key in run.statistics if "gradient_norm" in run.statistics[key]}
    order = {key: index for index, key in enumerate(run.statistics)}
    found = [layer for layer in run.layers if layer.key in with_gradient]
    return sorted(found, key=lambda layer: order[layer.key])


def step_of_epoch(run: Run, epoch: int) -> int:
    """Return the last step of an epoch, estimated from the run's own length; 0 when unknown."""
    series = next(iter(run.epochs.values()), None)
    if series is None or not len(series) or not run.last_step:
        return 0
    per_epoch = run.last_step / (int(series.steps[-1]) + 1)
    return round(per_epoch * (epoch + 1))
