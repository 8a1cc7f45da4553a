"""Whether training goes better in a copy than it did in the program."""

from __future__ import annotations

import math
from collections.abc import Mapping

from graphscope.doctor.health.explaining import VALIDATION

_LABELS = {
    "score": "accuracy",
    "val_score": "validation accuracy",
    "val_loss": "val_loss",
    "explained": "share of the targets that is explained",
    "progress": "part of the loss that training took away",
}

_INCOMPARABLE = frozenset({"loss-sign", "class-collapse", "reported-loss-constant"})
"""Symptoms whose cure changes what loss or accuracy mean: that of a majority is high, and a loss
with the wrong sign falls best of all."""


def compare_trainings(
    before: Mapping[str, float], after: Mapping[str, float], symptom: str | None
) -> tuple[float, str] | None:
    """Return how much better training went, from -1 to 1, and that in words; None when unknown.

    A loss is not compared with one of another function or scale: what counts is accuracy, or which
    part of its first value the loss lost.

    Args:
        before: how the program's training went (see `health.outcome`).
        after: how that of the copy went.
        symptom: of what the change is to cure.
    """
    if symptom in _INCOMPARABLE:
        return None
    validating = symptom in VALIDATION
    names = ("val_loss", "val_score") if validating else ("score", "explained", "progress")
    for name in names:
        if name in before and name in after and math.isfinite(after[name]):
            return _compare(name, before[name], after[name])
    return None


def is_still_bad(
    before: Mapping[str, float], after: Mapping[str, float], symptom: str | None
) -> bool:
    """Whether training went badly, and still does; of validation that is not known."""
    return symptom not in VALIDATION and before.get("well") == after.get("well") == 0


def _compare(name: str, old: float, new: float) -> tuple[float, str]:
    told = f"{_LABELS[name]} {old:.3g} -> {new:.3g}"
    if not math.isfinite(old):
        # It has come to an end, as far as it went: a share that is explained, or that is right.
        return (1.0 if name == "val_loss" else max(0.0, min(1.0, new))), told
    gain = (old - new) / max(abs(old), abs(new), 1e-12) if name == "val_loss" else new - old
    return max(-1.0, min(1.0, gain)), told
