"""What the health rules found, as the page tells it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from graphscope.app.live.axes import Axes
from graphscope.app.live.values import as_json
from graphscope.doctor.findings import Diagnosis
from graphscope.runs.curves import direction_of

_VALIDATION = frozenset({"validation-distribution-differs", "overfitting", "data-leakage",
                         "train-eval-gap"})  # fmt: skip
"""Symptoms that are seen on the loss of validation."""


def tell_alerts(
    diagnoses: Sequence[Diagnosis], axes: Axes, metrics: Collection[str]
) -> list[dict[str, Any]]:
    """Return alerts, the most serious first.

    Args:
        diagnoses: in that order.
        axes: of the run.
        metrics: names of what the run logs.
    """
    return [_tell(each, axes, metrics) for each in diagnoses]


def _tell(diagnosis: Diagnosis, axes: Axes, metrics: Collection[str]) -> dict[str, Any]:
    title, _, text = diagnosis.message.strip().partition("\n")
    step = diagnosis.first_step
    return {
        "id": _identity(diagnosis),
        "rule": diagnosis.rule,
        "severity": diagnosis.severity.value,
        "symptom": diagnosis.symptom,
        "title": as_json(title),
        "text": as_json(text.strip()),
        "first_step": step,
        "first_epoch": None if step is None else axes.epoch_of(step),
        "layers": [as_json(diagnosis.layer)] if diagnosis.layer else [],
        "lines": [as_json(f"{Path(each.file).name}:{each.line}") for each in diagnosis.places],
        "evidence": [as_json(each.text) for each in diagnosis.evidence],
        "fixes": [as_json(each.title) for each in diagnosis.fixes],
        "metric": _metric(diagnosis, metrics),
    }


def _identity(diagnosis: Diagnosis) -> str:
    """Return a name that stays while the training goes on and the message changes."""
    parts = (diagnosis.rule, diagnosis.symptom or "", diagnosis.layer or "")
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:12]


def _metric(diagnosis: Diagnosis, metrics: Collection[str]) -> str | None:
    """Return the metric on whose curve it is seen: a loss; None when none is logged."""
    wanted = "val_loss" if diagnosis.symptom in _VALIDATION else "loss"
    if wanted in metrics:
        return wanted
    losses = (name for name in metrics if name.endswith("loss"))
    return next(losses, next((name for name in metrics if direction_of(name)), None))
