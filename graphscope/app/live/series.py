"""The series of one run in memory: decoded once, then only what is new."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphscope.runs import Series
from graphscope.runs.curves import after
from graphscope.runs.index.store import Store
from graphscope.runs.records import Epoch

_Axis = tuple[NDArray[np.int64], NDArray[np.float64]]


class RunSeries:
    """The series of a run that were asked for so far.

    Several threads must take turns.

    Args:
        store: the index that has the run.
        place: its key there.
    """

    def __init__(self, store: Store, place: str) -> None:
        self._store, self._place = store, place
        self._steps: dict[str, Series] = {}
        self._read_at: dict[str, int] = {}
        self._ends: list[Epoch] = []
        self._epochs: dict[str, Series] = {}
        self._ends_at = -1

    def forget(self) -> None:
        """Read everything anew when it is asked for next: it may be another log than before."""
        self._steps, self._read_at, self._ends_at = {}, {}, -1

    def steps(self, names: Collection[str], version: int) -> dict[str, Series]:
        """Return per-step series by name; those that were not logged are left out.

        Args:
            names: of the metrics.
            version: of the run; what was read of it before is not looked for again.
        """
        unread = [name for name in names if name not in self._steps]
        if unread:
            self._steps |= self._store.series(self._place, unread)
        old = [
            name
            for name in names
            if name in self._steps and name not in unread and self._read_at[name] != version
        ]
        if old:
            self._grow(old)
        found = {name: self._steps[name] for name in names if name in self._steps}
        self._read_at |= dict.fromkeys(found, version)
        return found

    def epochs(self, version: int) -> tuple[list[Epoch], dict[str, Series]]:
        """Return the ends of epochs, and per-epoch series by name."""
        if self._ends_at != version:
            self._ends = self._store.epoch_ends(self._place)
            self._epochs = _as_series(self._ends)
            self._ends_at = version
        return self._ends, self._epochs

    def _grow(self, names: Collection[str]) -> None:
        """Add what was logged after the last step that is known."""
        first = min(int(self._steps[name].steps[-1]) for name in names)
        news = self._store.series(self._place, names, first=first)
        axes: dict[Any, _Axis] = {}  # Metrics that share their steps go on doing so.
        for name, tail in news.items():
            known = self._steps[name]
            new = after(tail, int(known.steps[-1]))
            if not len(new):
                continue
            key = (known.steps.ctypes.data, len(known), new.steps.tobytes())
            if key not in axes:
                axes[key] = (
                    np.concatenate([known.steps, new.steps]),
                    np.concatenate([known.times, new.times]),
                )
            steps, times = axes[key]
            self._steps[name] = Series(
                name, steps, np.concatenate([known.values, new.values]), times
            )


def _as_series(ends: list[Epoch]) -> dict[str, Series]:
    found: dict[str, list[tuple[int, float, float]]] = {}
    for record in ends:
        for name, value in record.metrics.items():
            found.setdefault(name, []).append((record.epoch, value, record.time))
    return {name: Series.of(name, sorted(each)) for name, each in found.items()}
