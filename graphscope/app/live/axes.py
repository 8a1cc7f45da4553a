"""What curves are drawn over: steps, epochs or time.

Epochs are counted from 1, as Keras prints them: what is logged at the end of the first one lies at
1, a step in the middle of the second one at 1.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from graphscope.runs import Series
from graphscope.runs.records import Epoch

Unit = Literal["step", "epoch", "time"]
Per = Literal["step", "epoch"]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """How the steps, epochs and times of one run belong together.

    Attributes:
        started: when it began, seconds since the epoch.
        epochs: shape (n,), rising, counted from 0.
        ends: shape (n,), the last step in each; 0 where that is not known.
        epoch_steps: steps of one epoch, where the configuration says so.
    """

    started: float
    epochs: Ints
    ends: Ints
    epoch_steps: int | None = None

    @classmethod
    def of(cls, started: float, ends: Sequence[Epoch], epoch_steps: object = None) -> Axes:
        """Return the axes of a run with some epochs; the last end of an epoch counts."""
        last = {record.epoch: record.step for record in ends}
        epochs = sorted(last)
        return cls(
            started,
            np.array(epochs, np.int64),
            np.array([last[epoch] for epoch in epochs], np.int64),
            epoch_steps if isinstance(epoch_steps, int) and epoch_steps > 0 else None,
        )

    def steps_of(self, series: Series, per: Per, steps: Series | None) -> Ints:
        """Return in which steps a series was logged.

        Args:
            series: of steps or of epochs.
            per: which of both.
            steps: any per-step series, by whose times the end of an epoch is found where its
                record does not tell its step.
        """
        if per == "step":
            return series.steps
        if not len(self.epochs):
            return np.zeros(len(series), np.int64)
        where = np.searchsorted(self.epochs, series.steps).clip(0, len(self.epochs) - 1)
        found: Ints = self.ends[where]
        if steps is None or not len(steps) or np.all(found > 0):
            return found
        before = np.searchsorted(steps.times, series.times, side="right") - 1
        return np.where(found > 0, found, steps.steps[before.clip(0)])

    def place(self, series: Series, per: Per, steps: Ints, unit: Unit) -> Floats | Ints | None:
        """Return where the points of a series lie on an axis; None where they have no place on it.

        Args:
            series: of steps or of epochs.
            per: which of both.
            steps: see `steps_of`.
            unit: of the axis.
        """
        if unit == "time":
            return series.times - self.started
        if unit == "step":
            # Where no step is known of any epoch, as in other programs' logs, their number serves.
            return steps if per == "step" or np.any(steps > 0) else series.steps + 1
        return series.steps + 1 if per == "epoch" else self._epochs_at(steps)

    def epoch_of(self, step: int) -> int | None:
        """Return the epoch, counted from 1, that a step is in; None when that is not known."""
        index = int(np.searchsorted(self.ends, step))
        if index < len(self.ends):
            return int(self.epochs[index]) + 1
        place = self._epochs_at(np.array([step], np.int64))
        return None if place is None else max(1, int(np.ceil(place[0])))

    def _epochs_at(self, steps: Ints) -> Floats | None:
        """Return how many epochs were over in each step, with their fractions."""
        is_known = self.ends > np.maximum.accumulate(np.append(0, self.ends[:-1]))
        ends, epochs = self.ends[is_known], self.epochs[is_known] + 1
        if not len(ends):
            return None if self.epoch_steps is None else np.divide(steps, self.epoch_steps)
        length = self.epoch_steps or ends[0] / epochs[0]
        begun = max(ends[0] - length, 0)  # A run that was taken up again begins in a later epoch.
        places: Floats = np.interp(steps, np.append(begun, ends), np.append(epochs[0] - 1, epochs))
        beyond = steps > ends[-1]
        last = ends[-1] - ends[-2] if len(ends) > 1 else length
        places[beyond] = epochs[-1] + (steps[beyond] - ends[-1]) / max(last, 1)
        return places
