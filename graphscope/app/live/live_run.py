"""One run as the live page knows it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from typing import Any

import orjson

from graphscope.app.live.alerts import tell_alerts
from graphscope.app.live.axes import Axes
from graphscope.app.live.curves import Look, make_curve
from graphscope.app.live.series import RunSeries
from graphscope.app.live.sources import Source
from graphscope.app.live.values import pack
from graphscope.doctor.findings import Diagnosis
from graphscope.runs import Event
from graphscope.runs.index.rows import RunRow

_CURVES = 128
"""Answers that are kept of one run: a page asks for all its curves again with each news."""


class LiveRun:
    """A run, what is known of it, and its curves; threads may share it.

    Attributes:
        key: names it in addresses; stays the same as long as the run lies where it lies.
        row: what the index says of it.
        version: rises whenever there is news.
        diagnoses: what the health rules found when they last looked.
        examined: the version that they looked at; -1 when they have not yet.
        notes: what they could not look at.
    """

    def __init__(self, source: Source, row: RunRow) -> None:
        self.source = source
        self.row = row
        self.key = make_key(row)
        self.version = 1
        self.diagnoses: Sequence[Diagnosis] = ()
        self.examined = -1
        self.notes: Sequence[str] = ()
        self._series = RunSeries(source.store, row.key)
        self._events: tuple[Event, ...] = ()
        self._events_at = -1
        self._curves: dict[tuple[str, Look], tuple[int, bytes]] = {}
        self._lock = threading.RLock()

    def take(self, row: RunRow, *, is_replaced: bool) -> bool:
        """Take over what the index says now; return whether that is news.

        Args:
            row: of this run.
            is_replaced: whether its log may be another one than was read before.
        """
        with self._lock:
            if row == self.row and not is_replaced:
                return False
            if is_replaced or row.writers != self.row.writers or row.step < self.row.step:
                self._series.forget()
            self.row = row
            self.version += 1
            return True

    def events(self) -> tuple[Event, ...]:
        """Return what happened, in its order."""
        with self._lock:
            if self._events_at != self.version:
                self._events = self.source.store.events(self.row.key)
                self._events_at = self.version
            return self._events

    def alerts(self) -> list[dict[str, Any]]:
        """Return what the health rules found, as the page tells it."""
        with self._lock:
            return tell_alerts(self.diagnoses, self._axes(), self.row.metrics)

    def curves(self, metrics: Sequence[str], look: Look) -> list[bytes]:
        """Return curves of the metrics that the run logs, each as JSON."""
        with self._lock:
            old = [name for name in metrics if not self._is_made(name, look)]
            if old:
                self._make(old, look)
            return [self._curves[name, look][1] for name in metrics if (name, look) in self._curves]

    def _is_made(self, metric: str, look: Look) -> bool:
        known = self._curves.get((metric, look))
        return known is not None and known[0] == self.version

    def _make(self, metrics: Sequence[str], look: Look) -> None:
        if len(self._curves) + len(metrics) > _CURVES:
            self._curves.clear()
        logged = [name for name in metrics if name in self.row.step_metrics]
        steps = self._series.steps(logged, self.version)
        _, epochs = self._series.epochs(self.version)
        axes = self._axes()
        for name in metrics:
            by_step, by_epoch = steps.get(name), epochs.get(name)
            is_epoch = by_step is None or (look.unit == "epoch" and by_epoch is not None)
            series = by_epoch if is_epoch else by_step
            if series is None or not len(series):
                continue
            clock = by_step or self._clock() if is_epoch else None
            curve = make_curve(series, "epoch" if is_epoch else "step", axes, clock, look)
            data = pack({"run": self.key, "metric": orjson.Fragment(_text(name)), **curve})
            self._curves[name, look] = (self.version, data)

    def _clock(self) -> Any:
        """Return a per-step series that tells when each step was; None when there is none."""
        name = next(iter(self.row.step_metrics), None)
        return None if name is None else self._series.steps([name], self.version).get(name)

    def _axes(self) -> Axes:
        ends, _ = self._series.epochs(self.version)
        fit = self.row.config.get("fit")
        steps = fit.get("steps_per_epoch") if isinstance(fit, dict) else None
        return Axes.of(self.row.started or 0.0, ends, steps)


def make_key(row: RunRow) -> str:
    """Return what names a run in addresses: letters and digits of its place."""
    return "r" + hashlib.sha256(row.key.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _text(text: str) -> bytes:
    from graphscope.exporters.drawing import make_safe

    return orjson.dumps(make_safe(text))
