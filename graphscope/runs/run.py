"""A run as it is looked at: its records as series of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graphscope.runs.distribution import Distribution
from graphscope.runs.records import End, Event, Histogram, LayerInfo, Start


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A number that was logged again and again.

    Attributes:
        name: of the metric or statistic.
        steps: shape (n,), rising; epochs for a series of epochs.
        values: shape (n,); may hold NaN and infinities.
        times: shape (n,), seconds since the epoch.
    """

    name: str
    steps: NDArray[np.int64]
    values: NDArray[np.float64]
    times: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.steps)

    @classmethod
    def of(cls, name: str, points: list[tuple[int, float, float]]) -> Series:
        """Return a series of (step, value, time)."""
        steps, values, times = zip(*points, strict=True) if points else ((), (), ())
        return cls(
            name,
            np.asarray(steps, np.int64),
            np.asarray(values, np.float64),
            np.asarray(times, np.float64),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One training, as far as it has been logged.

    Attributes:
        name: of the run: its folder's path below the folder of runs.
        location: path or URL of its folder.
        start: what is trained; None while no log has begun in order.
        steps: per-step series by name, of the rank that writes metrics.
        epochs: per-epoch series by name, their `steps` being epochs.
        statistics: by layer key, then by the statistic's name.
        histograms: by layer key, then by what is spread: (step, histogram) in rising steps.
        events: in the order in which they happened.
        end: how it ended; None while it runs, or when it was killed.
        notes: what could not be read, said to the user.
    """

    name: str
    location: str
    start: Start | None = None
    steps: Mapping[str, Series] = field(default_factory=dict)
    epochs: Mapping[str, Series] = field(default_factory=dict)
    statistics: Mapping[str, Mapping[str, Series]] = field(default_factory=dict)
    histograms: Mapping[str, Mapping[str, list[tuple[int, Histogram]]]] = field(
        default_factory=dict
    )
    events: tuple[Event, ...] = ()
    end: End | None = None
    notes: tuple[str, ...] = ()

    @property
    def layers(self) -> tuple[LayerInfo, ...]:
        """The layers that are watched, in the order in which they are called."""
        return self.start.layers if self.start is not None else ()

    def statistic(self, layer: str, name: str) -> Series | None:
        """Return one statistic of one layer, or of `@input` and the like; None when not logged."""
        return self.statistics.get(layer, {}).get(name)

    @property
    def distribution(self) -> Distribution | None:
        """How the model is spread over devices, as told last; None when it lies on one alone.

        Its layers are named by the keys of `layers`.
        """
        told = [event for event in self.events if event.kind == "distribution"]
        return Distribution.from_dict(told[-1].details) if told else None

    @property
    def last_step(self) -> int:
        """The last step that was logged; 0 when none was."""
        ends = [int(series.steps[-1]) for series in self.steps.values() if len(series)]
        return max(ends, default=0)
