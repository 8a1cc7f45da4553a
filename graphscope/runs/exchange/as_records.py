"""A run as the records of a log: the way from any format into ours, and out of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from graphscope.runs.records import (
    Columns,
    Epoch,
    Histogram,
    Record,
    Statistics,
    Step,
)
from graphscope.runs.run import Run, Series


def to_records(run: Run) -> Iterator[Record]:
    """Yield the records that a run would be read from; its start and its end as far as known.

    Series with the same steps share their records; a time is that of the first of them.
    """
    if run.start is not None:
        yield run.start
    yield from _steps(run.steps)
    yield from _epochs(run.epochs)
    yield from _statistics(run)
    yield from run.events
    if run.end is not None:
        yield run.end


def _steps(series: Mapping[str, Series]) -> Iterator[Record]:
    groups: defaultdict[bytes, list[Series]] = defaultdict(list)
    for each in series.values():
        groups[each.steps.tobytes()].append(each)
    for number, group in enumerate(groups.values()):
        yield Columns(number, tuple(each.name for each in group))
        values = np.stack([each.values for each in group], axis=1).tolist()
        rows = zip(group[0].steps.tolist(), group[0].times.tolist(), values, strict=True)
        for step, time, row in rows:
            yield Step(step, time, number, tuple(row))


def _epochs(series: Mapping[str, Series]) -> Iterator[Epoch]:
    """Yield epochs; in which step one ended is not known of a series."""
    found: defaultdict[int, dict[str, float]] = defaultdict(dict)
    times: dict[int, float] = {}
    for each in series.values():
        rows = zip(each.steps.tolist(), each.times.tolist(), each.values.tolist(), strict=True)
        for epoch, time, value in rows:
            found[epoch][each.name] = value
            times[epoch] = max(times.get(epoch, time), time)
    for epoch in sorted(found):
        yield Epoch(epoch, 0, times[epoch], found[epoch])


def _statistics(run: Run) -> Iterator[Statistics]:
    layers: defaultdict[int, dict[str, dict[str, float]]] = defaultdict(dict)
    histograms: defaultdict[int, dict[str, dict[str, Histogram]]] = defaultdict(dict)
    times: dict[int, float] = {}
    for layer, kinds in run.statistics.items():
        for name, each in kinds.items():
            rows = zip(each.steps.tolist(), each.times.tolist(), each.values.tolist(), strict=True)
            for step, time, value in rows:
                layers[step].setdefault(layer, {})[name] = value
                times.setdefault(step, time)
    for layer, spread in run.histograms.items():
        for kind, each_step in spread.items():
            for step, histogram in each_step:
                histograms[step].setdefault(layer, {})[kind] = histogram
    for step in sorted(layers.keys() | histograms.keys()):
        yield Statistics(step, times.get(step, 0.0), layers[step], histograms[step])
