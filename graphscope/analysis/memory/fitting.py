"""The largest batch that fits into an amount of memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphscope.analysis.memory.plan import Plan
from graphscope.graph import BATCH

LARGEST = 2**30
"""Where the search ends: beyond it the batch does not matter to memory."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The answer to what fits.

    Attributes:
        batch: the largest batch; 0 where not even one sample fits, None where every batch does.
        peak: the peak in bytes at that batch; at a batch of 1 where nothing fits.
        unknown: tensors of unknown size, which the peak leaves out: then less may fit.
    """

    batch: int | None
    peak: int
    unknown: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"batch": self.batch, "peak": self.peak, "unknown": self.unknown}


def find_largest_batch(plan: Plan, limit: int, sizes: Mapping[str, int] | None = None) -> Fit:
    """Return the largest batch whose peak stays within a limit.

    The peak never falls where the batch grows, so the answer is found by halving.

    Args:
        plan: of inference or of training.
        limit: bytes.
        sizes: numbers for open sizes other than the batch.
    """

    def peak(batch: int) -> int:
        return plan.peak({**(sizes or {}), BATCH: batch})

    unknown = plan.evaluate({**(sizes or {}), BATCH: 1}).unknown
    if peak(1) > limit:
        return Fit(0, peak(1), unknown)
    too_many = 2
    while peak(too_many) <= limit:
        if too_many >= LARGEST:
            return Fit(None, peak(too_many), unknown)
        too_many *= 2
    fits = too_many // 2
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if peak(middle) <= limit:
            fits = middle
        else:
            too_many = middle
    return Fit(fits, peak(fits), unknown)
