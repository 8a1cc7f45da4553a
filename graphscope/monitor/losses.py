"""The losses of one epoch's steps, against what Keras reports of them."""

from __future__ import annotations

import math
from collections.abc import Mapping

_TOLERANCE = 0.01
"""Relative difference from which a reported loss disagrees: far above the rounding of float32."""


class EpochLosses:
    """Keeps what the loss tensor was in the steps of an epoch.

    Keras reports the mean over the epoch, weighted by the sizes of batches. Like every weighted
    mean, it lies between the smallest and the largest: outside of them it is another quantity.
    """

    def __init__(self) -> None:
        self.count = 0
        self._sum = 0.0
        self._low, self._high = math.inf, -math.inf

    def add(self, loss: float) -> None:
        """Take down a step's loss."""
        self.count += 1
        self._sum += loss
        self._low, self._high = min(self._low, loss), max(self._high, loss)

    def corrected(self, metrics: Mapping[str, float]) -> dict[str, float]:
        """Return an epoch's metrics; where `loss` is not the loss, with it as `reported_loss`."""
        reported = metrics.get("loss")
        if reported is None or self.count < 2 or not math.isfinite(self._sum):
            return dict(metrics)
        margin = _TOLERANCE * max(abs(self._low), abs(self._high), 1e-12)
        if self._low - margin <= reported <= self._high + margin:
            return dict(metrics)
        return {**metrics, "loss": self._sum / self.count, "reported_loss": reported}
