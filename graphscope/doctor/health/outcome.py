"""How a training went, in a few numbers that can be compared with those of another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from graphscope.doctor.health.signals import (
    constant_loss,
    goes_well,
    is_long_enough,
    progress,
    score_of,
)
from graphscope.doctor.health.training import Training


def outcome_of(trainings: Sequence[Training]) -> Mapping[str, float]:
    """Return how the last training went, as far as it is known.

    `score` and `val_score` (of classes), `explained` (share of what a constant answer leaves),
    `progress` (share of its first value that the loss lost), `loss`, `val_loss`, and `well`: 1
    where it does what a training should, 0 where it was long enough and does not.
    """
    if not trainings:
        return {}
    run = trainings[-1].run
    last = {
        name: float(series.values[-1])
        for name, series in run.epochs.items()
        if name in ("loss", "val_loss") and len(series)
    }
    asked = {
        "score": score_of(run),
        "val_score": score_of(run, validation=True),
        "progress": progress(run),
        "explained": 1 - last.get("loss", math.nan) / (constant_loss(run) or math.nan),
    }
    if is_long_enough(run):
        asked["well"] = float(goes_well(run))
    known = {name: value for name, value in asked.items() if value is not None}
    if math.isnan(known["explained"]):
        del known["explained"]
    return last | known
