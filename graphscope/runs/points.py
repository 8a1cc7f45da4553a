"""Points of series as they come from a file of another program, in little memory."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np

from graphscope.runs.run import Series

Name: TypeAlias = tuple[str, ...]
"""What a series goes by; the last part is what the user calls it."""

MOST_POINTS = 10_000_000
"""Points of one run that are read, which take 240 MB."""
MOST_SERIES = 2_000
"""Series of one run that are read."""
_LONGEST = 500
"""Characters of a name."""
_LARGEST = 2**62
"""Steps beyond are none; what counts them stays within 64 bits."""


def clean_name(name: str) -> str:
    """Return the name of a metric as it can be kept: not endless, and with a form in UTF-8."""
    return name[:_LONGEST].encode(errors="replace").decode()


class Points:
    """Points of one series, in the order in which they were written."""

    __slots__ = ("_steps", "_times", "_values")

    def __init__(self) -> None:
        self._steps, self._values, self._times = array("q"), array("d"), array("d")

    def __len__(self) -> int:
        return len(self._steps)

    def add(self, step: int, value: float, time: float) -> None:
        """Add a point."""
        self._steps.append(step)
        self._values.append(value)
        self._times.append(time)

    def extend(self, steps: Sequence[int], values: Sequence[float], times: Sequence[float]) -> None:
        """Add points."""
        self._steps.extend(steps)
        self._values.extend(values)
        self._times.extend(times)

    def series(self, name: str) -> Series:
        """Return the series, in the order of its steps; equal ones stay in theirs."""
        steps = np.array(self._steps, np.int64)
        values, times = np.array(self._values, np.float64), np.array(self._times, np.float64)
        if len(steps) and np.any(np.diff(steps) < 0):
            order = np.argsort(steps, kind="stable")
            steps, values, times = steps[order], values[order], times[order]
        return Series(name, steps, values, times)


class Curves:
    """Points of many series by their names; what is beyond the limits is counted, not kept."""

    def __init__(self) -> None:
        self._found: dict[Name, Points] = {}
        self._count = 0
        self._crowded = 0
        self._surplus = 0
        self._unsound = 0

    @property
    def is_full(self) -> bool:
        """Whether points were left out because there are too many."""
        return self._surplus > 0

    def add(self, name: Name, step: int, value: float, time: float) -> None:
        """Add a point to a series."""
        if not -_LARGEST < step < _LARGEST:
            self._unsound += 1
            return
        points = self._find(name)
        if points is None:
            self._crowded += 1
        elif self._count >= MOST_POINTS:
            self._surplus += 1
        else:
            self._count += 1
            points.add(step, value, time if math.isfinite(time) else 0.0)

    def extend(
        self, name: Name, steps: Sequence[int], values: Sequence[float], times: Sequence[float]
    ) -> None:
        """Add points to a series.

        Raises:
            OverflowError: when a step or time is beyond all numbers; no point is added then.
        """
        if not (min(steps) > -_LARGEST and max(steps) < _LARGEST and math.isfinite(sum(times))):
            raise OverflowError
        points = self._find(name)
        if points is None:
            self._crowded += len(steps)
        elif self._count + len(steps) > MOST_POINTS:
            self._surplus += len(steps)
        else:
            points.extend(steps, values, times)
            self._count += len(steps)

    def _find(self, name: Name) -> Points | None:
        """Return the points of a series, also a new one; None where it is one too many."""
        if name not in self._found and len(self._found) < MOST_SERIES:
            self._found[name] = Points()
        return self._found.get(name)

    def series(self) -> dict[Name, Series]:
        """Return all series, each called by the last part of its name."""
        return {name: points.series(name[-1]) for name, points in self._found.items()}

    def notes(self) -> Iterator[str]:
        """Yield what was left out, in whole sentences."""
        if self._crowded:
            yield (
                f"Values of further metrics than the first {MOST_SERIES:,} are left out: "
                f"{self._crowded:,}."
            )
        if self._surplus:
            yield f"Values beyond the first {MOST_POINTS:,} are left out."
        if self._unsound:
            yield f"Values of steps beyond all numbers are left out: {self._unsound:,}."
